"""Rows of SDTM PR: the procedures of a subject by date (SDTMIG 3.3, section 6.1).

INTEMB of ADTTE, the interval between two embolizations, leads to the row of the later one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from pipeline.export import dataset
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.pr import PR
from pipeline.export.table import day
from pipeline.model.events import PROCEDURES, Event, EventKind
from pipeline.model.protocol import Protocol


def build(cases: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return PR of the subjects."""
    return dataset.of(PR, [record for case in cases for record in _of_case(case, protocol)])


def embolization(case: Case, date: dt.date | None) -> int | None:
    """Return PRSEQ of the embolization of a day; None where there is none."""
    on_day = (n for n, e in _numbered(case) if e.kind is EventKind.EMBOLIZATION and e.date == date)
    return next(on_day, None)


def _numbered(case: Case) -> Iterator[tuple[int, Event]]:
    """Yield the procedures with PRSEQ."""
    procedures = [event for event in case.events if event.kind in PROCEDURES]
    yield from enumerate(sorted(procedures, key=lambda event: (event.date, event.kind)), start=1)


def _of_case(case: Case, protocol: Protocol) -> Iterator[dict[str, Cell]]:
    for sequence, event in _numbered(case):
        yield {
            "STUDYID": protocol.name,
            "DOMAIN": PR.name,
            "USUBJID": case.subject,
            "PRSEQ": sequence,
            "PRTRT": event.kind.value.replace("_", " "),
            "PRCAT": "STUDY TREATMENT" if event.kind is EventKind.EMBOLIZATION else "OTHER PROCEDURE",
            "PRSTDTC": day(event.date),
            "PRSTDY": case.study_day(event.date),
        }
