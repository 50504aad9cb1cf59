"""The coverage study at small size, with the bounds that 40 trials allow."""

import pytest

from tests.benchmarks import coverage
from tests.benchmarks.coverage import Estimate, Scenario, Summary

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def dense() -> Summary:
    return coverage.summarize(Scenario(28), 40)


def test_dense_visits_cover_the_truth(dense: Summary) -> None:
    """Of 40 intervals at 95 %, at least 34 hold the truth with probability 0.986."""
    assert dense.coverage >= 34 / 40
    assert abs(dense.bias) < 4 * dense.bias_se + 0.02
    assert dense.mean_se == pytest.approx(dense.spread, rel=0.4)


def test_an_interval_covers_within_1_96_standard_errors() -> None:
    log_truth = coverage.log(coverage.TRUTH)
    assert Estimate(log_truth + 0.19, 0.1, 300, 100).covers
    assert not Estimate(log_truth - 0.2, 0.1, 300, 100).covers


def test_the_limits_of_the_coverage_are_wilsons() -> None:
    """475 of 500: 92.7 to 96.6 %."""
    summary = Summary(500, 0.95, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert summary.coverage_limits == pytest.approx((0.9272, 0.9659), abs=0.0002)


def test_the_shift_is_taken_trial_by_trial() -> None:
    dense, sparse = (Summary(3, 1, 0, 0, 0, 0, 0, 0, errors) for errors in ((0.1, -0.2, 0.3), (0.0, -0.3, 0.2)))
    assert coverage.shift(sparse, dense) == pytest.approx((-0.1, 0.0), abs=1e-12)


def test_sparse_visits_date_progression_late(dense: Summary) -> None:
    sparse = coverage.summarize(Scenario(168), 12)
    assert sparse.median_days > dense.median_days


def test_fda_a_censors_events_after_missed_visits() -> None:
    both = [coverage.summarize(Scenario(84, missed=0.4, rules=rules), 6) for rules in ("PLAIN", "FDA-A")]
    assert both[1].events < both[0].events - 5
