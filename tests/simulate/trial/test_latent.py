"""Latent times: the hazard ratio is the one asked for, and the cause does not depend on the arm."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.simulate.trial import latent
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.latent import Latent

DESIGN = Design(20_000, 1.78, 3)


def _courses(design: Design) -> list[Latent]:
    return [latent.draw(design, n, np.random.default_rng([design.seed, n, 2])) for n in range(design.subjects)]


@pytest.mark.parametrize("shape", [1.0, 1.4])
def test_the_hazard_ratio_is_recovered(shape: float) -> None:
    design = replace(DESIGN, shape=shape)
    by_arm = [np.array([c.event_days for c in _courses(design) if c.arm == arm]) for arm in (0, 1)]
    rates = [len(times) / np.sum((times / design.scale_days) ** shape) for times in by_arm]
    standard_error = (4 / design.subjects) ** 0.5
    assert np.log(rates[1] / rates[0]) == pytest.approx(np.log(1.78), abs=3 * standard_error)
    assert np.median(by_arm[0]) == pytest.approx(design.median_days, rel=0.04)


def test_the_cause_does_not_depend_on_the_arm() -> None:
    courses = _courses(DESIGN)
    shares = [np.mean([c.dies_first for c in courses if c.arm == arm]) for arm in (0, 1)]
    assert shares == pytest.approx([0.2, 0.2], abs=0.012)


def test_arms_are_balanced_in_blocks() -> None:
    arms = [latent.allocated(5, number) for number in range(400)]
    assert all(sum(arms[start : start + latent.BLOCK]) == 2 for start in range(0, 400, latent.BLOCK))
    assert arms[:8] != arms[8:16] or arms[:8] != arms[16:24]


def test_the_order_of_a_course() -> None:
    for course in _courses(replace(DESIGN, subjects=500)):
        assert course.event_days <= course.death_days
        assert course.dies_first == (course.event_days == course.death_days)
        assert course.crossing_days == course.event_days or course.dies_first
        assert course.treated_days is None or course.treated_days < course.death_days
        assert course.death_day is None or course.death_day <= course.ends_days
