"""The NPMLE of interval-censored data on examples small enough for paper."""

from math import inf, log, nan

import numpy as np
import pytest

from pipeline.analysis import interval_censored, kaplan_meier
from pipeline.analysis.interval_censored import Intervals
from tests.builders import survival_trials


def _intervals(*pairs: tuple[float, float]) -> Intervals:
    return Intervals(np.array([a for a, _ in pairs], dtype=float), np.array([b for _, b in pairs], dtype=float))


def test_mass_leaves_an_interval_that_the_likelihood_does_not_need() -> None:
    """p1 (p1 + p2) (p2 + p3) p3 is greatest at 1/2, 0, 1/2."""
    found = interval_censored.estimate(_intervals((0, 1), (0, 2), (1, 3), (2, 3)))
    assert found.left.tolist() == [0, 2]
    assert found.right.tolist() == [1, 3]
    assert found.probability == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.survival == pytest.approx([0.5, 0], abs=1e-9)
    assert found.log_likelihood == pytest.approx(4 * log(0.5), abs=1e-9)


def test_an_interval_is_open_on_the_left_and_closed_on_the_right() -> None:
    apart = interval_censored.estimate(_intervals((5, 10), (5, 5)))
    assert list(zip(apart.left, apart.right, strict=True)) == [(5, 5), (5, 10)]
    together = interval_censored.estimate(_intervals((0, 5), (5, 5)))
    assert list(zip(together.left, together.right, strict=True)) == [(5, 5)]
    touching = interval_censored.estimate(_intervals((0, 5), (5, 9)))
    assert touching.probability == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("seed", [0, 2, 4, 17])
def test_exact_days_and_right_censoring_give_kaplan_meier(seed: int) -> None:
    follow_up = survival_trials.trial(seed)["A"]
    found = interval_censored.estimate(Intervals(follow_up.days, np.where(follow_up.events, follow_up.days, inf)))
    curve = kaplan_meier.estimate(follow_up)
    exact = found.left == found.right
    assert found.survival[exact] == pytest.approx(curve.survival[curve.table.events > 0], abs=1e-7)


@pytest.mark.parametrize(
    ("pairs", "mass"),
    [
        ([], []),
        ([(3, inf)], [1]),
        ([(3, 7)], [1]),
        ([(4, 4)], [1]),
        ([(4, 4), (4, 4)], [1]),
        ([(0, inf), (0, inf)], [1]),
    ],
)
def test_edges(pairs: list[tuple[float, float]], mass: list[float]) -> None:
    assert interval_censored.estimate(_intervals(*pairs)).probability == pytest.approx(mass)


@pytest.mark.parametrize(("left", "right"), [(5, 4), (-1, 4), (inf, inf), (nan, 4), (3, nan)])
def test_impossible_intervals(left: float, right: float) -> None:
    with pytest.raises(ValueError, match="expected 0 <= left <= right"):
        _intervals((left, right))


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="expected one of each"):
        Intervals(np.zeros(2), np.zeros(1))
