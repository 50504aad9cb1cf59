"""Rows of SDTM TR: what was measured of each lesion at each visit, and the sums.

Rule book, section 6, "TR" (S23, S24).
"""

from collections.abc import Iterable

from pipeline.export import measured, supplement
from pipeline.export.case import Case
from pipeline.export.codelists import meaning
from pipeline.export.dataset import Cell, Dataset, text
from pipeline.export.domains.tr import TR
from pipeline.export.measured import PlacedResult
from pipeline.export.results import NOT_DONE
from pipeline.export.supplement import Record
from pipeline.export.table import day
from pipeline.export.tu import method
from pipeline.model.protocol import Protocol


def build(cases: Iterable[Case], protocol: Protocol) -> tuple[Dataset, Dataset]:
    """Return TR and SUPPTR of the subjects."""
    records = [_record(case, item, protocol) for case in cases for item in measured.of(case, protocol)]
    return supplement.split(TR, records)


def _record(case: Case, item: PlacedResult, protocol: Protocol) -> Record:
    result, finding = item.result, item.finding
    number = case.visit_numbers[item.visit]
    cells: dict[str, Cell] = {
        "STUDYID": protocol.name,
        "DOMAIN": TR.name,
        "USUBJID": case.subject,
        "TRGRPID": item.group.value.upper(),
        "TRREFID": finding.sop_uid if finding else "",
        "TRLNKID": item.link,
        "TRLNKGRP": f"{item.by.prefix}-A{text(number)}",
        "TRTESTCD": result.test,
        "TRTEST": meaning("TRTESTCD", result.test),
        "TRORRES": result.original,
        "TRORRESU": result.unit if result.original == result.standard else "",
        "TRSTRESC": result.standard,
        "TRSTRESN": result.value,
        "TRSTRESU": result.unit,
        "TRSTAT": NOT_DONE if result.reason else "",
        "TRREASND": result.reason,
        "TRMETHOD": method(finding) if finding else "",
        "TREVAL": item.by.evaluation,
        "TREVALID": item.by.identifier,
        "TRACPTFL": "Y" if item.accepted else "",
        "VISITNUM": number,
        "VISIT": item.visit,
        "TRDTC": day(item.date),
        "TRDY": case.study_day(item.date),
    }
    qualifiers = supplement.of_reading(item.reading, result.axis) if item.reading else {}
    if item.reading:
        qualifiers |= {"DTCSRC": case.dated_by.get(item.visit, "")}
    return Record(cells, qualifiers, item.by.evaluation)
