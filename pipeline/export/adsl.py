"""Rows of ADaM ADSL: one a subject, with the dates that the endpoint rests on."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pipeline.export import dataset
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adsl import ADSL
from pipeline.model.events import Event, EventKind
from pipeline.model.protocol import Protocol


def build(cases: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return ADSL of the subjects."""
    return dataset.of(ADSL, [_record(case, protocol) for case in cases])


def _record(case: Case, protocol: Protocol) -> dict[str, Cell]:
    treated = _dates(case.events, EventKind.EMBOLIZATION)
    start = min(treated, default=None)
    therapies = _dates(case.events, EventKind.OTHER_THERAPY)
    return {
        "STUDYID": protocol.name,
        "USUBJID": case.subject,
        "SUBJID": case.subject,
        "RANDDT": min(_dates(case.events, EventKind.RANDOMIZED), default=None),
        "TRTSDT": start,
        "TRTEDT": max(treated, default=None),
        "DTHDT": min(_dates(case.events, EventKind.DEATH), default=None),
        "NEWTXDT": min((day for day in therapies if start is None or day >= start), default=None),
        "WDRAWDT": min(_dates(case.events, EventKind.WITHDRAWAL), default=None),
        "LSTALVDT": _last_alive(case),
    }


def _dates(events: Sequence[Event], kind: EventKind) -> list[dt.date]:
    return [event.date for event in events if event.kind is kind]


def _last_alive(case: Case) -> dt.date | None:
    scans = [day for visit in case.visits for day in (*visit.scan_dates, visit.date) if day is not None]
    return max([*scans, *(event.date for event in case.events)], default=None)
