"""Whether a condition of a rule holds for a course; its words are in pipeline.endpoint.rule."""

import datetime as dt
from collections.abc import Callable

from pipeline.endpoint.course import Course
from pipeline.endpoint.rule import Condition


def _death_without_baseline(course: Course) -> bool:
    if course.history.baseline_complete or not course.death_counts or course.death is None:
        return False
    return not _withdrew_before(course, course.death)


def _therapy_first(course: Course) -> bool:
    """A progression seen on the day the therapy starts comes first [D]."""
    therapy = course.therapy
    return therapy is not None and _none_by(course, therapy.date) and not _withdrew_before(course, therapy.date)


def _withdrawal_first(course: Course) -> bool:
    return course.withdrawal is not None and _none_by(course, course.withdrawal)


def _progression_after_missed(course: Course) -> bool:
    return course.progression is not None and course.missed_before(course.progression)


def _death_after_missed(course: Course) -> bool:
    end = course.end
    return end is not None and end.is_death and course.missed_before(end)


def _died_first(course: Course) -> bool:
    return course.end is not None and course.end.is_death


def _death_not_counted(course: Course) -> bool:
    return course.progression is None and course.death is not None and not course.death_counts


def _none_by(course: Course, day: dt.date) -> bool:
    return course.end is None or course.end.date > day


def _withdrew_before(course: Course, day: dt.date) -> bool:
    return course.withdrawal is not None and course.withdrawal < day


HOLDS: dict[Condition, Callable[[Course], bool]] = {
    Condition.NO_BASELINE: lambda course: not course.history.baseline_complete,
    Condition.DEATH_WITHOUT_BASELINE: _death_without_baseline,
    Condition.THERAPY_FIRST: _therapy_first,
    Condition.WITHDRAWAL_FIRST: _withdrawal_first,
    Condition.PROGRESSION_AFTER_MISSED: _progression_after_missed,
    Condition.DEATH_AFTER_MISSED: _death_after_missed,
    Condition.PROGRESSION: lambda course: course.progression is not None,
    Condition.DEATH: _died_first,
    Condition.DEATH_NOT_COUNTED: _death_not_counted,
    Condition.DIED: lambda course: course.death is not None,
    Condition.NOTHING_ADEQUATE: lambda course: course.last_adequate() is None,
    Condition.NOTHING_ASSESSED: lambda course: not course.assessments,
    Condition.WITHDRAWN: lambda course: course.withdrawal is not None,
    Condition.FOLLOW_UP_ENDED: lambda course: course.history.dates.last_contact is not None,
    Condition.OTHERWISE: lambda _: True,
}
"""The test of each condition."""
