"""Responses and dates of others reduced to a history."""

import datetime as dt

import pytest

from pipeline.endpoint import derive, doubts, from_tables
from pipeline.endpoint.history import SubjectDates
from pipeline.endpoint.reported import Enrolled, Reader, Reported
from pipeline.model import partial_date
from pipeline.model.endpoint import Traced
from pipeline.model.errors import InputError
from pipeline.model.parameters import OS
from pipeline.model.protocol import Endpoint, Schedule
from pipeline.model.response import Response

START = dt.date(2024, 1, 1)


def said(date: str, response: str = "SD", visit: str = "", **more: object) -> Reported:
    """One overall response of the accepted reader."""
    given = {"evaluator": "INDEPENDENT ASSESSOR", "evaluator_id": "RADIOLOGIST 1", "accepted": True, **more}
    return Reported(
        where=f"RS row {date}",
        subject="S1",
        visit=visit or date,
        is_baseline=bool(given.pop("is_baseline", False)),
        date=partial_date.parse(date),
        response=Response(response),
        **given,  # type: ignore[arg-type]
    )


def subject(**dates: dt.date) -> Enrolled:
    return Enrolled("ADSL row 2", "X", "S1", SubjectDates(**dates))  # type: ignore[arg-type]


def test_rows_before_the_start_are_the_baseline_and_the_last_of_them_counts() -> None:
    rows = [said("2023-12-01", "NE"), said("2023-12-20"), said("2024-01-01", "NE"), said("2024-03-01", "PR")]
    found = from_tables.history(subject(), rows, [], start=START, impute=None)
    assert [a.visit for a in found.baseline] == ["2023-12-20"]
    assert [(a.visit, a.adequate) for a in found.followed] == [("2024-01-01", False), ("2024-03-01", True)]
    assert (found.baseline_complete, found.baseline_visit) == (True, "2023-12-20")


def test_baseline_that_is_not_evaluable_is_incomplete() -> None:
    rows = [said("2023-12-01"), said("2023-12-20", "NE"), said("2024-03-01", "PR")]
    found = from_tables.history(subject(), rows, [], start=START, impute=None)
    assert (found.baseline_complete, found.baseline_visit) == (False, "")


def test_visit_named_baseline_is_the_baseline_after_the_start_too() -> None:
    rows = [said("2024-01-05", is_baseline=True), said("2024-03-01")]
    found = from_tables.history(subject(), rows, [], start=START, impute=None)
    assert ([a.visit for a in found.baseline], [a.visit for a in found.followed]) == (["2024-01-05"], ["2024-03-01"])


def test_without_a_row_before_the_start_the_baseline_is_complete() -> None:
    found = from_tables.history(subject(), [said("2024-03-01")], [], start=START, impute=None)
    assert (found.baseline, found.baseline_complete, found.baseline_visit) == ((), True, "")


def test_without_a_start_every_row_follows() -> None:
    found = from_tables.history(subject(), [said("2023-03-01")], [], start=None, impute=None)
    assert len(found.followed) == 1


def test_several_rows_of_a_visit_take_the_latest_scan() -> None:
    rows = [said("2024-03-05", "PD", "2", sequence=n) for n in (7, 9)]
    rows.append(said("2024-03-01", "PD", "2", sequence=8))
    found = from_tables.history(subject(), rows, [], start=START, impute=None).followed
    assert [(a.date, a.sequence) for a in found] == [(dt.date(2024, 3, 5), 7)]


def test_visits_stand_in_date_order() -> None:
    rows = [said("2024-06-01", visit="3"), said("2024-03-01", visit="2", name="W12")]
    found = from_tables.history(subject(), rows, [], start=START, impute=None).followed
    assert [a.visit for a in found] == ["W12", "3"]


def test_two_responses_at_one_visit_are_refused() -> None:
    rows = [said("2024-03-01", "SD", "2"), said("2024-03-02", "PR", "2")]
    with pytest.raises(
        InputError, match="found PR on 2024-03-02 at visit 2 of S1, where RS row 2024-03-01 says SD on 2024-03-01"
    ):
        from_tables.history(subject(), rows, [], start=START, impute=None)


def test_a_scan_on_the_day_of_death_is_one_and_the_day_after_it_is_refused() -> None:
    dead = subject(death=dt.date(2024, 3, 1))
    assert from_tables.history(dead, [said("2024-03-01")], [], start=START, impute=None).followed
    with pytest.raises(InputError, match="found 2024-03-02; allowed: up to death on 2024-03-01"):
        from_tables.history(dead, [said("2024-03-02")], [], start=START, impute=None)


def test_last_date_known_alive_is_that_of_adsl_else_the_last_scan() -> None:
    rows = [said("2024-03-01"), said("2023-12-01")]
    assert from_tables.history(subject(), rows, [], start=START, impute=None).dates.last_alive == dt.date(2024, 3, 1)
    known = subject(last_alive=dt.date(2024, 2, 1))
    for found in (
        from_tables.history(known, rows, [], start=START, impute=None),
        from_tables.without_responses(known, rows, impute=None),
    ):
        assert found.dates.last_alive == dt.date(2024, 2, 1)
    unknown = from_tables.without_responses(subject(), rows, impute=None)
    assert (unknown.dates.last_alive, unknown.followed, unknown.baseline_complete) == (dt.date(2024, 3, 1), (), True)
    assert from_tables.without_responses(subject(), [], impute=None).dates.last_alive is None


@pytest.mark.parametrize(("scan", "alive"), [("2024-01-15", None), ("2024-01-15", START), (None, None)])
def test_survival_of_whom_nothing_is_known_later_ends_at_the_start(scan: str | None, alive: dt.date | None) -> None:
    known = subject(randomized=dt.date(2024, 2, 1), last_alive=alive and dt.date(2024, 2, 1))
    history = from_tables.without_responses(known, [said(scan)] if scan else [], impute=None)
    found = derive.row(history, OS, schedule=Schedule(), endpoint=Endpoint(), whole_body=True)
    assert (found.date, found.days, found.cnsr) == (dt.date(2024, 2, 1), 1, 12)
    assert (found.censored_at, found.traced) == ("RANDOMIZATION", Traced("ADSL", "RANDDT"))


def test_claims_are_the_progressions_of_the_investigator_beside_the_reader() -> None:
    site = {"evaluator": "Investigator", "evaluator_id": "", "accepted": False}
    rows = [said("2024-03-01"), said("2024-03-02", "PD", **site), said("2024-03-03", "SD", **site)]
    assert from_tables.claims(rows, rows[:1]) == (rows[1],)
    assert from_tables.claims(rows, rows) == ()
    found = from_tables.history(subject(), rows[:1], rows[1:2], start=START, impute=None)
    assert found.dates.claims == (dt.date(2024, 3, 2),)


def test_reader_is_chosen_by_name_or_by_acceptance() -> None:
    second = said("2024-03-01", evaluator_id="RADIOLOGIST 2", accepted=False)
    site = said("2024-03-01", evaluator="INVESTIGATOR", evaluator_id="", accepted=False)
    rows = [said("2024-03-01"), second, site]
    central = said("2024-03-01", evaluator_id="ADJUDICATOR", accepted=False)
    assert from_tables.of_reader(rows, Reader(), "RS.csv") == (rows[0],)
    assert from_tables.of_reader(rows, Reader(identifier=" radiologist 2"), "RS.csv") == (second,)
    assert from_tables.of_reader(rows, Reader(identifier="INVESTIGATOR"), "RS.csv") == (site,)
    assert from_tables.of_reader(rows, Reader("Investigator"), "RS.csv") == (site,)
    assert from_tables.of_reader(rows, Reader("INDEPENDENT ASSESSOR"), "RS.csv") == (rows[0],)
    assert from_tables.of_reader([second, central], Reader("INDEPENDENT ASSESSOR"), "RS.csv") == (second, central)
    assert from_tables.of_reader(rows, Reader("INDEPENDENT ASSESSOR", "RADIOLOGIST 2"), "RS.csv") == (second,)
    assert from_tables.of_reader(rows, Reader(accepted=False), "RS.csv") == tuple(rows)
    own = [rows[0], said("2024-05-01", "PD", accepted=False)]
    assert from_tables.of_reader(own, Reader(identifier="RADIOLOGIST 1"), "RS.csv") == tuple(own)
    assert from_tables.of_reader(own, Reader(identifier="RADIOLOGIST 1", accepted=True), "RS.csv") == (own[0],)
    with pytest.raises(InputError, match=r"with RSEVAL 'SPONSOR'; .*INVESTIGATOR; --evalid RADIOLOGIST 1, R"):
        from_tables.of_reader(rows, Reader("SPONSOR"), "RS.csv")
    with pytest.raises(InputError, match=r"with RSEVAL 'INVESTIGATOR' with RSACPTFL = Y"):
        from_tables.of_reader(rows, Reader("INVESTIGATOR", accepted=True), "RS.csv")
    with pytest.raises(InputError, match=r"no overall response with RSACPTFL = Y; allowed: --no-acptfl"):
        from_tables.of_reader([], Reader(), "RS.csv")


def test_scope_and_criterion_are_chosen_where_the_table_names_them() -> None:
    liver = said("2024-03-01", scope="Liver", criterion="RECIST 1.1")
    viable = said("2024-03-01", scope="LIVER", criterion="mRECIST")
    body = said("2024-03-01", scope="WHOLE BODY", criterion="RECIST 1.1")
    unnamed = said("2024-03-01")
    assert from_tables.of_scope([liver, body], "LIVER", "RECIST 1.1") == ((liver,), "")
    assert from_tables.of_scope([liver, viable, body], "LIVER", "MRECIST") == ((viable,), "")
    assert from_tables.of_scope([unnamed], "WHOLE BODY", "RECIST 1.1") == ((unnamed,), "")
    rows, warning = from_tables.of_scope([unnamed], "LIVER", "RECIST 1.1")
    assert (rows, warning[:15]) == ((unnamed,), "RSSCAT is empty")
    other = "RSCAT is MRECIST, not RECIST 1.1: the parameter is derived from another criterion"
    assert from_tables.of_scope([viable], "LIVER", "RECIST 1.1") == ((viable,), other)
    rows, warning = from_tables.of_scope([body], "LIVER", "RECIST 1.1")
    assert (rows, warning) == (
        (body,),
        "RSSCAT is WHOLE BODY, not LIVER: the parameter is derived from another scope",
    )


def test_several_criteria_without_the_one_that_is_asked_for_are_refused() -> None:
    rows = [said("2024-03-01", criterion=name) for name in ("Lugano", "iRECIST")]
    with pytest.raises(InputError, match=r"column RSCAT: found IRECIST, LUGANO; allowed: RECIST 1\.1 among several"):
        from_tables.of_scope(rows, "WHOLE BODY", "RECIST 1.1")


def test_a_subject_of_whom_nothing_was_chosen_is_told() -> None:
    rows = [said("2024-03-01")]
    assert from_tables.unchosen(rows, rows) == ""
    assert from_tables.unchosen(rows, []).startswith("1 subject with responses, but none of the scope, criterion and")


def test_rows_are_kept_by_subject_of_adsl() -> None:
    row = said("2024-03-01")
    assert from_tables.by_subject([row], {"S1": subject(), "S2": subject()}) == {"S1": [row], "S2": []}
    assert from_tables.by_subject([row], {"S2": subject()}) == {"S2": []}


def test_subjects_of_one_table_alone_are_named() -> None:
    assert list(from_tables.unmatched(["S1", "S9"], ["S1"])) == ["1 subject of RS not in ADSL, and so not derived: S9"]
    (warning,) = from_tables.unmatched(["S1"], ["S1", "S2", "S3"])
    assert warning.startswith("2 subjects of ADSL without an overall response in RS")
    assert warning.endswith(": S2, S3")
    (many,) = from_tables.unmatched([f"S{number}" for number in range(61)], ["S0"])
    assert many.endswith(", S50 and 10 more")
    assert list(from_tables.unmatched(["S1"], ["S1"])) == []


def test_tables_without_a_common_subject_are_refused() -> None:
    with pytest.raises(InputError, match="found no subject of ADSL; RS has '1', ADSL 'T-1'"):
        list(from_tables.unmatched(["1"], ["T-1"]))


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_responses_on_one_date_the_worse_counts_whatever_the_order_of_rows(turned: bool) -> None:
    rows = [said("2024-06-21", "PD", "90", sequence=2), said("2024-06-21", "PR", "3", sequence=3)]
    rows = rows[::-1] if turned else rows
    found = from_tables.history(subject(), rows, [], start=START, impute=None).followed
    assert [(a.response, a.sequence) for a in found] == [(Response.PD, 2)]
    assert [line for line in doubts.among(rows) if "counts" in line] == [
        "S1: PD (RS row 2024-06-21) and PR (RS row 2024-06-21) of RADIOLOGIST 1 on 2024-06-21; the worse one counts"
    ]
