"""How a course ends under a rule set: its rules are tried in order, the first that holds decides."""

import datetime as dt
from dataclasses import dataclass

from pipeline.endpoint import conditions, course, dates
from pipeline.endpoint.course import Course
from pipeline.endpoint.rule import Rule, RuleSet
from pipeline.endpoint.sources import BY_REASON, BY_THERAPY, Reason
from pipeline.model.endpoint import Interval, Traced
from pipeline.model.parameters import Clock, Death, Parameter

START_VARIABLES = {Clock.TREATMENT: ("ADSL", "TRTSDT"), Clock.RANDOMIZATION: ("ADSL", "RANDDT")}
"""Where the start of a clock stands; that of a response is in RS."""


@dataclass(frozen=True)
class Outcome:
    """How a row ends: why, on which date, at which visit that was seen (if any), from which value.

    until: up to which day assessments stand behind the row; None: all of them do.
    """

    reason: Reason
    date: dt.date
    visit: str
    censored_at: str
    interval: Interval
    traced: Traced
    until: dt.date | None = None

    @property
    def is_event(self) -> bool:
        """Whether CNSR is 0."""
        return BY_REASON[self.reason].cnsr == 0


def decide(followed: Course, rules: RuleSet, parameter: Parameter, *, whole_body: bool) -> Outcome:
    """Return how the course ends.

    whole_body names a progression PROGRESSION, else it is a HEPATIC PROGRESSION. In a
    parameter with competing death DEATH takes the code 9.
    """
    looked_at = followed if rules.claims else course.without_claims(followed)
    if not parameter.staged_counts:
        looked_at = course.without_staged(looked_at)
    rule = next(rule for rule in rules.rules if conditions.HOLDS[rule.when](looked_at))
    given = dates.give(rule.date, looked_at)
    date = dates.move(given, rule.date, rules.dating, looked_at)
    reason = _name(rule, looked_at, given, parameter, whole_body=whole_body)
    return Outcome(
        reason=reason,
        date=date,
        visit=_visit(given, looked_at),
        censored_at="" if BY_REASON[reason].cnsr == 0 else _censored_at(rule, given, parameter),
        interval=dates.interval(given, rule.date, looked_at, date),
        traced=_traced(rule, given, parameter),
        until=given.date if rule.cnsr == 0 else None,
    )


def _name(rule: Rule, looked_at: Course, given: dates.Dated, parameter: Parameter, *, whole_body: bool) -> Reason:
    if rule.reason is Reason.NEW_THERAPY and looked_at.therapy is not None:
        return BY_THERAPY[looked_at.therapy.kind]
    if rule.reason is Reason.DEATH and parameter.death is Death.COMPETING:
        return Reason.COMPETING_DEATH
    if rule.reason is Reason.PROGRESSION:
        if given.assessment is None:
            return Reason.CLAIMED_PROGRESSION
        return Reason.PROGRESSION if whole_body else Reason.HEPATIC_PROGRESSION
    return rule.reason


def _visit(given: dates.Dated, looked_at: Course) -> str:
    """Name the visit of the date; a start that a missing assessment falls back to is the baseline."""
    if given.assessment is not None:
        return given.assessment.visit
    return looked_at.history.baseline_visit if given.at_start else ""


def _censored_at(rule: Rule, given: dates.Dated, parameter: Parameter) -> str:
    return parameter.clock.value.upper() if given.at_start else rule.date.value


def _traced(rule: Rule, given: dates.Dated, parameter: Parameter) -> Traced:
    if given.at_start:
        domain, variable = START_VARIABLES.get(parameter.clock, ("RS", "RSDTC"))
        return Traced(domain, variable)
    return Traced(rule.domain, rule.variable, None if given.assessment is None else given.assessment.sequence)
