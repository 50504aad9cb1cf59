"""Derive HPFS and HPFSR: one row each, event or censor, with its reason.

HPFS runs from the first embolization, HPFSR from randomization; both are exported, the
protocol names the primary. Days are date - start + 1, so that a subject censored at the
start has 1 day (rule book, section 4).
"""

from collections.abc import Sequence

from pipeline.endpoint import course, rules
from pipeline.endpoint.sources import BY_REASON, Reason
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import BASELINE, Visit

CLOCKS = (("HPFS", EventKind.EMBOLIZATION), ("HPFSR", EventKind.RANDOMIZED))
"""Each parameter with the event that starts its clock, in the order of endpoint.csv."""


def derive(
    subject: str,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
) -> tuple[EndpointRow, ...]:
    """Return the rows of one subject, HPFS then HPFSR.

    1. Without a start date: empty days, reason NO START DATE; a start is never invented.
    2. The rules of the protocol's rule set, in order (pipeline.endpoint.rules).
    3. A row is provisional when a time point that it rests on is.

    Raises:
        InputError: the events contradict each other or the scans.
    """
    mine = [tp for tp in timepoints if tp.subject == subject]
    scanned = [visit for visit in visits if visit.subject == subject]
    happened = [event for event in events if event.subject == subject]
    return tuple(
        _row(subject, paramcd, clock, timepoints=mine, visits=scanned, events=happened, protocol=protocol)
        for paramcd, clock in CLOCKS
    )


def _row(
    subject: str,
    paramcd: str,
    clock: EventKind,
    *,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
) -> EndpointRow:
    start = course.first_date(events, clock)
    if start is None:
        missing = BY_REASON[Reason.NO_START_DATE]
        return EndpointRow(subject, paramcd, None, None, None, missing.cnsr, "", missing.reason.value, "", False)
    followed = course.follow(start, timepoints, visits, events, protocol)
    outcome = rules.decide(followed)
    source = BY_REASON[outcome.reason]
    behind = _behind(timepoints, outcome, is_event=source.cnsr == 0)
    return EndpointRow(
        subject=subject,
        paramcd=paramcd,
        start_date=start,
        date=outcome.date,
        days=(outcome.date - start).days + 1,
        cnsr=source.cnsr,
        event=source.reason.value if source.cnsr == 0 else "",
        reason=source.reason.value,
        source_visit=outcome.visit,
        provisional=any(tp.provisional for tp in behind),
        reader=";".join(sorted({name for tp in behind for name in tp.reader.split(";") if name})),
    )


def _behind(timepoints: Sequence[TimePoint], outcome: rules.Outcome, *, is_event: bool) -> list[TimePoint]:
    """Return the time points a row rests on: from baseline to the event, to the end without one."""
    first = min((tp.date for tp in timepoints if tp.visit == BASELINE), default=None)
    counted = [tp for tp in timepoints if first is None or tp.date >= first]
    if not is_event:
        return counted
    return [tp for tp in counted if tp.date <= outcome.date or tp.visit == outcome.visit]
