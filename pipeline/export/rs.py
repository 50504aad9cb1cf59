"""Rows of SDTM RS: the responses of one visit, and the best response of one read.

Standard library and the model only, so that any source of responses can write RS.

Terms: rule book, section 6, "RS" (S24).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.export.dataset import Cell
from pipeline.model.response import NewLesion, Response
from pipeline.model.scope import Scope
from pipeline.model.tumor import Evaluator, Occasion

Record = dict[str, Cell]
"""One row by variable; RSSEQ is counted when all rows of the subject are known."""

SCOPES = {Scope.WHOLE_BODY: "WHOLE BODY", Scope.LIVER: "LIVER"}
"""RSSCAT of each scope."""

_TESTS = {
    "TRGRESP": "Target Response",
    "NTRGRESP": "Non-target Response",
    "NEWLPROG": "New Lesion Progression",
    "OVRLRESP": "Overall Response",
    "BESTRESP": "Best Response",
}
NEW_LESION = {
    NewLesion.YES: ("UNEQUIVOCAL", "Y"),
    NewLesion.EQUIVOCAL: ("EQUIVOCAL", "N"),
    NewLesion.NO: ("N", "N"),
}
"""RSORRES and RSSTRESC of NEWLPROG: Y for an unequivocal new lesion alone."""


@dataclass(frozen=True)
class ResponsesOf:
    """Whose responses these are, by which reader, criterion (RSCAT) and scope (RSSCAT)."""

    study: str
    subject: str
    reader: Evaluator
    category: str
    scope: str


@dataclass(frozen=True)
class Responses:
    """What a visit says; target or non_target is NONE where there was no such lesion at baseline.

    dtcs: RSDTC of the tests that another scan than the last of the visit shows.
    """

    target: Response
    non_target: Response
    new: NewLesion
    overall: Response
    dtcs: Mapping[str, str] = field(default_factory=dict)


def visit(of: ResponsesOf, occasion: Occasion, responses: Responses) -> Iterator[Record]:
    """Yield the rows of one visit after baseline.

    TRGRESP and NTRGRESP only where there are such lesions; NEWLPROG says UNEQUIVOCAL,
    EQUIVOCAL or N in RSORRES and Y or N in RSSTRESC, Y for an unequivocal one alone; OVRLRESP. A
    progression has the date of the scan that shows it, anything else that of the last scan.
    """
    answers = [
        (test, (response.value, response.value))
        for test, response in (("TRGRESP", responses.target), ("NTRGRESP", responses.non_target))
        if response is not Response.NONE
    ]
    answers.append(("NEWLPROG", NEW_LESION[responses.new]))
    answers.append(("OVRLRESP", (responses.overall.value, responses.overall.value)))
    for test, answer in answers:
        dtc = responses.dtcs.get(test)
        yield row(of, occasion if dtc is None else replace(occasion, dtc=dtc), test, *answer)


def best(of: ResponsesOf, response: Response, accepted: bool) -> Record:
    """Return the row BESTRESP of one read; it belongs to no visit and has no date."""
    return row(of, Occasion(accepted=accepted), "BESTRESP", response.value, response.value)


def row(of: ResponsesOf, occasion: Occasion, test: str, original: str, standard: str) -> Record:
    """Return one row of a test with its original and its standard result."""
    return {
        "STUDYID": of.study,
        "DOMAIN": "RS",
        "USUBJID": of.subject,
        "RSTESTCD": test,
        "RSTEST": _TESTS[test],
        "RSCAT": of.category,
        "RSSCAT": of.scope,
        "RSORRES": original,
        "RSSTRESC": standard,
        "RSEVAL": of.reader.kind,
        "RSEVALID": of.reader.name,
        "RSACPTFL": "Y" if occasion.accepted else "",
        "VISITNUM": occasion.number,
        "VISIT": occasion.visit,
        "RSDTC": occasion.dtc,
    }
