"""Rows of ADaM ADTR: numbers of TR with baseline, nadir and change, each with its image and points.

Rule book, section 6 (S25).
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pipeline.export import adtr_values, dataset, measured, supplement
from pipeline.export.adtr_values import PlacedSum
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adtr import ADTR, PARAMETERS
from pipeline.export.measured import PlacedResult
from pipeline.export.tu import LOCATIONS
from pipeline.model import deciding
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from pipeline.model.visit import BASELINE

_PARAMCD = {"SUMDIAM": "SDIAM", "SUMVDIAM": "SVDIAM", "SUMVOL": "SVOL"}
_SUMS = tuple(_PARAMCD.values())
_READS = {"SDIAM": deciding.parts, "SVDIAM": deciding.viable}
"""The read that a sum belongs to; a sum of volumes belongs to none."""
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
    flags = {code: _flags(case, code, [item for _, item in numbered if _paramcd(item) == code]) for code in _SUMS}
    for sequence, item in numbered:
        record = _record(case, item, base.get(_series(item)))
        flagged = flags[_paramcd(item)][item.visit] if item.timepoint else {"ANL01FL": "Y"}
        yield {**record, **flagged, "STUDYID": protocol.name, "SRCSEQ": sequence}


def _flags(case: Case, code: str, items: Sequence[PlacedResult]) -> dict[str, dict[str, Cell]]:
    """The flags of the sums of a parameter by visit; its PD is that of the criterion that adds it up."""
    order = case.visit_order
    known = [(item, item.result.value) for item in items if item.result.value is not None]
    placed = [PlacedSum(order[item.visit], value, item.visit == BASELINE) for item, value in known]
    read = _READS.get(code)
    timed = [] if read is None else [point for point in case.timepoints if point.visit in order]
    progressed = [order[point.visit] for point in timed if read and read(point).overall.response.plain is Response.PD]
    return dict(zip((item.visit for item, _ in known), adtr_values.flags(placed, progressed), strict=True))


def _paramcd(item: PlacedResult) -> str:
    return _PARAMCD.get(item.result.test, item.result.test)


def _series(item: PlacedResult) -> tuple[str, str]:
    """What baseline and follow-up of one series share; a sum is followed whoever stands behind it."""
    return (item.link, _paramcd(item))


def _record(case: Case, item: PlacedResult, base: Decimal | None) -> dict[str, Cell]:
    value, finding = item.result.value, item.finding
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
        **adtr_values.compared(value, base, _nadir(item)),
        "AVALU": item.result.unit,
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
    read = _READS.get(_paramcd(item))
    return None if read is None or item.timepoint is None else read(item.timepoint).sums.nadir_mm
