"""Explanations as plain values: complete, exact, and taken by a JSON writer as they are."""

import json
from decimal import Decimal

from pipeline.assess.timepoints import assess
from pipeline.export import explanations
from pipeline.model import deciding
from pipeline.model.response import Explained, Response, TimePoint
from pipeline.model.scope import Scope
from tests.builders import histories, trials


def points(text: str) -> tuple[TimePoint, ...]:
    visits, findings = histories.lesions(text)
    return assess(histories.SUBJECT, visits, findings, {}, trials.retnet())


def test_an_explanation_holds_rule_inputs_numbers_and_margins() -> None:
    point = points("T1=60.0 T2=40 NT1=present | T1=90 T2=31.50 NT1=- NL1=9")[1]
    assert explanations.plain(point.read("recist11", Scope.LIVER).overall) == {
        "response": "PD",
        "rule": "recist11.overall.pd_target",
        "sentence": (
            "Sum 121.50 mm against nadir 100.0 mm (BASELINE): +21.50 mm, +21.5 %; PD from +20 % and +5 mm on. "
            "New lesion NL1 on 2024-03-25."
        ),
        "citation": "RECIST 1.1, Eisenhauer 2009, tables 1 and 2 (S5); rule book sections 2 and 3",
        "date": "2024-03-25",
        "inputs": {"T1": "90", "T2": "31.50"},
        "states": {"NT1": "not assessed", "NL1": "new"},
        "numbers": {"sum_mm": "121.50", "baseline_mm": "100.0", "nadir_mm": "100.0"},
        "margins": {"over_pd": "1.5"},
    }


def test_a_missing_target_is_none_and_a_date_may_be_none() -> None:
    found = explanations.plain(deciding.parts(points("T1=60 T2=40 | T1=50 T2=ne")[1]).target)
    assert (found["inputs"], found["date"]) == ({"T1": "50", "T2": None}, None)


def test_decimals_are_never_written_with_an_exponent() -> None:
    bare = Explained(Response.SD, "r", "s", "c", (("sum_mm", Decimal("1E+2")),), margins=(("to_pd", Decimal("30.00")),))
    found = explanations.plain(bare)
    assert (found["numbers"], found["margins"]) == ({"sum_mm": "100"}, {"to_pd": "30"})


def test_every_visit_is_there_and_json_gives_it_back() -> None:
    found = explanations.of_timepoints(points("T1=60/40 | T1=60/20 NL1=eq | x"))
    assert [visit["visit"] for visit in found] == ["BASELINE", "W12", "W24"]
    assert found[1]["new_lesion"] == "equivocal"
    assert found[1]["responses"]["hepatic_mrecist"]["response"] == "PR"
    assert found[1]["responses"]["overall_recist11"]["states"] == {"NL1": "equivocal"}
    assert json.loads(json.dumps(found)) == found
