"""Change of a subject's sum of diameters against its baseline."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.response import Response
from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import style
from pipeline.store.course_tables import Point, SubjectCourse


@dataclass(frozen=True)
class Change:
    """One measured visit: days from the baseline scan, sum and baseline sum in mm, the visit."""

    day: int
    sum_mm: Decimal
    baseline_mm: Decimal
    point: Point

    @property
    def percent(self) -> Decimal:
        """Change of the sum from baseline in percent."""
        return (self.sum_mm - self.baseline_mm) * 100 / self.baseline_mm


def course(subject: SubjectCourse) -> tuple[Change, ...]:
    """Return the measured visits from baseline on; empty without a baseline sum above 0."""
    baseline = subject.baseline
    if baseline is None or not baseline.sum_mm:
        return ()
    return tuple(
        Change(days(baseline.date, point.date), point.sum_mm, baseline.sum_mm, point)
        for point in subject.points
        if point.sum_mm is not None and point.date >= baseline.date
    )


def best(subject: SubjectCourse) -> Change | None:
    """Return the visit with the smallest sum after baseline, progression and what follows it left out, the first such.

    A subject whose first measured visit is progression is shown at that visit.
    """
    followed = course(subject)[1:]
    progression = next((point.date for point in subject.points if point.response is Response.PD), dt.date.max)
    before = [change for change in followed if change.point.date < progression]
    return min(before, key=lambda change: change.percent) if before else next(iter(followed), None)


def levels(thresholds: Thresholds) -> tuple[int, int]:
    """Return the changes from baseline in percent at which response and progression are drawn."""
    return -thresholds.response_percent, thresholds.progression_percent


def dashed(thresholds: Thresholds) -> str:
    """Return what a caption says of the lines at these changes."""
    return f"Dashed: -{thresholds.response_percent} % and +{thresholds.progression_percent} %"


def days(start: dt.date, date: dt.date) -> int:
    """Return whole days from a start to a date."""
    return (date - start).days


def looks(courses: Sequence[SubjectCourse]) -> dict[str, style.GroupStyle]:
    """Return how each arm is drawn; one look for all while blinded."""
    return {arm: style.look(number) for number, arm in enumerate(sorted({c.arm for c in courses}))}
