"""Which read decides: the primary in the liver and in the protocol's own scope, else RECIST 1.1."""

import pytest

from pipeline.assess import timepoints
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.scope import Scope
from tests.builders import histories, trials

LIVER, BODY = Scope.LIVER, Scope.WHOLE_BODY


@pytest.mark.parametrize(
    ("primary", "own", "in_liver", "in_body"),
    [
        ("recist11", "liver", "recist11", "recist11"),
        ("recist11", "whole-body", "recist11", "recist11"),
        ("mrecist", "liver", "mrecist", "recist11"),
        ("who", "liver", "who", "recist11"),
        ("who", "whole-body", "who", "who"),
    ],
)
def test_the_primary_decides_in_the_liver_and_in_its_own_scope(
    primary: str, own: str, in_liver: str, in_body: str
) -> None:
    protocol = histories.changed(trials.retnet(), f"criteria.primary={primary} endpoint.scope={own}")
    assert deciding.in_scope(protocol, LIVER) == (in_liver, LIVER)
    assert deciding.in_scope(protocol, BODY) == (in_body, BODY)
    assert deciding.of_trial(protocol) == deciding.in_scope(protocol, protocol.endpoint.scope)
    visits, findings = histories.lesions("T1=50 TL1=30 | T1=50 TL1=30")
    (_, point) = timepoints.assess(histories.SUBJECT, visits, findings, {}, protocol)
    assert (deciding.read(point, protocol).criterion.name, point.scope) == (deciding.of_trial(protocol).criterion, own)
    for scope in Scope:
        assert point.read(*deciding.in_scope(protocol, scope)).scope is scope


def test_the_parts_are_those_of_recist_in_the_own_scope() -> None:
    visits, findings = histories.lesions("T1=50/20 TL1=30 | T1=50/20 TL1=30")
    for own, total in (("liver", 50), ("whole-body", 80)):
        protocol = histories.changed(trials.retnet(), f"criteria.primary=recist11 endpoint.scope={own}")
        point = timepoints.assess(histories.SUBJECT, visits, findings, {}, protocol)[1]
        assert deciding.parts(point).sums.sum_mm == total
        assert deciding.viable(point).sums.sum_mm == 20
        assert deciding.others(point) == ()


def test_a_read_that_there_is_not_is_named() -> None:
    visits, findings = histories.lesions("T1=50")
    (point,) = timepoints.assess(histories.SUBJECT, visits, findings, {}, trials.retnet())
    with pytest.raises(KeyError, match="S-001 BASELINE: no read by who in the scope liver"):
        point.read("who", LIVER)


@pytest.mark.parametrize("name", ["", "WHO", "9lives", "a-b", "a" * 17])
def test_a_name_that_columns_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="found the name"):
        CriterionFacts(name, "T", "T", "sums", "source", "T")


@pytest.mark.parametrize("code", ["L", "LX", "abc", "ABCDE", "A1"])
def test_a_code_that_paramcd_cannot_hold_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="found the code"):
        CriterionFacts("other", "T", "T", "sums", "source", code)
