"""ADTTE of a study: every parameter of every subject, traced to the row of RS that it is dated by.

Days, CNSR and tracing to the source row: rule book, section 6, "ADTTE" (S25).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.export import adtte, dataset, pr, responses
from pipeline.export import case as cases
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adtte import ADTTE
from pipeline.export.domains.pr import PR
from pipeline.model import deciding
from pipeline.model.deciding import Deciding
from pipeline.model.endpoint import EndpointRow
from pipeline.model.parameters import BY_CODE, ParameterScope
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope

Place = tuple[str, Deciding]
"""Visit, criterion and scope of an overall response."""


def build(subjects: Iterable[Case], protocol: Protocol) -> Dataset:
    """Return ADTTE of the subjects, by whom their time points are.

    SRCSEQ is the RSSEQ of the accepted overall response that dates the row, the PRSEQ of an embolization; a date of
    ADSL has none.
    """
    records = [record for each in subjects for record in _of_case(each, protocol)]
    return dataset.of(ADTTE, dataset.numbered(records, "ASEQ"))


def _of_case(case: Case, protocol: Protocol) -> Iterator[dict[str, Cell]]:
    places = {
        (timepoint.visit, Deciding(result.criterion.name, result.scope)): sequence
        for sequence, timepoint, result in responses.numbered(case)
        if result.test == "OVRLRESP" and timepoint.accepted
    }
    for row in case.parameters:
        sequence = pr.embolization(case, row.date) if row.traced.domain == PR.name else None
        if row.traced.domain == "RS":
            sequence = places.get(_place(row, protocol))
        traced = replace(row, traced=replace(row.traced, sequence=sequence))
        yield adtte.record(traced, protocol.name, dict(cases.by_whom(case.timepoints)))


def _place(row: EndpointRow, protocol: Protocol) -> Place:
    of_parameter = BY_CODE[row.paramcd].scope
    scope = protocol.endpoint.scope if of_parameter is ParameterScope.PROTOCOL else of_parameter.value
    return row.source_visit, deciding.in_scope(protocol, Scope(scope))
