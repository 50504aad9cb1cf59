"""How a course ends under a rule set: its rules are tried in order, the first that holds decides.

The rows of the rule sets are those of the rule book, section 4.
"""

import datetime as dt
from dataclasses import dataclass

from pipeline.endpoint import conditions, course, dates
from pipeline.endpoint.course import Course
from pipeline.endpoint.history import Assessment
from pipeline.endpoint.rule import DateRule, Rule, RuleSet
from pipeline.endpoint.sources import BY_REASON, BY_THERAPY, Reason
from pipeline.model.endpoint import Interval, Traced
from pipeline.model.parameters import Clock, Death, Parameter

START_VARIABLES = {Clock.TREATMENT: ("ADSL", "TRTSDT"), Clock.RANDOMIZATION: ("ADSL", "RANDDT")}
"""Where the start of a clock stands; that of a response is in RS."""


@dataclass(frozen=True)
class Outcome:
    """How a row ends: why, on which date, at which visit that was seen (if any), from which value.

    until: up to which day assessments stand behind the row; None: all of them do. imputed: what of the
    date that was taken is imputed, as --DTF says it.
    """

    reason: Reason
    date: dt.date
    visit: str
    censored_at: str
    interval: Interval
    traced: Traced
    until: dt.date | None = None
    imputed: str = ""

    @property
    def is_event(self) -> bool:
        """Whether CNSR is 0."""
        return BY_REASON[self.reason].cnsr == 0


def derive_outcome(followed: Course, rules: RuleSet, parameter: Parameter, *, whole_body: bool) -> Outcome:
    """Return how the course ends.

    whole_body names a progression PROGRESSION, else it is a HEPATIC PROGRESSION. In a
    parameter with competing death DEATH takes the code 9.
    """
    counted = followed if rules.claims else course.without_claims(followed)
    if not parameter.staged_counts:
        counted = course.without_staged(counted)
    rule = next(rule for rule in rules.rules if conditions.HOLDS[rule.condition](counted))
    dated = dates.date_of(rule.date, counted)
    date = dates.move(dated, rule.date, rules.dating, counted)
    reason = _name(rule, counted, dated, parameter, whole_body=whole_body)
    traced = _traced(rule, dated, counted, parameter)
    return Outcome(
        reason=reason,
        date=date,
        visit=_visit(dated, counted, parameter),
        censored_at="" if BY_REASON[reason].cnsr == 0 else _censored_at(rule, dated, parameter),
        interval=dates.interval(dated, rule.date, counted, date),
        traced=traced,
        until=dated.date if rule.cnsr == 0 else None,
        imputed=_imputed(dated, traced, counted),
    )


def _name(rule: Rule, counted: Course, dated: dates.SourcedDate, parameter: Parameter, *, whole_body: bool) -> Reason:
    if rule.reason is Reason.NEW_THERAPY and counted.therapy is not None:
        return BY_THERAPY[counted.therapy.kind]
    if rule.reason is Reason.DEATH and parameter.death is Death.COMPETING:
        return Reason.COMPETING_DEATH
    if rule.reason is Reason.PROGRESSION:
        if dated.assessment is None:
            return Reason.CLAIMED_PROGRESSION
        return Reason.PROGRESSION if whole_body else Reason.HEPATIC_PROGRESSION
    return rule.reason


def _visit(dated: dates.SourcedDate, counted: Course, parameter: Parameter) -> str:
    """Name the visit of the date; a start that a missing assessment falls back to is the baseline, or the response."""
    if dated.assessment is not None:
        return dated.assessment.visit
    if not dated.at_start:
        return ""
    responded = _responded(counted, parameter)
    return counted.history.baseline_visit if responded is None else responded.visit


def _responded(counted: Course, parameter: Parameter) -> Assessment | None:
    """Return the response that starts a duration of response."""
    if parameter.clock is not Clock.RESPONSE:
        return None
    return next((each for each in counted.history.followed if each.date == counted.start), None)


def _censored_at(rule: Rule, dated: dates.SourcedDate, parameter: Parameter) -> str:
    return parameter.clock.value.upper() if dated.at_start else rule.date.value


def _traced(rule: Rule, dated: dates.SourcedDate, counted: Course, parameter: Parameter) -> Traced:
    if dated.at_start:
        domain, variable = START_VARIABLES.get(parameter.clock, ("RS", "RSDTC"))
        responded = _responded(counted, parameter)
        return Traced(domain, variable, None if responded is None else responded.sequence)
    if rule.date is DateRule.LAST_ALIVE:
        return counted.history.dates.alive
    return Traced(rule.domain, rule.variable, None if dated.assessment is None else dated.assessment.sequence)


def _imputed(dated: dates.SourcedDate, traced: Traced, counted: Course) -> str:
    if dated.assessment is not None:
        return dated.assessment.imputed
    return dict(counted.history.dates.imputed).get(traced.variable, "")
