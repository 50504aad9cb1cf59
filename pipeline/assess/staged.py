"""Flag a hepatic progression that rests on a lobe before its first session (rule book, section 4).

In staged bilobar treatment such growth counts by default, but it is no failure of the
treatment; the endpoint is therefore derived both ways.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.assess import timepoints
from pipeline.model import deciding, lobes
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag, ordered
from pipeline.model.lesion import Finding
from pipeline.model.lobes import Lobe
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import Burden, Visit


def flag(
    points: Sequence[TimePoint],
    *,
    visits: Sequence[Visit],
    findings: Sequence[Finding],
    burdens: Mapping[str, Burden],
    events: Sequence[Event],
    protocol: Protocol,
) -> tuple[TimePoint, ...]:
    """Return the time points, with STAGED_GROWTH where the progression needs a lobe that waits for its session.

    1. A lobe waits on the day of the scan that shows the progression when another lobe had its
       session by then and its own is still to come.
    2. The visit is read again without the lesions of that lobe (a lesion whose segment names
       no lobe stays); if it is then no progression, it is flagged.

    Sessions that name no lobe flag nothing.
    """
    sessions = _sessions(events)

    def needs_waiting_lobe(point: TimePoint) -> bool:
        shown = point.read(*deciding.in_scope(protocol, Scope.LIVER)).overall.date or point.date
        waiting = {lobe for lobe, session in sessions.items() if session > shown}
        if not _progressed(point, protocol) or not waiting or not set(sessions) - waiting:
            return False
        treated = [f for f in findings if not (lobes.named(f.segment) and lobes.named(f.segment) <= waiting)]
        again = timepoints.assess(point.subject, visits, treated, burdens, protocol)
        return not _progressed(next(tp for tp in again if tp.visit == point.visit), protocol)

    return tuple(
        replace(point, flags=ordered(*point.flags, Flag.STAGED_GROWTH)) if needs_waiting_lobe(point) else point
        for point in points
    )


def _sessions(events: Sequence[Event]) -> dict[Lobe, dt.date]:
    """Return the first session of each lobe that the details of the embolizations name."""
    sessions: dict[Lobe, dt.date] = {}
    for event in sorted(events, key=lambda event: event.date):
        if event.kind is EventKind.EMBOLIZATION:
            for lobe in lobes.named(event.detail):
                sessions.setdefault(lobe, event.date)
    return sessions


def _progressed(point: TimePoint, protocol: Protocol) -> bool:
    """Whether the liver progressed by the criterion that decides there."""
    return point.read(*deciding.in_scope(protocol, Scope.LIVER)).overall.response.plain is Response.PD
