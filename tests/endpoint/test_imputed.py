"""Partial dates made whole: within what is known of the subject, and never so that a progression is lost."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.endpoint import imputed
from pipeline.endpoint.history import SubjectDates, Therapy
from pipeline.endpoint.reported import DateKind, Enrolled, Impute, Reported, Stated
from pipeline.model import partial_date
from pipeline.model.errors import InputError
from pipeline.model.events import EventKind
from pipeline.model.response import Response

START = dt.date(2024, 1, 20)
FIRST, LAST = Impute.FIRST, Impute.LAST


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def row(number: str, date: str, response: str = "SD", name: str = "") -> Reported:
    """One visit; its number also says where it stands."""
    return Reported(
        where=number,
        subject="S1",
        visit=number,
        is_baseline=name == "BASELINE",
        date=partial_date.parse(date),
        response=Response(response),
        evaluator="",
        evaluator_id="",
        accepted=True,
        name=name,
        number=Decimal(number) if number else None,
    )


def dated(rows: list[Reported], impute: Impute | None, **dates: object) -> list[str]:
    known = SubjectDates(randomized=START, **dates)  # type: ignore[arg-type]
    days = imputed.visits(rows, known, [START], impute)
    return [days[each.where].isoformat() for each in rows]


@pytest.mark.parametrize(
    ("rows", "first", "last"),
    [
        # the month of the start: never before it (case impute_hides_progression)
        ("2 2024-01 PD", "2024-01-20", "2024-01-31"),
        # nothing in the way
        ("2 2024-03", "2024-03-01", "2024-03-31"),
        ("2 2024", "2024-01-20", "2024-12-31"),
        # between the neighbors by number, a day away from each
        ("2 2024-03-10|3 2024-03|4 2024-03-20", "2024-03-10 2024-03-11 2024-03-20", "2024-03-10 2024-03-19 2024-03-20"),
        ("3 2024-03|2 2024-03-10", "2024-03-11 2024-03-10", "2024-03-31 2024-03-10"),
        # two partial ones keep their order
        ("2 2024-03|3 2024-03", "2024-03-01 2024-03-02", "2024-03-30 2024-03-31"),
        ("2 2024|3 2024-02", "2024-01-20 2024-02-01", "2024-02-28 2024-02-29"),
        # no room between two neighbors: on one of their days
        ("2 2024-03-10|3 2024-03|4 2024-03-11", "2024-03-10 2024-03-11 2024-03-11", "2024-03-10 2024-03-11 2024-03-11"),
        # an unscheduled visit 9 between 2 and 3 bounds nothing by its number
        ("2 2024-03|9 2024-03-05|3 2024-06-21", "2024-03-01 2024-03-05 2024-06-21", "2024-03-31 2024-03-05 2024-06-21"),
        # the neighbor contradicts the month: the month as written holds
        ("2 2024-06-21|3 2024-03", "2024-06-21 2024-03-01", "2024-06-21 2024-03-31"),
        # a month before the start is before it
        ("1 2023-12", "2023-12-01", "2023-12-31"),
    ],
)  # fmt: skip
def test_a_visit_takes_the_first_or_last_possible_day(rows: str, first: str, last: str) -> None:
    table = [row(*cells.split()) for cells in rows.split("|")]
    assert " ".join(dated(table, FIRST)) == first
    assert " ".join(dated(table, LAST)) == last


def test_baseline_of_the_month_of_the_start_is_not_after_it() -> None:
    table = [row("1", "2024-01", name="BASELINE"), row("1.5", "2024-01", name="Screening 2")]
    assert dated(table, LAST) == ["2024-01-19", "2024-01-20"]
    assert dated(table, FIRST) == ["2024-01-01", "2024-01-02"]


def test_progression_is_not_pushed_behind_therapy_or_withdrawal() -> None:
    therapy = (Therapy(EventKind.OTHER_THERAPY, day("2024-06-15")),)
    assert dated([row("3", "2024-06", "PD")], LAST, therapies=therapy) == ["2024-06-15"]
    assert dated([row("3", "2024-06", "SD")], LAST, therapies=therapy) == ["2024-06-30"]
    assert dated([row("3", "2024-06", "PD")], LAST, withdrawal=day("2024-06-10")) == ["2024-06-10"]
    before = (Therapy(EventKind.OTHER_THERAPY, day("2024-01-05")),)
    assert dated([row("2", "2024-01", "PD")], LAST, therapies=before) == ["2024-01-31"]


def test_visit_is_not_after_death() -> None:
    assert dated([row("3", "2024-06")], LAST, death=day("2024-06-10")) == ["2024-06-10"]
    with pytest.raises(InputError, match=r"3, column RSDTC: found 2024-06-01; allowed: up to death on 2024-05-31"):
        dated([row("3", "2024-06")], FIRST, death=day("2024-05-31"))


def test_partial_date_without_a_rule_is_refused() -> None:
    with pytest.raises(InputError, match=r"found '2024-06'; allowed: a whole date, or a day given by --impute first"):
        dated([row("3", "2024-06")], None)


def enrolled(dates: SubjectDates, *partial: tuple[DateKind, str, str]) -> Enrolled:
    stated = tuple(Stated(kind, column, partial_date.parse(text)) for kind, column, text in partial)
    return Enrolled("ADSL row 2", "X", "S1", dates, stated)


def test_death_is_not_before_what_shows_life() -> None:
    month = (DateKind.DEATH, "DTHDT", "2024-05")
    known = enrolled(SubjectDates(randomized=START, last_alive=day("2024-05-20")), month)
    anchored, made = imputed.anchored(known, [row("2", "2024-05-12")], FIRST, last_alive_counts=False)
    assert (anchored.dates.death, anchored.partial) == (day("2024-05-20"), ())
    assert [(each.text, each.date, each.flag) for each in made] == [("2024-05", day("2024-05-20"), "D")]
    anchored, _ = imputed.anchored(known, [row("2", "2024-05-12")], LAST, last_alive_counts=False)
    assert anchored.dates.death == day("2024-05-31")
    with pytest.raises(InputError, match=r"column DTHDT: found '2024-05'; allowed: a date from 2024-06-01 on, when S1"):
        imputed.anchored(known, [row("2", "2024-06-01")], FIRST, last_alive_counts=False)


def test_starts_keep_their_order_and_hide_no_progression() -> None:
    months = ((DateKind.RANDOMIZED, "RANDDT", "2024-01"), (DateKind.TREATED, "TRTSDT", "2024-01"))
    seen = [row("2", "2024-01-25", "PD")]
    for impute, randomized, treated in ((FIRST, "2024-01-01", "2024-01-01"), (LAST, "2024-01-25", "2024-01-25")):
        anchored, _ = imputed.anchored(enrolled(SubjectDates(), *months), seen, impute, last_alive_counts=False)
        assert (anchored.dates.randomized, anchored.dates.treated) == (day(randomized), day(treated))
        assert dict(anchored.dates.imputed) == {"RANDDT": "D", "TRTSDT": "D"}


def test_last_date_known_alive_is_bounded_by_scans_and_death() -> None:
    year = (DateKind.LAST_ALIVE, "LSTALVDT", "2024")
    known = enrolled(SubjectDates(randomized=START, death=day("2024-09-01")), year)
    seen = [row("2", "2024-05-12")]
    assert imputed.anchored(known, seen, FIRST, last_alive_counts=True)[0].dates.last_alive == day("2024-05-12")
    assert imputed.anchored(known, seen, LAST, last_alive_counts=True)[0].dates.last_alive == day("2024-09-01")
    assert imputed.anchored(known, seen, None, last_alive_counts=False)[0].dates.last_alive is None
    with pytest.raises(InputError, match="column LSTALVDT: found '2024'"):
        imputed.anchored(known, seen, None, last_alive_counts=True)


def test_therapy_of_the_month_of_progression_is_not_before_it() -> None:
    month = (DateKind.THERAPY, "NACTDT", "2024-06")
    dates, _ = imputed.after_visits(enrolled(SubjectDates(), month), [day("2024-06-10")], [START], FIRST)
    assert dates.therapies[0].date == day("2024-06-10")
    dates, _ = imputed.after_visits(enrolled(SubjectDates(), month), [day("2024-07-10")], [START], FIRST)
    assert dates.therapies[0].date == day("2024-06-01")


@st.composite
def subjects(draw: st.DrawFn) -> tuple[list[dt.date], list[Reported], Impute, dt.date]:
    """Visits on different days from the start on, some of them written in part, in any order of rows."""
    gaps = draw(st.lists(st.integers(1, 120), min_size=1, max_size=7))
    true = [START + dt.timedelta(days=sum(gaps[: n + 1]) - 1) for n in range(len(gaps))]
    lengths = draw(st.lists(st.sampled_from([4, 7, 10, 10]), min_size=len(true), max_size=len(true)))
    rows = [
        row(str(n + 2), date.isoformat()[:length], draw(st.sampled_from(["SD", "PD", "NE"])))
        for n, (date, length) in enumerate(zip(true, lengths, strict=True))
    ]
    death = true[-1] + dt.timedelta(days=draw(st.integers(0, 60)))
    return true, list(draw(st.permutations(rows))), draw(st.sampled_from(list(Impute))), death


@given(subjects())
@settings(max_examples=150, deadline=None)
def test_days_stay_within_all_bounds_and_never_change_the_order(
    given_subject: tuple[list[dt.date], list[Reported], Impute, dt.date],
) -> None:
    true, rows, impute, death = given_subject
    days = imputed.visits(rows, SubjectDates(randomized=START, death=death), [START], impute)
    in_order = [days[str(n + 2)] for n in range(len(true))]
    assert in_order == sorted(in_order)
    for each in rows:
        assert START <= days[each.where] <= death
        assert each.date.first() <= days[each.where] <= each.date.last()
        truth = true[int(each.where) - 2]
        assert days[each.where] <= truth if impute is FIRST else days[each.where] >= truth


@given(subjects(), st.sampled_from(["2024-03", "2024-06", "2024"]))
@settings(max_examples=100, deadline=None)
def test_first_progression_comes_no_later_than_an_imputed_therapy_of_its_month(
    given_subject: tuple[list[dt.date], list[Reported], Impute, dt.date], written: str
) -> None:
    _, rows, impute, death = given_subject
    known = SubjectDates(randomized=START, death=death)
    days = imputed.visits(rows, known, [START], impute)
    shown = sorted(days[each.where] for each in rows if each.response is Response.PD)
    dates, _ = imputed.after_visits(enrolled(known, (DateKind.THERAPY, "NACTDT", written)), shown, [START], impute)
    therapy, window = dates.therapies[0].date, partial_date.parse(written).window
    assert window.first <= therapy <= window.last
    if shown and shown[0] <= window.last:
        assert shown[0] <= therapy
