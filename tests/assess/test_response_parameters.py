"""RSP, CRSP, CB, DCR, PD, LSTA: the examples of admiralonco's tests, and what ties them to the best response."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assess import best_response, response_parameters
from pipeline.assess.best_response import DatedResponse
from pipeline.assess.response_parameters import BenefitRules
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Response
from tests.builders import golden

START = dt.date(2024, 1, 1)
CODES = ("RSP", "CRSP", "CB", "DCR", "PD", "LSTA")


def visits(text: str) -> list[DatedResponse]:
    pairs = (token.split("@") for token in text.split())
    return [
        DatedResponse(dt.date.fromisoformat(day), Response(name.replace("NON", "NON-CR/NON-PD"))) for name, day in pairs
    ]


@pytest.mark.parametrize("row", golden.cases("response_parameters"))
def test_golden(row: dict[str, str]) -> None:
    settings = dict(pair.split("=") for pair in row["settings"].split(";") if pair)
    days = settings.pop("min_benefit_days", "")
    chosen = {key: int(value) if value.isdigit() else value for key, value in settings.items()}
    rules = BenefitRules(BestResponse.model_validate(chosen), int(days) if days else None)
    start = dt.date.fromisoformat(row["start"])
    for code in CODES:
        answer = response_parameters.BY_CODE[code](visits(row["visits"]), start, rules)
        shown = answer.value.replace("NON-CR/NON-PD", "NON") or "none"
        assert shown + (f"@{answer.visit.date}" if answer.visit else "") == row[code], code


@st.composite
def courses(draw: st.DrawFn) -> list[DatedResponse]:
    names = st.sampled_from([Response.CR, Response.PR, Response.SD, Response.PD, Response.NE, Response.NON_CR_NON_PD])
    days = draw(st.lists(st.integers(-20, 400), max_size=8, unique=True))
    return [DatedResponse(START + dt.timedelta(days=day), draw(names)) for day in days]


@given(courses(), st.sampled_from(["SD", "PD", "PR"]), st.integers(0, 2))
@settings(max_examples=300, deadline=None)
def test_answers_agree_with_the_best_responses(course: list[DatedResponse], cr_then_pr: str, between: int) -> None:
    best = BestResponse.model_validate({"cr_then_pr": cr_then_pr, "max_sd_between": between})
    rules = BenefitRules(best)
    answers = {code: response_parameters.BY_CODE[code](course, START, rules).value for code in CODES}
    unconfirmed = best_response.unconfirmed(course, START, best).response
    confirmed = best_response.confirmed(course, START, best).response
    assert (answers["RSP"] == "Y") == (unconfirmed in {Response.CR, Response.PR})
    assert (answers["CRSP"] == "Y") == (confirmed in {Response.CR, Response.PR})
    assert (answers["DCR"] == "Y") == (unconfirmed not in {Response.PD, Response.NE})
    assert answers["CB"] == answers["DCR"]
