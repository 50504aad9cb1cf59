"""Margins say how far a sum lies from the neighboring categories, and agree with the response."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.assess import margins
from pipeline.assess.timepoints import assess
from pipeline.model import deciding
from pipeline.model.response import Explained, Response
from tests.builders import histories, trials


def target(text: str, settings: str = "") -> Explained:
    visits, findings = histories.lesions(text)
    protocol = histories.changed(trials.retnet(), f"{settings} endpoint.scope=whole-body")
    return deciding.parts(assess(histories.SUBJECT, visits, findings, {}, protocol)[-1]).target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1=100 | T1=90", {"to_pd": "30", "to_pr": "20"}),
        ("T1=20 | T1=21", {"to_pd": "4", "to_pr": "7"}),  # the 5 mm rule: PD from 25
        ("T1=100 | T1=60", {"to_pd": "60", "to_sd": "10", "to_cr": "60"}),
        ("T1=100 | T1=70", {"to_pd": "50", "to_sd": "0", "to_cr": "70"}),
        ("T1=100 | T1=50 | T1=55", {"to_pd": "5", "to_cr": "55"}),  # PD at 60 comes before SD at 70
        ("T1=60 | T1=35 | T1=36", {"to_pd": "6", "to_cr": "36"}),  # both limits at 42, where it is PD
        ("T1=100 | T1=50 | T1=61", {"over_pd": "1"}),
        ("T1=100 | T1=50 | T1=60", {"over_pd": "0"}),
        ("T1=50 T2=50 | T1=125 T2=ne", {"over_pd": "5"}),
        ("T1=50 T2=50 | T1=60 T2=ne", {"to_pd": "60"}),
        ("T1=40 TN1=20 | T1=0 TN1=12", {"to_pd": "60", "to_sd": "30", "to_cr": "2"}),
        ("TN1=16 | TN1=7", {"to_present": "3"}),
        ("TN1=16 TN2=16 | TN1=7 TN2=9.5", {"to_present": "0.5"}),
        ("T1=20 TN1=16 | T1=0 TN1=7", {"to_present": "0"}),
        ("T1=20 | T1=0 | T1=3", {"back": "3"}),
        ("TN1=16 | TN1=7 | TN1=10.5", {"back": "0.5"}),
        ("T1=50 T2=ne | T1=50 T2=30", {}),  # nothing to compare with yet
        ("T1=50 T2=ne | T1=50 T2=30 | T1=50 T2=31", {"to_pd": "15"}),
        ("NT1=present | NT1=present", {}),
        ("T1=50", {}),
    ],
)
def test_margins_in_mm(text: str, expected: dict[str, str]) -> None:
    assert dict(target(text).margins) == {name: Decimal(value) for name, value in expected.items()}


def test_a_persisting_response_has_no_margin_to_stable_disease() -> None:
    for now, to_pd in (("72", "6"), ("70.1", "7.9")):
        found = target(f"T1=100 | T1=65 | T1={now}", "criteria.recist11.pr_persists=true")
        assert found.rule == "recist11.target.pr_persists"
        assert dict(found.margins) == {"to_pd": Decimal(to_pd), "to_cr": Decimal(now)}


def test_a_subset_that_decides_nothing_has_no_margin() -> None:
    found = target("T1=50 T2=50 | T1=60 T2=ne", "criteria.recist11.pd_from_subset=false")
    assert (found.rule, found.margins) == ("recist11.target.ne_subset", ())


def test_missing_targets_are_named_among_the_inputs() -> None:
    assert target("T1=50 T2=50 T3=9 | T1=60 T2=ne T3=-").inputs == (("T1", Decimal(60)), ("T2", None), ("T3", None))


def test_every_margin_has_a_meaning() -> None:
    texts = ["T1=9 | T1=9", "T1=9 | T1=5", "T1=9 | T1=0", "T1=9 | T1=0 | T1=1", "T1=9 | T1=99", "T1=100 | T1=69"]
    found = {name for text in texts for name, _ in target(text).margins}
    assert found == set(margins.MEANINGS)


tenths = st.integers(1, 2000).map(lambda value: Decimal(value) / 10)


@given(tenths, tenths, tenths)
def test_the_response_turns_exactly_where_the_margin_says(baseline: Decimal, earlier: Decimal, now: Decimal) -> None:
    history = f"T1={baseline} | T1={earlier} | T1="
    found = target(f"{history}{now}")
    distances = dict(found.margins)
    assume("to_pd" in distances)
    step = Decimal("0.01")
    at_limit = now + distances["to_pd"]
    assert target(f"{history}{at_limit}").response is Response.PD
    assert target(f"{history}{at_limit - step}").response is not Response.PD
    if "to_pr" in distances and distances["to_pr"] < now:
        assert target(f"{history}{now - distances['to_pr']}").response is Response.PR
        assert target(f"{history}{now - distances['to_pr'] + step}").response is Response.SD
    if "to_sd" in distances:
        assert target(f"{history}{now + distances['to_sd']}").response is Response.PR
        assert target(f"{history}{now + distances['to_sd'] + step}").response is Response.SD
