"""The true target sum crosses the progression threshold over its nadir exactly when it should."""

from decimal import Decimal

import pytest

from pipeline.assess.criteria import recist11
from pipeline.model.lesion import Role
from pipeline.simulate.trial import growth, subject
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.growth import Growth
from tests.builders.trials import retnet

DESIGN = Design(60, 1.5, 7)


def _sums(found: subject.Subject, days: list[float]) -> list[Decimal]:
    targets = [lesion for lesion in found.lesions if lesion.role is Role.TARGET]
    return [sum((Decimal(repr(t.size_mm(day) or 0.0)) for t in targets), Decimal(0)) for day in days]


@pytest.mark.parametrize("number", range(60))
def test_the_sum_progresses_at_its_day_and_not_before(number: int) -> None:
    found = subject.draw(DESIGN, number)
    event = found.course.crossing_days
    grid = [event * k / 4000 for k in range(4000)]
    nadir = min(_sums(found, grid))
    before, after = _sums(found, [event * 0.9999, event * 1.0001])
    thresholds = recist11.CRITERION.rules(retnet()).thresholds
    assert not thresholds.progressed(before, nadir)
    assert thresholds.progressed(after, nadir)
    for k, now in enumerate(_sums(found, grid[::40])):
        assert not thresholds.progressed(now, min(_sums(found, grid[: 40 * k + 1 : 40])))


def test_without_shrinkage_baseline_is_the_nadir() -> None:
    curves = [Growth(40.0, 0.0, 1.0), Growth(60.0, 0.0, 1.0)]
    assert growth.nadir_at(curves) == 0
    assert sum(curve.at(growth.crossing(curves)) for curve in curves) == pytest.approx(120)


def test_five_millimeters_decide_in_a_small_sum() -> None:
    curves = [Growth(12.0, 0.0, 1.0)]
    assert curves[0].at(growth.crossing(curves)) == pytest.approx(17)


def test_a_sum_that_levels_off_too_low_is_refused() -> None:
    with pytest.raises(ValueError, match=r"levels off at 110\.0 mm, below the threshold 120\.0 mm"):
        growth.crossing([Growth(100.0, 0.0, 0.1)])
