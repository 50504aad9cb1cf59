"""Exact intervals of a proportion: values of R's binom.test, quantiles of beta, closed forms at 0 and at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.analysis import proportion


@pytest.mark.parametrize(
    ("count", "of", "level", "lower", "upper"),
    [
        # Rscript -e 'binom.test(count, of, conf.level=level)$conf.int' (R 4), printed at 10 digits
        (3, 10, 0.95, 0.06673951118, 0.65245285006),
        (0, 10, 0.95, 0.0, 0.3084971078),
        (10, 10, 0.95, 0.6915028922, 1.0),
        (7, 43, 0.95, 0.06805209446, 0.30701087236),
        (7, 43, 0.9, 0.07898431783, 0.28412600600),
        (1, 1, 0.95, 0.025, 1.0),
        (60, 162, 0.95, 0.2959266925, 0.4496508641),
    ],
)
def test_interval_is_that_of_binom_test(count: int, of: int, level: float, lower: float, upper: float) -> None:
    exact = proportion.clopper_pearson(count, of, level)
    assert (exact.lower, exact.upper) == (pytest.approx(lower, abs=1e-9), pytest.approx(upper, abs=1e-9))
    assert exact.share == count / of


def test_nobody_has_no_share() -> None:
    assert proportion.clopper_pearson(0, 0, 0.95) == proportion.Proportion(0, 0, None, None, None)


@given(st.integers(1, 300), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=150, deadline=None)
def test_limits_are_quantiles_of_beta_and_closed_at_the_ends(of: int, part: float, level: float) -> None:
    count, alpha = round(part * of), 1 - level
    exact = proportion.clopper_pearson(count, of, level)
    lower = 0.0 if count == 0 else stats.beta.ppf(alpha / 2, count, of - count + 1)
    upper = 1.0 if count == of else stats.beta.ppf(1 - alpha / 2, count + 1, of - count)
    assert (exact.lower, exact.upper) == (pytest.approx(lower, abs=1e-8), pytest.approx(upper, abs=1e-8))
    if count == 0:
        assert exact.upper == pytest.approx(1 - (alpha / 2) ** (1 / of), abs=1e-8)
    if count == of:
        assert exact.lower == pytest.approx((alpha / 2) ** (1 / of), abs=1e-8)
