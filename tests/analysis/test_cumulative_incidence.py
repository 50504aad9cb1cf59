"""Cumulative incidence on examples small enough for paper."""

import numpy as np
import pytest

from pipeline.analysis import cumulative_incidence, kaplan_meier
from tests.builders.survival import sample


def test_incidence_by_hand() -> None:
    curve = cumulative_incidence.estimate(sample("1e 2d 3e 4c"))
    assert curve.incidence == pytest.approx([1 / 4, 1 / 4, 1 / 2, 1 / 2])


def test_both_events_on_one_day_share_the_risk_set() -> None:
    curve = cumulative_incidence.estimate(sample("1e 1d 2e 3c"))
    assert curve.incidence == pytest.approx([1 / 4, 1 / 2, 1 / 2])


def test_variance_of_the_first_step_by_hand() -> None:
    """Two of four at once: d (n - d) / (n - 1) / n^2 = 2 * 2 / 3 / 16."""
    curve = cumulative_incidence.estimate(sample("1e 1e 2c 3c"))
    assert curve.se[0] ** 2 == pytest.approx(1 / 12)


def test_limits_on_the_log_log_scale() -> None:
    curve = cumulative_incidence.estimate(sample("1e 2d 3e 4c"))
    power = np.exp(1.959963984540054 * curve.se[0] / (0.25 * np.log(0.25)))
    assert curve.ci_high[0] == pytest.approx(0.25**power)
    assert curve.ci_low[0] == pytest.approx(0.25 ** (1 / power))
    assert 0 < curve.ci_low[0] < 0.25 < curve.ci_high[0] < 1


def test_without_competing_events_it_is_one_less_survival() -> None:
    follow_up = sample("1e 2c 3e 3e 5c 8e")
    assert cumulative_incidence.estimate(follow_up).incidence == pytest.approx(
        1 - kaplan_meier.estimate(follow_up).survival
    )


def test_limits_end_where_all_had_the_event_but_for_rounding() -> None:
    curve = cumulative_incidence.estimate(sample(" ".join(f"{day}e" for day in range(1, 50))))
    assert curve.incidence[-1] == pytest.approx(1)
    assert np.isnan(curve.ci_high[-1])
    assert curve.ci_low[-2] < curve.incidence[-2] < curve.ci_high[-2] < 1


@pytest.mark.parametrize(("text", "expected"), [("5e", [1]), ("5c", [0]), ("5d", [0]), ("2e 2e", [1]), ("", [])])
def test_edges(text: str, expected: list[float]) -> None:
    curve = cumulative_incidence.estimate(sample(text))
    assert curve.incidence.tolist() == expected
    assert np.isnan(curve.ci_low).all()
    assert curve.ci_low.size == len(expected)
