"""Which date a rule gives, and how a rule set moves it (uniform dates, interval ends)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.endpoint.course import Course
from pipeline.endpoint.history import Assessment
from pipeline.endpoint.rule import DateRule, Dating
from pipeline.model.endpoint import Interval


@dataclass(frozen=True)
class SourcedDate:
    """A date and the visit it was taken from; at_start: there was nothing to date from, or the rule says so."""

    date: dt.date
    assessment: Assessment | None = None
    at_start: bool = False


def date_of(rule: DateRule, course: Course) -> SourcedDate:
    """Return the date of a rule as seen; without an assessment to date from it is the start."""
    return _DATE_OF[rule](course)


def move(dated: SourcedDate, rule: DateRule, dating: Dating, course: Course) -> dt.date:
    """Return the date as the rule set wants it; never after death or the data cut, never before the start.

    SCHEDULED (Table B [M]): a visit within its window takes its scheduled date; between two
    windows a progression takes the next scheduled date, a censor the one before. Death and
    the start keep their days.
    """
    if rule is DateRule.PROGRESSION:
        return max(course.start, _progression(dated, dating, course))
    if dating is Dating.SCHEDULED and dated.assessment is not None:
        return max(course.start, _limited(_scheduled(dated.date, course)[0], course))
    return dated.date


def interval(dated: SourcedDate, rule: DateRule, course: Course, date: dt.date) -> Interval:
    """Return where the event lies: (last adequate visit without it, scan that shows it], death on its day.

    dated is the date as seen, date the one of the row: a censored event lies after it.
    """
    if rule is DateRule.DEATH:
        return Interval(dated.date, dated.date)
    if rule is not DateRule.PROGRESSION:
        return Interval(date, None)
    last = course.last_adequate(dated.date - dt.timedelta(days=1), dated.assessment)
    return Interval(course.start if last is None else last.date, dated.date)


def _progression(dated: SourcedDate, dating: Dating, course: Course) -> dt.date:
    of_sum = course.sums_scheduled and dated.assessment is not None and dated.assessment.by_sum
    if dating is Dating.AS_SEEN and not of_sum:
        return dated.date
    if dating in {Dating.AS_SEEN, Dating.SCHEDULED}:
        return _limited(_scheduled(dated.date, course)[1], course)
    within = interval(dated, DateRule.PROGRESSION, course, dated.date)
    days = (dated.date - within.left).days
    return within.left + dt.timedelta(days=days // 2 if dating is Dating.MIDPOINT else 0)


def _limited(date: dt.date, course: Course) -> dt.date:
    return min([date, *(day for day in (course.death, course.cut) if day is not None)])


def _scheduled(date: dt.date, course: Course) -> tuple[dt.date, dt.date]:
    """Return the scheduled visit that a censor and that a progression on this date take."""
    every, window = course.schedule.every_days, course.schedule.window_days
    offset = (date - course.day_zero).days
    number = max(0, (offset + window) // every)
    following = number if number > 0 and offset <= number * every + window else number + 1
    return course.day_zero + dt.timedelta(days=number * every), course.day_zero + dt.timedelta(days=following * every)


def _start(course: Course) -> SourcedDate:
    return SourcedDate(course.start, at_start=True)


def _shown(course: Course) -> SourcedDate:
    end = course.progression
    assert end is not None, "the condition of the rule holds"
    return SourcedDate(end.date, end.assessment)


def _death(course: Course) -> SourcedDate:
    assert course.death is not None, "the condition of the rule holds"
    return SourcedDate(course.death)


def _last(course: Course, assessment: Assessment | None) -> SourcedDate:
    return _start(course) if assessment is None else SourcedDate(assessment.date, assessment)


def _up_to_therapy(course: Course) -> SourcedDate:
    assert course.therapy is not None, "the condition of the rule holds"
    return _last(course, course.last_adequate(course.therapy.date))


def _up_to_withdrawal(course: Course) -> SourcedDate:
    return _last(course, course.last_adequate(course.withdrawal))


def _before_gap(course: Course) -> SourcedDate:
    assert course.end is not None, "the condition of the rule holds"
    return _last(course, course.last_before(course.end))


def _last_response(course: Course) -> SourcedDate:
    return _last(course, course.assessments[-1] if course.assessments else None)


def _last_alive(course: Course) -> SourcedDate:
    alive = course.history.dates.last_alive
    return SourcedDate(alive) if alive is not None and alive > course.start else _start(course)


_DATE_OF: dict[DateRule, Callable[[Course], SourcedDate]] = {
    DateRule.START: _start,
    DateRule.PROGRESSION: _shown,
    DateRule.DEATH: _death,
    DateRule.LAST_UP_TO_THERAPY: _up_to_therapy,
    DateRule.LAST_UP_TO_WITHDRAWAL: _up_to_withdrawal,
    DateRule.LAST_BEFORE_GAP: _before_gap,
    DateRule.LAST_ADEQUATE: lambda course: _last(course, course.last_adequate()),
    DateRule.LAST_RESPONSE: _last_response,
    DateRule.LAST_ALIVE: _last_alive,
}
