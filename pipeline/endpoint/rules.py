"""How a course ends: the rules of a rule set, tried in order; the first that answers decides.

FDA-A: FDA 2007, Table A (S16); EMA: treatment policy (S17), which disregards missed visits
and new therapy. The table with marks is in the rule book, section 4.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.endpoint import progression
from pipeline.endpoint.course import Course
from pipeline.endpoint.progression import Assessment
from pipeline.endpoint.sources import Reason
from pipeline.model.events import EventKind
from pipeline.model.visit import BASELINE


@dataclass(frozen=True)
class Outcome:
    """How the row ends: why, on which date, and at which visit that was seen (if any)."""

    reason: Reason
    date: dt.date
    visit: str = ""


Rule = Callable[[Course], Outcome | None]


def ended(course: Course) -> Outcome | None:
    """Return the earliest event, progression or death, regardless of what came before."""
    found = course.progression
    if found is not None:
        whole_body = course.protocol.endpoint.scope == "whole-body"
        reason = Reason.PROGRESSION if whole_body else Reason.HEPATIC_PROGRESSION
        return Outcome(reason, max(found.date, course.start), found.timepoint.visit)
    return Outcome(Reason.DEATH, course.death) if _death_counts(course) and course.death else None


def no_baseline(course: Course) -> Outcome | None:
    """Without a complete baseline: censored on day 1."""
    return None if course.baseline_complete else Outcome(Reason.NO_BASELINE, course.start)


def no_baseline_but_death(course: Course) -> Outcome | None:
    """Without a complete baseline: death counts, else censored on day 1."""
    if course.baseline_complete:
        return None
    if _death_counts(course) and course.death is not None and not _withdrew_by(course, course.death):
        return Outcome(Reason.DEATH, course.death)
    return Outcome(Reason.NO_BASELINE, course.start)


def therapy_first(course: Course) -> Outcome | None:
    """New therapy before any event: censored at the last adequate assessment up to it.

    A progression seen on the day the therapy starts comes first.
    """
    therapy, end = course.therapy, ended(course)
    if therapy is None or (end is not None and end.date <= therapy.date) or _withdrew_by(course, therapy.date):
        return None
    surgery = therapy.kind is EventKind.PROTOCOL_SURGERY
    return _censored(course, Reason.PROTOCOL_SURGERY if surgery else Reason.NEW_THERAPY, therapy.date)


def withdrawal_first(course: Course) -> Outcome | None:
    """Withdrawal before any event: censored at the last adequate assessment up to it."""
    end = ended(course)
    if course.withdrawal is None or (end is not None and end.date <= course.withdrawal):
        return None
    return _censored(course, Reason.WITHDRAWAL, course.withdrawal)


def after_missed_visits(course: Course) -> Outcome | None:
    """An event after missed visits: censored at the last adequate assessment before the gap."""
    end = ended(course)
    if end is None:
        return None
    last = _last_before(course, end)
    gap = end.date - (last.timepoint.date if last is not None else course.due_from)
    if gap.days <= course.missed_limit_days:
        return None
    reason = Reason.DEATH_AFTER_MISSED if end.reason is Reason.DEATH else Reason.PROGRESSION_AFTER_MISSED
    return _at(course, reason, last)


def without_event(course: Course) -> Outcome | None:
    """No event: censored at the last adequate assessment, on day 1 without one."""
    last = course.assessments[-1].timepoint.date if course.assessments else course.start
    adequate = progression.last_adequate(course.assessments, last)
    if course.death is not None:
        return _at(course, Reason.DEATH_NOT_AN_EVENT, adequate)
    if adequate is None:
        return _at(course, Reason.NO_POST_BASELINE, None)
    contact_ended = course.last_contact is not None
    return _at(course, Reason.LOST_TO_FOLLOW_UP if contact_ended else Reason.NO_PROGRESSION, adequate)


RULE_SETS: dict[str, tuple[Rule, ...]] = {
    "FDA-A": (no_baseline, therapy_first, withdrawal_first, after_missed_visits, ended, without_event),
    "EMA": (no_baseline_but_death, withdrawal_first, ended, without_event),
}
"""The rules of each endpoint.rule_set in the order they are tried."""


def decide(course: Course) -> Outcome:
    """Return how the course ends under the protocol's rule set."""
    answers = (rule(course) for rule in RULE_SETS[course.protocol.endpoint.rule_set])
    return next(answer for answer in answers if answer is not None)


def _death_counts(course: Course) -> bool:
    return course.death is not None and course.protocol.endpoint.death_is_event


def _withdrew_by(course: Course, date: dt.date) -> bool:
    return course.withdrawal is not None and course.withdrawal < date


def _last_before(course: Course, end: Outcome) -> Assessment | None:
    earlier = [item for item in course.assessments if item.timepoint.visit != end.visit]
    return progression.last_adequate(earlier, end.date)


def _censored(course: Course, reason: Reason, until: dt.date) -> Outcome:
    return _at(course, reason, progression.last_adequate(course.assessments, until))


def _at(course: Course, reason: Reason, last: Assessment | None) -> Outcome:
    if last is not None:
        return Outcome(reason, last.timepoint.date, last.timepoint.visit)
    return Outcome(reason, course.start, BASELINE if course.baseline_complete else "")
