"""Kaplan-Meier on examples small enough for paper."""

from math import exp, inf, log, nan, sqrt

import numpy as np
import pytest

from pipeline.analysis import kaplan_meier
from pipeline.analysis.sample import Ending, Sample, at_risk
from tests.builders.survival import sample

Z = 1.959963984540054


def test_survival_with_ties_and_log_log_limits() -> None:
    curve = kaplan_meier.estimate(sample("6e 6e 6c 7e 10c"))
    assert curve.table.time.tolist() == [6, 7, 10]
    assert curve.table.at_risk.tolist() == [5, 2, 1]
    assert curve.survival == pytest.approx([0.6, 0.3, 0.3])
    spread = Z * sqrt(2 / (5 * 3)) / abs(log(0.6))
    center = log(-log(0.6))
    assert curve.ci_low[0] == pytest.approx(exp(-exp(center + spread)), abs=1e-12)
    assert curve.ci_high[0] == pytest.approx(exp(-exp(center - spread)), abs=1e-12)


def test_a_competing_event_leaves_as_a_censoring_does() -> None:
    curve = kaplan_meier.estimate(sample("1e 2d 3e"))
    assert curve.survival == pytest.approx([2 / 3, 2 / 3, 0])


@pytest.mark.parametrize(
    ("follow_up", "median"),
    [
        ("6e 6e 6c 7e 10c", 7),
        ("1e 2e 3e 4e", 2.5),
        ("1e 2e 3c 7c", 4.5),
        ("1e 2e 2c 2c", 2),
        ("1e 2c 2c", nan),
        ("5e", 5),
        ("5c", nan),
        ("3e 3e 3e", 3),
        ("", nan),
    ],
)
def test_median(follow_up: str, median: float) -> None:
    found = kaplan_meier.median(kaplan_meier.estimate(sample(follow_up)))
    assert found.days == pytest.approx(median, nan_ok=True)


def test_limits_are_unknown_where_survival_is_0_or_1() -> None:
    curve = kaplan_meier.estimate(sample("2c 3e 3e"))
    assert curve.survival.tolist() == [1, 0]
    assert np.isnan(curve.ci_low).all()
    assert np.isnan(curve.ci_high).all()


def test_empty_group() -> None:
    curve = kaplan_meier.estimate(sample(""))
    assert curve.survival.size == curve.ci_low.size == curve.table.time.size == 0


def test_numbers_at_risk_count_who_ends_on_the_day() -> None:
    assert at_risk(sample("1e 5c 5e 9c"), np.array([0.0, 1, 2, 5, 6, 10])).tolist() == [4, 4, 3, 3, 1, 0]


@pytest.mark.parametrize(
    ("days", "ending"),
    [([1.0, 2.0], [1]), ([-1.0], [1]), ([inf], [0]), ([nan], [0]), ([1.0], [3])],
)
def test_impossible_samples(days: list[float], ending: list[int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Sample(np.array(days), np.array(ending, dtype=np.int64))


def test_events_are_those_of_interest() -> None:
    assert sample("1e 2c 3d").ending.tolist() == [Ending.EVENT, Ending.CENSORED, Ending.COMPETING]
    assert sample("1e 2c 3d").events.tolist() == [True, False, False]
