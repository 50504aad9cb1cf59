"""Derive the row of one parameter: start, end, days, reason.

Days are date - start + 1, so that a subject censored at the start has 1 day (rule book,
section 4).
"""

import datetime as dt
import itertools
from dataclasses import replace

from pipeline.endpoint import course, rule_book
from pipeline.endpoint.course import Course
from pipeline.endpoint.history import Assessment, ResponseHistory, SubjectDates
from pipeline.endpoint.outcome import START_VARIABLES, Outcome, derive_outcome
from pipeline.endpoint.rule import AfterTherapy, Condition, DateRule, RuleSet, WithoutResponse
from pipeline.endpoint.sources import BY_REASON, Reason
from pipeline.model import same_day
from pipeline.model.endpoint import EndpointRow, Interval, Traced
from pipeline.model.parameters import INTERVAL_CODE, Clock, Death, Parameter
from pipeline.model.protocol import Endpoint, Schedule
from pipeline.model.response import Response


def row(
    history: ResponseHistory,
    parameter: Parameter,
    *,
    schedule: Schedule,
    endpoint: Endpoint,
    whole_body: bool,
    cut: dt.date | None = None,
    after_therapy: AfterTherapy | None = None,
) -> EndpointRow:
    """Return the row of one subject and parameter.

    1. Without a start date: empty days, reason NO START DATE (NO RESPONSE where the start
       is a response); a start is never invented.
    2. The rules of the protocol's rule set in order; overall survival has rules of its own.
    3. A row is provisional when an assessment that it rests on is.

    whole_body: the responses of the history regard the whole body, so a progression is not
    called hepatic. cut: the data cut, which no date passes. after_therapy: whether a response that a
    new therapy precedes starts a duration of response; None leaves it to the rule set.
    """
    rules = rule_book.get(endpoint.rule_set) if parameter.by_rule_set else rule_book.SURVIVAL
    start = _start(history, parameter, rules, schedule, endpoint, after_therapy=after_therapy)
    if start is None:
        reason = Reason.NO_RESPONSE if parameter.clock is Clock.RESPONSE else Reason.NO_START_DATE
        return EndpointRow(history.subject, parameter.code, None, None, None, None, "", reason.value, "", False)
    followed = course.follow(
        history,
        start,
        schedule=schedule,
        endpoint=endpoint,
        death_counts=_death_counts(parameter, endpoint),
        cut=cut,
    )
    outcome = derive_outcome(followed, rules, parameter, whole_body=whole_body)
    return _row(followed, parameter, outcome, rules)


def without_response(
    row: EndpointRow, dates: SubjectDates, day_one: dt.date | None, follows: WithoutResponse
) -> EndpointRow | None:
    """Return the duration of response of who did not respond: none, or censored on day 1, as the rule set says.

    day_one: of responses; where it is not known there is nothing to censor, and no row.
    """
    clock = Clock.RANDOMIZATION if day_one == dates.randomized else Clock.TREATMENT
    if follows is WithoutResponse.NO_ROW or day_one is None:
        return None
    return replace(
        row,
        start_date=day_one,
        date=day_one,
        days=1,
        cnsr=BY_REASON[Reason.NO_RESPONSE].cnsr,
        censored_at=DateRule.START.value,
        traced=Traced(*START_VARIABLES[clock]),
    )


def embolization_intervals(history: ResponseHistory) -> tuple[EndpointRow, ...]:
    """Return one row for each embolization that another follows: from the one to the next."""
    days = history.dates.embolizations
    return tuple(
        EndpointRow(
            subject=history.subject,
            paramcd=INTERVAL_CODE,
            start_date=first,
            date=following,
            days=(following - first).days + 1,
            cnsr=0,
            event=Reason.NEXT_EMBOLIZATION.value,
            reason=Reason.NEXT_EMBOLIZATION.value,
            source_visit="",
            provisional=False,
            interval=Interval(following, following),
            traced=Traced("PR", "PRSTDTC"),
        )
        for first, following in itertools.pairwise(days)
    )


def _row(followed: Course, parameter: Parameter, outcome: Outcome, rules: RuleSet) -> EndpointRow:
    behind = _behind(followed.history, outcome)
    return EndpointRow(
        subject=followed.history.subject,
        paramcd=parameter.code,
        start_date=followed.start,
        date=outcome.date,
        days=(outcome.date - followed.start).days + 1,
        cnsr=BY_REASON[outcome.reason].cnsr,
        event=outcome.reason.value if outcome.is_event else "",
        reason=outcome.reason.value,
        source_visit=outcome.visit,
        provisional=any(a.provisional for a in behind),
        reader=";".join(sorted({name for a in behind for name in a.reader.split(";") if name})),
        censored_at=outcome.censored_at,
        rule_set=rules.name,
        interval=outcome.interval,
        traced=outcome.traced,
        date_imputed=outcome.imputed,
        start_imputed=_start_imputed(followed, parameter),
    )


def _start_imputed(followed: Course, parameter: Parameter) -> str:
    if parameter.clock is Clock.RESPONSE:
        return next((a.imputed for a in followed.history.followed if a.date == followed.start), "")
    _, variable = START_VARIABLES[parameter.clock]
    return dict(followed.history.dates.imputed).get(variable, "")


def _behind(history: ResponseHistory, outcome: Outcome) -> list[Assessment]:
    """Return the assessments a row rests on: from baseline to the event, to the end without one."""
    counted = [*history.baseline, *history.followed]
    if outcome.until is None:
        return counted
    return [a for a in counted if a.date <= outcome.until or a.visit == outcome.visit]


def _death_counts(parameter: Parameter, endpoint: Endpoint) -> bool:
    if parameter.death is Death.BY_PROTOCOL:
        return endpoint.death_is_event
    return parameter.death is not Death.CENSORED


def _start(
    history: ResponseHistory,
    parameter: Parameter,
    rules: RuleSet,
    schedule: Schedule,
    endpoint: Endpoint,
    *,
    after_therapy: AfterTherapy | None,
) -> dt.date | None:
    dates = history.dates
    if parameter.clock is Clock.TREATMENT:
        return dates.treated
    if parameter.clock is Clock.RANDOMIZATION:
        return dates.randomized
    since = _anchor(history, schedule)
    return None if since is None else _first_response(history, since, rules, endpoint, after_therapy=after_therapy)


def _anchor(history: ResponseHistory, schedule: Schedule) -> dt.date | None:
    """Return the day that the schedule counts from; the other clock's start where it is not known."""
    dates = history.dates
    either = (dates.treated, dates.randomized)
    first, second = either if schedule.anchor == "EMBOLIZATION" else either[::-1]
    return first or second


def _first_response(
    history: ResponseHistory,
    since: dt.date,
    rules: RuleSet,
    endpoint: Endpoint,
    *,
    after_therapy: AfterTherapy | None,
) -> dt.date | None:
    """Return the first CR or PR, if no progression and nothing that ends the course came before it."""
    conditions = {rule.condition for rule in rules.rules}
    therapy = course.first_therapy(history.dates.therapies, since, endpoint)
    by_rules = AfterTherapy.IGNORED if Condition.THERAPY_FIRST in conditions else AfterTherapy.COUNTED
    ignored = (after_therapy or by_rules) is AfterTherapy.IGNORED
    limits = [therapy.date] if therapy is not None and ignored else []
    if history.dates.withdrawal is not None and Condition.WITHDRAWAL_FIRST in conditions:
        limits.append(history.dates.withdrawal)
    for assessment in sorted(history.followed, key=lambda each: (each.event_date, same_day.rank(each.response))):
        if assessment.date < since or not assessment.adequate:
            continue
        if assessment.response is Response.PD or any(assessment.date > limit for limit in limits):
            return None
        if assessment.response in {Response.CR, Response.PR}:
            return assessment.date
    return None
