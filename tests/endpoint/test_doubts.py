"""What the responses of a subject say against each other or against its dates is told, each with its rows."""

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.endpoint import doubts
from pipeline.endpoint.history import SubjectDates
from pipeline.endpoint.reported import Enrolled, Reported
from pipeline.model import partial_date
from pipeline.model.response import Response

START = dt.date(2024, 1, 5)


def row(number: str, date: str, response: str = "SD", name: str = "", reader: str = "R1") -> Reported:
    """One overall response at a visit."""
    return Reported(
        where=f"RS row {number}",
        subject="S1",
        visit=number.partition("b")[0],
        is_baseline=False,
        date=partial_date.parse(date),
        response=Response(response),
        evaluator=reader,
        evaluator_id="",
        accepted=True,
        name=name or f"V{number}",
        number=Decimal(number.partition("b")[0]),
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row("2", "2024-03-29"), row("3", "2024-06-21", "PD")], []),
        (
            [row("2", "2024-06-21", "PD"), row("3", "2024-03-29")],
            ["S1: VISITNUM 3 (V3) on 2024-03-29 lies before VISITNUM 2 (V2) on 2024-06-21"],
        ),
        (
            [row("2", "2024-03-29"), row("3", "2024-06-21"), row("900", "2024-05-01")],
            ["S1: VISITNUM 900 (V900) on 2024-05-01 lies before VISITNUM 3 (V3) on 2024-06-21"],
        ),
        ([row("2", "2024-06"), row("3", "2024-03-29")], []),
        ([row("2", "2024-06-21", reader="R1"), row("3", "2024-03-29", reader="R2")], []),
        (
            [row("2", "2024-06-21", "PR"), row("3", "2024-06-21", "PD")],
            ["S1: PD (RS row 3) and PR (RS row 2) of R1 on 2024-06-21"],
        ),
        ([row("2", "2024-06-21", "PR"), row("3", "2024-06-21", "PR")], []),
        (
            [row("3", "2024-06-10", "PD"), row("3b", "2024-06-24", "PD")],
            ["S1: PD at visit 3 on 2024-06-10 (RS row 3) and on 2024-06-24 (RS row 3b)"],
        ),
    ],
)
def test_among_the_rows_of_one_reader(rows: list[Reported], told: list[str]) -> None:
    lines = list(doubts.among(rows))
    assert [line.partition(";")[0] for line in lines] == told
    assert list(doubts.among(rows[::-1])) == lines


@pytest.mark.parametrize(
    ("date", "response", "name", "told"),
    [
        ("2024-01-02", "PD", "SCREENING", True),
        ("2024-01-02", "SD", "SCREENING", False),
        ("2024-01-02", "SD", "Baseline", False),
        ("2023-03-29", "SD", "W12", True),
        ("2023-03-29", "NE", "W12", False),
        ("2024-01-05", "PD", "W12", False),
        ("2024-01", "PD", "W12", False),
    ],
)
def test_a_response_before_the_start(date: str, response: str, name: str, told: bool) -> None:
    lines = list(doubts.before_start([row("2", date, response, name)], START))
    assert lines == ([f"RS row 2: {response} of S1 on {date}, before the start on 2024-01-05"] if told else [])
    assert list(doubts.before_start([row("2", date, response, name)], None)) == []


@pytest.mark.parametrize(("treated", "told"), [(4, True), (5, False), (6, False), (None, False)])
def test_treatment_before_randomization(treated: int | None, told: bool) -> None:
    sessions = () if treated is None else (dt.date(2024, 1, treated),)
    subject = Enrolled("ADSL.csv row 2", "T", "S1", SubjectDates(randomized=START, embolizations=sessions))
    lines = ["ADSL.csv row 2 of S1: RANDDT 2024-01-05 lies after TRTSDT 2024-01-04"] if told else []
    assert list(doubts.of_starts([subject])) == lines
