"""Best overall response: golden rows for both functions, and what its explanation holds."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assess import best_response, response_parameters
from pipeline.assess.best_response import DatedResponse
from pipeline.assess.response_parameters import BenefitRules
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Explained, Response
from tests.builders import golden, histories, trials

START = histories.DAY_ZERO
RULES = BestResponse()
RESPONSES = [Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.PD, Response.NE]


def visits(text: str) -> list[DatedResponse]:
    pairs = [token.split("@") for token in text.split()]
    return [DatedResponse(day(number), Response("NON-CR/NON-PD" if said == "NON" else said)) for said, number in pairs]


def day(number: str | int) -> dt.date:
    return START + dt.timedelta(days=int(number))


def expected(row: dict[str, str], name: str) -> tuple[str, dt.date | None]:
    return row[name], day(row[f"{name}_day"]) if row[f"{name}_day"] else None


@pytest.mark.parametrize("row", golden.cases("best_response"))
def test_best_response(row: dict[str, str]) -> None:
    rules = histories.changed(trials.retnet(), row["settings"]).best_response
    seen = visits(row["course"])
    without, with_it = best_response.unconfirmed(seen, START, rules), best_response.confirmed(seen, START, rules)
    assert (without.response.value, without.date) == expected(row, "unconfirmed")
    assert (with_it.response.value, with_it.date) == expected(row, "confirmed")


def test_explanation_names_both_visits_of_a_confirmed_response() -> None:
    assert best_response.confirmed(visits("PR@84 PR@168"), START, RULES) == Explained(
        Response.PR,
        "best_response.confirmed.pr",
        "PR on 2024-03-25, confirmed on 2024-06-17 after 84 days.",
        "RECIST 1.1, Eisenhauer 2009, 4.4 and table 3 (S5); rule book section 2, BOR",
        (("days_from_start", Decimal(84)), ("confirmed_after_days", Decimal(84))),
        date=dt.date(2024, 3, 25),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("PR@84", "SD on 2024-03-25 (PR without confirmation), 84 days after the start: at least 42."),
        ("SD@41", "SD on 2024-02-11, 41 days after the start: short of 42 days."),
        ("NE@41", "No visit after the start was evaluable."),
        ("PD@41", "PD on 2024-02-11, and nothing better before it that counts."),
        ("CR@20 SD@40", "CR on 2024-01-21 and SD on 2024-02-10: disease is back, too early to be SD."),
        ("", "No visit after the start."),
    ],
)
def test_sentence_says_why(text: str, sentence: str) -> None:
    assert best_response.confirmed(visits(text), START, RULES).sentence == sentence


def test_rows_without_a_response_do_not_count() -> None:
    empty = [DatedResponse(day(84), Response.NONE)]
    assert best_response.confirmed(empty, START, RULES).rule == "best_response.confirmed.no_visit"
    assert best_response.unconfirmed(empty, START, RULES).rule == "best_response.unconfirmed.no_visit"


dated = st.builds(DatedResponse, st.integers(0, 400).map(day), st.sampled_from(RESPONSES))
courses = st.lists(dated, max_size=8, unique_by=lambda visit: visit.date)


@given(courses)
def test_confirmation_never_makes_a_response_better(seen: Sequence[DatedResponse]) -> None:
    without, with_it = best_response.unconfirmed(seen, START, RULES), best_response.confirmed(seen, START, RULES)
    if with_it.response in {Response.CR, Response.PR}:
        assert RESPONSES.index(with_it.response) >= RESPONSES.index(without.response)
    assert (without.response is Response.PD) <= (with_it.response is Response.PD)


@given(courses, st.sampled_from(RESPONSES))
def test_nothing_after_a_progression_changes_the_best_response(seen: Sequence[DatedResponse], later: Response) -> None:
    progressed = [*seen, DatedResponse(day(401), Response.PD)]
    for best in (best_response.unconfirmed, best_response.confirmed):
        assert best([*progressed, DatedResponse(day(500), later)], START, RULES) == best(progressed, START, RULES)


def test_stable_disease_counts_from_the_start_or_from_the_baseline_scan() -> None:
    # the baseline scan lies 20 days before the start: day 30 is 50 days after it
    scan = START - dt.timedelta(days=20)
    stable = visits("SD@30")
    from_baseline = BestResponse(sd_from="baseline")
    assert best_response.counted_since(RULES, scan) is None
    since = best_response.counted_since(from_baseline, scan)
    assert since == scan
    for best in (best_response.unconfirmed, best_response.confirmed):
        assert best(stable, START, RULES).response is Response.NE
        found = best(stable, START, from_baseline, since)
        assert found.response is Response.SD
        assert "50 days after the baseline scan: at least 42" in found.sentence
        assert best(visits("SD@21"), START, from_baseline, since).response is Response.NE  # 41 days
        assert best(stable, START, from_baseline).response is Response.NE  # its day is not known


@pytest.mark.parametrize(("sd_from", "answer"), [("start", "N"), ("baseline", "Y")])
def test_disease_control_counts_as_the_best_response_does(sd_from: str, answer: str) -> None:
    rules = BestResponse.model_validate({"sd_from": sd_from})
    since = best_response.counted_since(rules, START - dt.timedelta(days=20))
    control = response_parameters.control(visits("SD@30"), START, BenefitRules(rules, since=since))
    assert control.value == answer
