"""Rows of SDTM RS from time points: target, non-target, new lesion and overall response per visit.

The parts belong to RECIST 1.1 in the protocol's endpoint scope; the overall response stands once for
RECIST 1.1 in the whole body, once in the liver, once for mRECIST in the liver. What was not
classified has no row: the baseline, a part without lesions.

RSSCAT tells liver and whole body apart (rule book, section 6, "RS").
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.export import case as cases
from pipeline.export import dataset, rs
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.rs import RS
from pipeline.export.rs import NEW_LESION, SCOPES
from pipeline.export.table import day
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.tumor import Evaluator, Occasion

RECIST11, MRECIST = "RECIST 1.1", "mRECIST"
WHOLE_BODY, LIVER = SCOPES[Scope.WHOLE_BODY], SCOPES[Scope.LIVER]


@dataclass(frozen=True)
class ResponseResult:
    """One result of a time point; the date of a progression is that of the scan showing it."""

    category: str
    scope: str
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
            for sequence, timepoint, result in numbered(case, protocol)
        ],
    )


def timed(case: Case) -> tuple[TimePoint, ...]:
    """Return the time points from the baseline on in the order of their visits."""
    numbers = case.visit_numbers
    from_baseline = [timepoint for timepoint in case.timepoints if timepoint.visit in numbers]
    return tuple(sorted(from_baseline, key=lambda tp: (numbers[tp.visit], tp.reader)))


def results_at(timepoint: TimePoint, protocol: Protocol) -> Iterator[ResponseResult]:
    """Yield the results of a time point in the order of RS."""
    scope = WHOLE_BODY if protocol.endpoint.scope == "whole-body" else LIVER
    overall = (
        (RECIST11, WHOLE_BODY, timepoint.overall_recist11),
        (RECIST11, LIVER, timepoint.hepatic_recist11),
        (MRECIST, LIVER, timepoint.hepatic_mrecist),
    )
    for test, part in (("TRGRESP", timepoint.target), ("NTRGRESP", timepoint.non_target)):
        if part.response is not Response.NONE:
            yield _result(RECIST11, scope, test, part, timepoint)
    if any(part.response is not Response.NONE for _, _, part in overall):
        yield ResponseResult(RECIST11, scope, "NEWLPROG", *NEW_LESION[timepoint.new_lesion], timepoint.date)
    for category, place, part in overall:
        if part.response is not Response.NONE:
            yield _result(category, place, "OVRLRESP", part, timepoint)


def _result(category: str, scope: str, test: str, part: Explained, timepoint: TimePoint) -> ResponseResult:
    answer = part.response.value
    return ResponseResult(category, scope, test, answer, answer, part.date or timepoint.date)


def numbered(case: Case, protocol: Protocol) -> Iterator[tuple[int, TimePoint, ResponseResult]]:
    """Yield every result of a subject with its RSSEQ."""
    results = ((timepoint, result) for timepoint in timed(case) for result in results_at(timepoint, protocol))
    for sequence, (timepoint, result) in enumerate(results, start=1):
        yield sequence, timepoint, result


def _record(case: Case, timepoint: TimePoint, result: ResponseResult, protocol: Protocol) -> dict[str, Cell]:
    by = cases.of_timepoint(timepoint)
    number = case.visit_numbers[timepoint.visit]
    of = rs.ResponsesOf(
        protocol.name, case.subject, Evaluator(by.evaluation, by.identifier), result.category, result.scope
    )
    occasion = Occasion(None, timepoint.visit, day(result.date), timepoint.accepted)
    return {
        **rs.row(of, occasion, result.test, result.original, result.standard),
        "RSLNKGRP": f"{by.prefix}-A{number}",
        "VISITNUM": number,
        "RSDY": case.study_day(result.date),
    }
