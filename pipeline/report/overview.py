"""Gather what a subject's page and the index row say about the whole course.

Nothing is decided here: responses, dates and flags come as they are, and are only sorted,
counted and picked; the best response is pipeline.assess.best_response's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.assess.best_response import DatedResponse, unconfirmed
from pipeline.model.endpoint import EndpointRow
from pipeline.model.flags import Flag, Severity
from pipeline.model.lesion import Finding, Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response, TimePoint
from pipeline.model.visit import BASELINE
from pipeline.report import deciding
from pipeline.report.content import SubjectReport

_ROLE_ORDER = tuple(Role)
_SEVERITY_ORDER = (Severity.BLOCK, Severity.WARN, Severity.INFO)


@dataclass(frozen=True)
class RaisedFlag:
    """A flag and every place it stands at, for example ('W12', 'T01 W24')."""

    flag: Flag
    places: tuple[str, ...]


@dataclass(frozen=True)
class LesionRow:
    """One lesion over all visits; cells[n] holds its findings at the n-th visit."""

    lesion: str
    role: Role
    organ: str
    segment: str
    cells: tuple[tuple[Finding, ...], ...]


def best_response(timepoints: Sequence[TimePoint], endpoints: Sequence[EndpointRow], protocol: Protocol) -> Response:
    """The best deciding response without confirmation; none where no visit follows the baseline.

    Counted from the start of the primary endpoint, without one from the baseline.
    """
    followed = [point for point in timepoints if point.visit != BASELINE]
    if not followed:
        return Response.NONE
    row = primary(endpoints, protocol)
    start = row.start_date if row is not None and row.start_date is not None else timepoints[0].date
    responses = [(point, deciding.response(point, protocol)) for point in followed]
    dated = [DatedResponse(response.date or point.date, response.response.plain) for point, response in responses]
    return unconfirmed(dated, start, protocol.best_response).response


def last_response(timepoints: Sequence[TimePoint], protocol: Protocol) -> Response:
    """The deciding response of the last time point that has one."""
    shown = [deciding.response(point, protocol).response for point in timepoints]
    return next((response for response in reversed(shown) if response is not Response.NONE), Response.NONE)


def accepted(timepoints: Sequence[TimePoint]) -> tuple[TimePoint, ...]:
    """The accepted time points; if none is accepted, those of the first reader."""
    chosen = tuple(point for point in timepoints if point.accepted)
    return chosen or tuple(point for point in timepoints if point.reader == timepoints[0].reader)


def primary(endpoints: Sequence[EndpointRow], protocol: Protocol) -> EndpointRow | None:
    """The accepted row of the protocol's primary endpoint."""
    rows = [row for row in endpoints if row.paramcd == protocol.endpoint.primary]
    return next((row for row in rows if row.accepted), rows[0] if rows else None)


def readers(timepoints: Sequence[TimePoint]) -> tuple[str, ...]:
    """The readers of the time points, accepted ones first; '' stands for the proposal."""
    by_weight = sorted(timepoints, key=lambda point: not point.accepted)
    return tuple(dict.fromkeys(point.reader for point in by_weight))


def provisional(subject: SubjectReport) -> bool:
    """Whether anything shown rests on unsigned proposals."""
    return any(point.provisional for point in subject.timepoints) or any(row.provisional for row in subject.endpoints)


def flags(subject: SubjectReport) -> tuple[RaisedFlag, ...]:
    """All flags of a subject with their places, the weightiest first."""
    raised: dict[Flag, list[str]] = {}
    for place, names in (
        *((f"volume {line.id}", line.flags) for line in subject.volumes),
        *((visit.name, visit.flags) for visit in subject.visits),
        *((f"{finding.lesion} {finding.visit}", finding.flags) for finding in subject.findings),
        *((point.visit, point.flags) for point in subject.timepoints),
    ):
        for flag in names:
            raised.setdefault(flag, []).append(place)
    rows = [RaisedFlag(flag, tuple(dict.fromkeys(raised[flag]))) for flag in Flag if flag in raised]
    return tuple(sorted(rows, key=lambda row: _SEVERITY_ORDER.index(row.flag.severity)))


def lesions(subject: SubjectReport) -> tuple[LesionRow, ...]:
    """The lesions by role and name, each with its findings at every visit."""
    names = sorted({finding.lesion for finding in subject.findings})
    rows = []
    for name in names:
        own = [finding for finding in subject.findings if finding.lesion == name]
        cells = tuple(
            tuple(finding for finding in own if _at(finding, visit.name, visit.scan_dates)) for visit in subject.visits
        )
        segment = next((finding.segment for finding in own if finding.segment), "")
        rows.append(LesionRow(name, own[0].role, own[0].organ.value, segment, cells))
    return tuple(sorted(rows, key=lambda row: (_ROLE_ORDER.index(row.role), row.lesion)))


def _at(finding: Finding, visit: str, dates: Sequence[object]) -> bool:
    """A read that names no visit belongs to the visit scanned on its date."""
    return finding.visit == visit if finding.visit else finding.date in dates
