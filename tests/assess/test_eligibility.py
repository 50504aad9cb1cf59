"""RETNET's eligibility and the burden classes, from their golden tables."""

from decimal import Decimal

import pytest

from pipeline.assess import burden, eligibility
from pipeline.assess.eligibility import Answer, Facts
from tests.builders import golden, histories, trials


def decimal(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def truth(cell: str) -> bool | None:
    return None if not cell else cell == "Y"


@pytest.mark.parametrize("row", golden.cases("eligibility"))
def test_eligibility(row: dict[str, str]) -> None:
    facts = Facts(
        decimal(row["longest_mm"]), decimal(row["burden_percent"]), truth(row["symptoms"]), truth(row["progressed"])
    )
    found = eligibility.assess(facts, trials.retnet())
    assert (found.answer.value, found.rule) == (row["answer"], f"eligibility.{row['rule']}")
    assert found.sentence.endswith(".")
    assert "rule book" in found.citation


def test_sentences_name_the_numbers_and_what_is_missing() -> None:
    said = [
        eligibility.assess(facts, trials.retnet()).sentence
        for facts in (
            Facts(Decimal("9.9")),
            Facts(Decimal(30), Decimal("70.1")),
            Facts(Decimal(30), Decimal(20), symptoms=False, progressed=False),
            Facts(symptoms=True),
            Facts(Decimal(30), Decimal(40), symptoms=True, progressed=False),
        )
    ]
    assert said == [
        "The largest lesion has 9.9 mm, below 10 mm.",
        "The burden is 70.1 %, above 70 %.",
        "No symptoms, no hepatic progression, and a burden not above 25 %.",
        "Not known: lesion size, burden.",
        "Every rule is met: symptoms, burden.",
    ]


def test_limits_are_the_protocols() -> None:
    facts = Facts(Decimal(9), Decimal(75), symptoms=False, progressed=False)
    wide = histories.changed(
        trials.retnet(),
        "eligibility.min_lesion_mm=8 eligibility.max_burden_percent=80 eligibility.burden_above_percent=74",
    )
    assert eligibility.assess(facts, wide).answer is Answer.ELIGIBLE


@pytest.mark.parametrize("row", golden.cases("burden"))
def test_burden(row: dict[str, str]) -> None:
    protocol = trials.retnet()
    if row["bounds"]:
        bounds = tuple(int(bound) for bound in row["bounds"].split(","))
        criteria = protocol.criteria.model_copy(update={"burden_bounds_percent": bounds})
        protocol = protocol.model_copy(update={"criteria": criteria})
    assert burden.burden_class(decimal(row["percent"]), protocol) == row["burden_class"]
