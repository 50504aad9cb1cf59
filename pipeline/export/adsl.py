"""Rows of ADaM ADSL: one a subject, with the dates that the endpoint rests on.

Dates that admiralonco's templates read (rule book, section 6; S25).
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from pipeline.export import dataset
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adsl import ADSL, BY_ARM
from pipeline.model.events import NEW_THERAPIES, Event, EventKind
from pipeline.model.protocol import Protocol

LOST = "LOST TO FOLLOW-UP"
"""DCSREAS where follow-up ended (event LAST_CONTACT)."""


def build(cases: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return ADSL of the subjects, with their arms where these are known; the protocol has the words of an arm."""
    subjects = tuple(cases)
    records = [_record(case, protocol) for case in subjects]
    if not any(case.arm for case in subjects):
        return dataset.of(ADSL, records)
    words = {arm.code: arm.label for arm in protocol.arms}
    arms = ({"ARMCD": c.arm, **dict.fromkeys(("ARM", "TRT01P"), words.get(c.arm, c.arm))} for c in subjects)
    return dataset.of(BY_ARM, [{**record, **arm} for record, arm in zip(records, arms, strict=True)])


def _record(case: Case, protocol: Protocol) -> dict[str, Cell]:
    treated = _dates(case.events, EventKind.EMBOLIZATION)
    start = min(treated, default=None)
    died = min(_dates(case.events, EventKind.DEATH), default=None)
    therapies = [event.date for event in case.events if event.kind in NEW_THERAPIES]
    ended = max(_dates(case.events, EventKind.LAST_CONTACT), default=None)
    return {
        "STUDYID": protocol.name,
        "USUBJID": case.subject,
        "SUBJID": case.subject,
        "ITTFL": _known(case.randomized),
        "SAFFL": _known(start),
        "RANDDT": case.randomized,
        "TRTSDT": start,
        "TRTEDT": max(treated, default=None),
        "DTHDT": died,
        "DTHFL": _known(died),
        "NEWTXDT": min((day for day in therapies if start is None or day >= start), default=None),
        "WDRAWDT": min(_dates(case.events, EventKind.WITHDRAWAL), default=None),
        "EOSDT": ended,
        "DCSREAS": "" if ended is None else LOST,
        "LSTALVDT": _last_alive(case),
    }


def _known(date: dt.date | None) -> str:
    return "N" if date is None else "Y"


def _dates(events: Sequence[Event], kind: EventKind) -> list[dt.date]:
    return [event.date for event in events if event.kind is kind]


def _last_alive(case: Case) -> dt.date | None:
    """The latest scan or event, for someone who died the day of death."""
    days = [day for visit in case.visits for day in (*visit.scan_dates, visit.date) if day is not None]
    days += [event.date for event in case.events]
    return min(_dates(case.events, EventKind.DEATH), default=max(days, default=None))
