"""Rows of SDTM RS from time points: target, non-target, new lesion and overall response per visit.

The parts belong to RECIST 1.1 in the protocol's endpoint scope; the overall response stands once for
every read of the time point: RECIST 1.1 in the whole body and in the liver, mRECIST in the liver,
another primary where it decides. What was not classified has no row: the baseline, a part without
lesions.

RSSCAT tells liver and whole body apart (rule book, section 6, "RS").
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.export import case as cases
from pipeline.export import dataset, rs
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset, text
from pipeline.export.domains.rs import RS
from pipeline.export.rs import NEW_LESION
from pipeline.export.table import day
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRead, Explained, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.tumor import Evaluator, Occasion


@dataclass(frozen=True)
class ResponseResult:
    """One result of a time point; the date of a progression is that of the scan showing it."""

    criterion: CriterionFacts
    scope: Scope
    test: str
    original: str
    standard: str
    date: dt.date | None


def build(subjects: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return RS of the subjects, sorted by visit, category, scope and test."""
    return dataset.of(
        RS,
        [
            {**_record(case, timepoint, result, protocol), "RSSEQ": sequence}
            for case in subjects
            for sequence, timepoint, result in numbered(case)
        ],
    )


def timed(case: Case) -> tuple[TimePoint, ...]:
    """Return the time points from the baseline on in the order of their visits."""
    order = case.visit_order
    from_baseline = [timepoint for timepoint in case.timepoints if timepoint.visit in order]
    return tuple(sorted(from_baseline, key=lambda tp: (order[tp.visit], tp.reader)))


def results_at(timepoint: TimePoint) -> Iterator[ResponseResult]:
    """Yield the results of a time point in the order of RS."""
    shown = deciding.parts(timepoint)
    for test, part in (("TRGRESP", shown.target), ("NTRGRESP", shown.non_target)):
        if part.response is not Response.NONE:
            yield _result(shown, test, part, timepoint)
    if any(read.overall.response is not Response.NONE for read in timepoint.reads):
        original, standard = NEW_LESION[shown.new_lesion]
        date = shown.new_lesion_date or timepoint.date
        yield ResponseResult(shown.criterion, shown.scope, "NEWLPROG", original, standard, date)
    for read in timepoint.reads:
        if read.overall.response is not Response.NONE:
            yield _result(read, "OVRLRESP", read.overall, timepoint)


def _result(read: CriterionRead, test: str, part: Explained, timepoint: TimePoint) -> ResponseResult:
    answer = part.response.value
    return ResponseResult(read.criterion, read.scope, test, answer, answer, part.date or timepoint.date)


def numbered(case: Case) -> Iterator[tuple[int, TimePoint, ResponseResult]]:
    """Yield every result of a subject with its RSSEQ."""
    results = ((timepoint, result) for timepoint in timed(case) for result in results_at(timepoint))
    for sequence, (timepoint, result) in enumerate(results, start=1):
        yield sequence, timepoint, result


def _record(case: Case, timepoint: TimePoint, result: ResponseResult, protocol: Protocol) -> dict[str, Cell]:
    by = cases.of_timepoint(timepoint)
    number = case.visit_numbers[timepoint.visit]
    reader = Evaluator(by.evaluation, by.identifier)
    of = rs.ResponsesOf(protocol.name, case.subject, reader, result.criterion.category, rs.SCOPES[result.scope])
    occasion = Occasion(None, timepoint.visit, day(result.date), timepoint.accepted)
    return {
        **rs.row(of, occasion, result.test, result.original, result.standard),
        "RSLNKGRP": f"{by.prefix}-A{text(number)}",
        "VISITNUM": number,
        "RSDY": case.study_day(result.date),
    }
