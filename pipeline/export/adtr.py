"""Rows of ADaM ADTR: numbers of TR with baseline, nadir and change, each with its image and points.

Rule book, section 6 (S25).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.export import dataset, measured, supplement
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adtr import ADTR, PARAMETERS
from pipeline.export.measured import PlacedResult
from pipeline.export.target_sums import difference, percent_change
from pipeline.export.tu import LOCATIONS
from pipeline.model import deciding
from pipeline.model.protocol import Protocol
from pipeline.model.response import Sums
from pipeline.model.visit import BASELINE

_PARAMCD = {"SUMDIAM": "SDIAM", "SUMVDIAM": "SVDIAM", "SUMVOL": "SVOL"}
_LABELS = dict(PARAMETERS)


def build(cases: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return ADTR of the subjects: a row for every number of TR that is a measurement or a sum."""
    records = [record for case in cases for record in _of_case(case, protocol)]
    return dataset.of(ADTR, dataset.numbered(records, "ASEQ"))


def _of_case(case: Case, protocol: Protocol) -> Iterator[dict[str, Cell]]:
    numbered = [
        (sequence, item)
        for sequence, item in enumerate(measured.of(case, protocol), start=1)
        if item.result.value is not None and _paramcd(item) in _LABELS
    ]
    base = {_series(item): item.result.value for _, item in numbered if item.visit == BASELINE}
    for sequence, item in numbered:
        record = _record(case, item, base.get(_series(item)))
        yield {**record, "STUDYID": protocol.name, "SRCSEQ": sequence}


def _paramcd(item: PlacedResult) -> str:
    return _PARAMCD.get(item.result.test, item.result.test)


def _series(item: PlacedResult) -> tuple[str, str]:
    """What baseline and follow-up of one series share; a sum is followed whoever stands behind it."""
    return (item.link, _paramcd(item))


def _record(case: Case, item: PlacedResult, base: Decimal | None) -> dict[str, Cell]:
    value, finding = item.result.value, item.finding
    nadir = _nadir(item)
    signed = finding.signed_at if finding else None
    points = supplement.points(item.result.axis)
    placed: dict[str, Cell] = {name.removeprefix("PT"): Decimal(text) for name, text in points.items()}
    return placed | {
        "USUBJID": case.subject,
        "PARAM": _LABELS[_paramcd(item)],
        "PARAMCD": _paramcd(item),
        "TRLNKID": item.link,
        "TRGRPID": item.group.value.upper(),
        "TULOC": LOCATIONS[finding.organ] if finding else "",
        "ADT": item.date,
        "ADY": case.study_day(item.date),
        "AVISIT": item.visit,
        "AVISITN": case.visit_numbers[item.visit],
        "AVAL": value,
        "AVALU": item.result.unit,
        "BASE": base,
        "CHG": difference(value, base),
        "PCHG": percent_change(value, base),
        "NADIR": nadir,
        "CHGNAD": difference(value, nadir),
        "PCHGNAD": percent_change(value, nadir),
        "ABLFL": "Y" if item.visit == BASELINE else "",
        "EVAL": item.by.evaluation,
        "EVALID": item.by.identifier,
        "ACPTFL": "Y" if item.accepted else "",
        "PROVFL": "Y" if item.provisional else "",
        "READER": finding.reader if finding else "",
        "SIGNDTC": signed.isoformat(timespec="seconds") if signed else "",
        "READVER": item.reading.version if item.reading else None,
        "SERIESID": finding.series_uid if finding else "",
        "SOPUID": finding.sop_uid if finding else "",
        "SRCDOM": "TR",
        "SRCVAR": "TRSTRESN",
    }


def _nadir(item: PlacedResult) -> Decimal | None:
    if item.timepoint is None:
        return None
    sums: dict[str, Sums] = {
        "SUMDIAM": deciding.parts(item.timepoint).sums,
        "SUMVDIAM": deciding.viable(item.timepoint).sums,
    }
    return sums[item.result.test].nadir_mm if item.result.test in sums else None
