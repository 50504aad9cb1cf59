"""ADRS of a study: the overall responses of RS per visit, then the best responses.

PARAMCD and the accepted set: rule book, section 6 (S25).
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from pipeline.export import adrs, dataset, responses
from pipeline.export import case as cases
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adrs import ADRS
from pipeline.export.responses import ResponseResult
from pipeline.export.rs import SCOPES
from pipeline.export.table import mark
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE

_SCOPES = {Scope.WHOLE_BODY: ("OVR", "Whole Body"), Scope.LIVER: ("OVRL", "Liver")}


def parameter(criterion: CriterionFacts, scope: Scope) -> tuple[str, str]:
    """Return PARAMCD and PARAM of the overall response of a criterion in a scope: `OVRLM`, in words."""
    code, where = _SCOPES[scope]
    return f"{code}{criterion.code}", f"Overall Response by {criterion.title}, {where}"


def build(subjects: Iterable[Case], protocol: Protocol, category: str) -> Dataset:
    """Return ADRS of the subjects.

    ANL01FL marks an assessment after baseline that is evaluable, ANL02FL those up to the first PD of
    its parameter. The best responses are those of the protocol's scope and of the criterion that decides there,
    whose RSCAT is category.
    """
    records = [record for each in subjects for record in _of_case(each, protocol, category)]
    return dataset.of(ADRS, dataset.numbered(records, "ASEQ"))


def _of_case(case: Case, protocol: Protocol, category: str) -> Iterator[dict[str, Cell]]:
    progressed: set[str] = set()
    for sequence, timepoint, result in responses.numbered(case):
        if result.test != "OVRLRESP":
            continue
        code, _ = parameter(result.criterion, result.scope)
        followed = timepoint.visit != BASELINE
        yield {
            **_visit(case, timepoint, result, protocol),
            "ANL01FL": mark(followed and result.standard != Response.NE.value),
            "ANL02FL": mark(followed and code not in progressed),
            "SRCSEQ": sequence,
        }
        if Response(result.standard).plain is Response.PD:
            progressed.add(code)
    for code, best in case.best:
        yield adrs.best(
            case.subject,
            code,
            best,
            protocol.name,
            start=case.reference_start,
            sequence=None if best is None else _shown(case, best.date, protocol),
            evaluator=_whole(case, protocol, category),
        )


def _shown(case: Case, date: dt.date | None, protocol: Protocol) -> int | None:
    """Return RSSEQ of the response that a best response rests on: the deciding one of its day that counts."""
    by = deciding.in_scope(protocol, protocol.endpoint.scope)
    for sequence, timepoint, result in responses.numbered(case):
        is_read = result.test == "OVRLRESP" and (result.criterion.name, result.scope) == by
        if is_read and timepoint.accepted and timepoint.visit != BASELINE and result.date == date:
            return sequence
    return None


def _visit(case: Case, timepoint: TimePoint, result: ResponseResult, protocol: Protocol) -> dict[str, Cell]:
    code, label = parameter(result.criterion, result.scope)
    by = cases.of_timepoint(timepoint)
    return {
        "STUDYID": protocol.name,
        "USUBJID": case.subject,
        "PARAM": label,
        "PARAMCD": code,
        "PARCAT1": result.criterion.category,
        "PARCAT2": SCOPES[result.scope],
        "ADT": result.date,
        "ADY": case.study_day(result.date),
        "AVISIT": timepoint.visit,
        "AVISITN": case.visit_numbers[timepoint.visit],
        "AVAL": adrs.ORDER[Response(result.standard).plain.value],
        "AVALC": result.standard,
        "EVAL": by.evaluation,
        "EVALID": by.identifier,
        "ACPTFL": mark(timepoint.accepted),
        "PROVFL": mark(timepoint.provisional),
        "SRCDOM": "RS",
        "SRCVAR": "RSSTRESC",
    }


def _whole(case: Case, protocol: Protocol, category: str) -> dict[str, Cell]:
    """What holds of a row that rests on all time points: scope, criterion, whether one is provisional."""
    return {
        "PARCAT1": category,
        "PARCAT2": SCOPES[protocol.endpoint.scope],
        "PROVFL": mark(any(timepoint.provisional for timepoint in case.timepoints)),
        **cases.by_whom(case.timepoints),
    }
