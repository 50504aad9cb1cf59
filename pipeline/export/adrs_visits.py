"""ADRS of a study: the overall responses of RS per visit, then the best responses.

PARAMCD and the accepted set: rule book, section 6 (S25).
"""

from collections.abc import Iterable, Iterator

from pipeline.export import adrs, dataset, responses
from pipeline.export import case as cases
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adrs import ADRS
from pipeline.export.responses import LIVER, MRECIST, RECIST11, WHOLE_BODY, ResponseResult
from pipeline.export.table import mark
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response, TimePoint
from pipeline.model.visit import BASELINE

PARAMETERS = {
    (RECIST11, WHOLE_BODY): ("OVR", "Overall Response by RECIST 1.1, Whole Body"),
    (RECIST11, LIVER): ("OVRL", "Overall Response by RECIST 1.1, Liver"),
    (MRECIST, LIVER): ("OVRLM", "Overall Response by mRECIST, Liver"),
}
"""PARAMCD and PARAM of the overall response of each category and scope."""


def build(subjects: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return ADRS of the subjects.

    ANL01FL marks an assessment after baseline that is evaluable, ANL02FL those up to the first PD of
    its parameter. The best responses are those of the protocol's scope and primary criterion.
    """
    records = [record for each in subjects for record in _of_case(each, protocol)]
    return dataset.of(ADRS, dataset.numbered(records, "ASEQ"))


def _of_case(case: Case, protocol: Protocol) -> Iterator[dict[str, Cell]]:
    progressed: set[str] = set()
    for sequence, timepoint, result in responses.numbered(case, protocol):
        if result.test != "OVRLRESP":
            continue
        code, _ = PARAMETERS[result.category, result.scope]
        followed = timepoint.visit != BASELINE
        yield {
            **_visit(case, timepoint, result, protocol),
            "ANL01FL": mark(followed and result.standard != Response.NE.value),
            "ANL02FL": mark(followed and code not in progressed),
            "SRCSEQ": sequence,
        }
        if result.standard == Response.PD.value:
            progressed.add(code)
    start = case.randomized or case.reference_start
    for code, best in case.best:
        yield adrs.best(case.subject, code, best, protocol.name, start=start, evaluator=_whole(case, protocol))


def _visit(case: Case, timepoint: TimePoint, result: ResponseResult, protocol: Protocol) -> dict[str, Cell]:
    code, label = PARAMETERS[result.category, result.scope]
    by = cases.of_timepoint(timepoint)
    return {
        "STUDYID": protocol.name,
        "USUBJID": case.subject,
        "PARAM": label,
        "PARAMCD": code,
        "PARCAT1": result.category,
        "PARCAT2": result.scope,
        "ADT": result.date,
        "ADY": case.study_day(result.date),
        "AVISIT": timepoint.visit,
        "AVISITN": case.visit_numbers[timepoint.visit],
        "AVAL": adrs.ORDER[result.standard],
        "AVALC": result.standard,
        "EVAL": by.evaluation,
        "EVALID": by.identifier,
        "ACPTFL": mark(timepoint.accepted),
        "PROVFL": mark(timepoint.provisional),
        "SRCDOM": "RS",
        "SRCVAR": "RSSTRESC",
    }


def _whole(case: Case, protocol: Protocol) -> dict[str, Cell]:
    """What holds of a row that rests on all time points: scope, criterion, whether one is provisional."""
    whole_body = protocol.endpoint.scope == "whole-body"
    by_viable = protocol.criteria.primary == "mrecist" and not whole_body
    return {
        "PARCAT1": MRECIST if by_viable else RECIST11,
        "PARCAT2": WHOLE_BODY if whole_body else LIVER,
        "PROVFL": mark(any(timepoint.provisional for timepoint in case.timepoints)),
        **cases.by_whom(case.timepoints),
    }
