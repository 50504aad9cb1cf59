"""Reduce the time points of our own study to a history; which response decides, which visit is adequate.

Date of progression (FDA 2007, S16; rule book, section 4): a new lesion dates to the first
scan that shows it, target progression to the last target scan of its time point,
non-target progression to the scan showing it. The date comes with the response.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.endpoint.history import Assessment, ResponseHistory, SubjectDates, Therapy
from pipeline.model import deciding
from pipeline.model.errors import InputError
from pipeline.model.events import THERAPIES, Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRead, NewLesion, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE, Visit


def history(
    subject: str,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
    *,
    whole_body: bool,
) -> ResponseHistory:
    """Return the history of one subject in one scope.

    Raises:
        InputError: a scan follows death, or death precedes randomization or treatment.
    """
    points = sorted(
        (tp for tp in timepoints if tp.subject == subject), key=lambda tp: (tp.date, tp.visit != BASELINE, tp.visit)
    )
    first = next((tp for tp in points if tp.visit == BASELINE), None)
    dates = _dates([event for event in events if event.subject == subject], points)
    _check_order(dates, points)
    completed = {visit.name: visit.completed for visit in visits if visit.subject == subject}
    by = deciding.in_scope(protocol, Scope.WHOLE_BODY if whole_body else Scope.LIVER)
    reads = {id(tp): tp.read(*by) for tp in points}
    after = [tp for tp in points if tp.visit != BASELINE and (first is None or tp.date >= first.date)]
    return ResponseHistory(
        subject=subject,
        baseline=() if first is None else (_assessment(first, reads[id(first)], completed),),
        followed=tuple(
            replace(_assessment(tp, reads[id(tp)], completed), staged=not whole_body and Flag.STAGED_GROWTH in tp.flags)
            for tp in after
        ),
        baseline_complete=first is not None and reads[id(first)].overall.response is not Response.NE,
        dates=dates,
    )


def _assessment(timepoint: TimePoint, read: CriterionRead, completed: dict[str, bool]) -> Assessment:
    """A visit that was not completed is adequate only if a reader signed it."""
    overall = read.overall
    others = read.non_target.response is Response.PD or read.new_lesion is NewLesion.YES
    usable = completed.get(timepoint.visit, True) or timepoint.reader != ""
    return Assessment(
        visit=timepoint.visit,
        date=timepoint.date,
        response=overall.response.plain,
        adequate=overall.response is not Response.NE and usable,
        progressed=overall.date if overall.response.plain is Response.PD else None,
        by_sum=read.target.response is Response.PD and not others,
        provisional=timepoint.provisional,
        reader=timepoint.reader,
    )


def _dates(events: Sequence[Event], timepoints: Sequence[TimePoint]) -> SubjectDates:
    on = {kind: tuple(sorted(event.date for event in events if event.kind is kind)) for kind in EventKind}
    first = {kind: days[0] if days else None for kind, days in on.items()}
    alive = [e.date for e in events if e.kind is not EventKind.DEATH] + [tp.date for tp in timepoints]
    return SubjectDates(
        randomized=first[EventKind.RANDOMIZED],
        embolizations=on[EventKind.EMBOLIZATION],
        death=first[EventKind.DEATH],
        last_alive=max(alive, default=None),
        last_contact=first[EventKind.LAST_CONTACT],
        withdrawal=first[EventKind.WITHDRAWAL],
        therapies=tuple(Therapy(event.kind, event.date) for event in events if event.kind in THERAPIES),
        claims=on[EventKind.CLAIMED_PROGRESSION],
    )


def _check_order(dates: SubjectDates, timepoints: Sequence[TimePoint]) -> None:
    if dates.death is None:
        return
    for start in (dates.treated, dates.randomized):
        if start is not None and dates.death < start:
            raise InputError(_contradiction(dates, f"the start {start}"))
    last = max((tp.date for tp in timepoints), default=dates.death)
    if last > dates.death:
        raise InputError(_contradiction(dates, f"a scan on {last}"))


def _contradiction(dates: SubjectDates, what: str) -> str:
    return f"Death on {dates.death} precedes {what}; expected it afterwards. Correct the events table."
