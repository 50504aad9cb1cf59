"""What the golden table of endpoints cannot say in a row."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.endpoint.derive import without_response
from pipeline.endpoint.history import SubjectDates
from pipeline.endpoint.hpfs import derive, derive_all
from pipeline.endpoint.rule import WithoutResponse
from pipeline.endpoint.sources import BY_REASON, SOURCES, Reason
from pipeline.model.endpoint import EndpointRow, Interval, Traced
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.parameters import PARAMETERS, Clock
from pipeline.model.scope import Scope
from tests.builders import histories, trials


def row(text: str, settings: str = "", paramcd: str = "HPFS") -> EndpointRow:
    points, visits, events = histories.course(text)
    protocol = histories.changed(trials.retnet(), settings)
    return {r.paramcd: r for r in derive(histories.SUBJECT, points, visits, events, protocol)}[paramcd]


def day(number: int) -> dt.date:
    return histories.DAY_ZERO + dt.timedelta(days=number)


def test_both_clocks_are_derived_in_order() -> None:
    points, visits, events = histories.course("R@-14 E@0 B@-10 PD@84")
    found = derive(histories.SUBJECT, points, visits, events, trials.retnet())
    assert [(r.paramcd, r.start_date, r.days) for r in found] == [("HPFS", day(0), 85), ("HPFSR", day(-14), 99)]


def test_subject_without_scans_and_events_has_rows_without_start() -> None:
    for found in derive("S-009", (), (), (), trials.retnet()):
        assert (found.reason, found.start_date, found.date, found.days, found.cnsr) == (
            "NO START DATE",
            None,
            None,
            None,
            None,
        )


def test_progression_takes_the_date_of_the_scan_that_shows_it() -> None:
    points, visits, events = histories.course("E@0 B@-10 SD@84 PD@168")
    early = replace(points[2].read("recist11", Scope.LIVER).overall, date=day(165))
    points = (*points[:2], replace(points[2], reads=tuple(replace(read, overall=early) for read in points[2].reads)))
    found = derive(histories.SUBJECT, points, visits, events, trials.retnet())[0]
    assert (found.date, found.source_visit) == (day(165), "D168")


def test_first_progression_is_the_earliest_by_date() -> None:
    assert row("E@0 B@-10 PD@168 PD@84").date == day(84)


def test_visit_that_was_not_completed_is_adequate_only_if_a_reader_signed_it() -> None:
    for text, date in (("E@0 B@-10 SD@84 SD@168", 168), ("E@0 B@-10 SD@84 SD*@168", 84)):
        points, visits, events = histories.course(text)
        lost = tuple(replace(v, completed=v.name != "D168") for v in visits)
        assert derive(histories.SUBJECT, points, lost, events, trials.retnet())[0].date == day(date)


@pytest.mark.parametrize(
    ("text", "provisional"),
    [
        ("E@0 B@-10 SD@84 PD@168", False),
        ("E@0 B@-10 SD*@84 PD@168", True),
        ("E@0 B@-10 SD@84 PD@168 SD*@252", False),
        ("E@0 B*@-10 SD@84", True),
        ("E@0 B@-10 SD@84 NE*@168", True),
        ("E@0 SD*@-60 B@-10 SD@84", False),
        ("B*@-10 SD*@84", False),
        ("E@0 B@-10 SD*@84 D@84", True),
        ("E@0 B@-10 PD*@168/165", True),
    ],
)
def test_row_is_provisional_when_a_time_point_behind_it_is(text: str, provisional: bool) -> None:
    assert row(text).provisional is provisional


def test_readers_of_the_time_points_behind_it_stand_in_the_row() -> None:
    points, visits, events = histories.course("E@0 B@-10 SD@84 PD@168")
    points = (replace(points[0], reader="R2;R1"), *points[1:])
    assert derive(histories.SUBJECT, points, visits, events, trials.retnet())[0].reader == "R1;R2"


def test_scans_between_baseline_and_the_start_do_not_count() -> None:
    found = row("R@0 B@-5 PD@30 E@40 SD@100", "schedule.anchor=RANDOMIZED")
    assert (found.reason, found.date) == (Reason.NO_PROGRESSION, day(100))


def test_progression_seen_over_several_days_never_precedes_the_start() -> None:
    points, visits, events = histories.course("E@0 B@-10 PD@3")
    dated = (replace(read, overall=replace(read.overall, date=day(-1))) for read in points[1].reads)
    points = (points[0], replace(points[1], reads=tuple(dated)))
    found = derive(histories.SUBJECT, points, visits, events, trials.retnet())[0]
    assert (found.date, found.days) == (day(0), 1)


def test_withdrawal_and_therapy_on_the_same_course_the_first_decides() -> None:
    assert row("E@0 B@-10 SD@84 W@90 T@100 PD@168").reason == Reason.WITHDRAWAL
    assert row("E@0 B@-10 SD@84 T@90 W@100 PD@168").reason == Reason.NEW_THERAPY
    assert row("E@0 B@-10 SD@84 PD@168 W@168").reason == Reason.HEPATIC_PROGRESSION


def test_death_on_the_day_of_progression_is_a_progression() -> None:
    assert row("E@0 B@-10 SD@84 PD@168 D@168").reason == Reason.HEPATIC_PROGRESSION


def test_death_on_the_day_of_withdrawal_is_a_death() -> None:
    assert row("E@0 D@100 W@100", "endpoint.rule_set=EMA").reason == Reason.DEATH


@pytest.mark.parametrize("text", ["E@0 B@-10 D@-1", "E@0 B@-10 SD@84 D@80"])
def test_death_before_the_start_or_before_a_scan_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"Death on .* precedes (the start|a scan on) "):
        row(text)


def test_events_and_scans_of_other_subjects_are_not_looked_at() -> None:
    points, visits, events = histories.course("E@0 B@-10 SD@84")
    foreign = Event("S-002", EventKind.DEATH, day(90))
    assert derive(histories.SUBJECT, points, visits, (*events, foreign), trials.retnet())[0].reason == (
        Reason.NO_PROGRESSION
    )


def test_every_reason_has_one_source_and_censors_have_codes_of_their_own() -> None:
    assert [source.reason for source in SOURCES] == list(BY_REASON)
    assert set(BY_REASON) == set(Reason)
    codes = [source.cnsr for source in SOURCES if source.cnsr]
    assert sorted(set(codes)) == codes
    assert BY_REASON[Reason.COMPETING_DEATH].cnsr == 9


def test_interval_between_embolizations_has_a_row_for_each_pair() -> None:
    points, visits, events = histories.course("E@30 E@0 B@-10 E@90")
    found = [r for r in derive_all(histories.SUBJECT, points, visits, events, trials.retnet()) if r.paramcd == "INTEMB"]
    assert [(r.start_date, r.date, r.days, r.cnsr, r.reason) for r in found] == [
        (day(0), day(30), 31, 0, "NEXT EMBOLIZATION"),
        (day(30), day(90), 61, 0, "NEXT EMBOLIZATION"),
    ]
    assert found[0].interval == Interval(day(30), day(30))
    assert (found[0].event, found[0].traced, found[0].provisional) == (
        "NEXT EMBOLIZATION",
        Traced("PR", "PRSTDTC"),
        False,
    )
    assert not [r for r in derive_all(histories.SUBJECT, (), (), events[:1], trials.retnet()) if r.paramcd == "INTEMB"]


def test_parameters_stand_in_the_order_of_adtte() -> None:
    points, visits, events = histories.course("E@0 B@-10 SD@84")
    found = derive_all(histories.SUBJECT, points, visits, events, trials.retnet())
    known = [parameter for parameter in PARAMETERS if parameter.code != "DOR"]  # nobody responded
    assert [r.paramcd for r in found] == [parameter.code for parameter in known]
    treated = {parameter.code for parameter in PARAMETERS if parameter.clock is Clock.TREATMENT}
    assert {r.paramcd: r.rule_set for r in found} == {
        parameter.code: "FDA-A" if parameter.code in treated else "" for parameter in known
    }


def test_without_a_response_the_duration_is_no_row_or_censored_on_day_1() -> None:
    lacking = EndpointRow("S-001", "DOR", None, None, None, None, "", "NO RESPONSE", "", False)
    dates = SubjectDates(embolizations=(day(0),))
    assert without_response(lacking, dates, day(0), WithoutResponse.NO_ROW) is None
    censored = without_response(lacking, dates, day(0), WithoutResponse.CENSORED)
    assert censored is not None
    assert (censored.start_date, censored.date, censored.days, censored.cnsr) == (day(0), day(0), 1, 20)
    assert censored.traced == Traced("ADSL", "TRTSDT")
    assert without_response(lacking, dates, None, WithoutResponse.CENSORED) is None


def test_time_to_progression_censors_death() -> None:
    points, visits, events = histories.course("R@0 E@2 B@-10 SD@84 D@100")
    rows = {r.paramcd: r for r in derive_all(histories.SUBJECT, points, visits, events, trials.retnet())}
    assert (rows["TTP"].days, rows["TTP"].cnsr, rows["TTP"].reason) == (85, 11, "DEATH BEFORE PROGRESSION")
    assert (rows["PFS"].days, rows["PFS"].cnsr) == (101, 0)


def test_primary_stands_in_endpoint_csv_beside_both_clocks() -> None:
    points, visits, events = histories.course("R@-3 E@0 B@-10 SD@84 D@100")
    protocol = histories.changed(trials.retnet(), "endpoint.primary=THP")
    found = derive(histories.SUBJECT, points, visits, events, protocol)
    assert [(r.paramcd, r.cnsr) for r in found] == [("HPFS", 0), ("HPFSR", 0), ("THP", 9)]


def test_row_says_where_its_date_stands() -> None:
    points, visits, events = histories.course("R@-3 E@0 B@-10 SD@84 D@100")
    found = {r.paramcd: r.traced for r in derive_all(histories.SUBJECT, points, visits, events, trials.retnet())}
    assert found["HPFS"] == Traced("ADSL", "DTHDT")
    assert row("E@0 B@-10 SD@84").traced == Traced("RS", "RSDTC")
    assert row("E@0 B@-10").traced == Traced("ADSL", "TRTSDT")
    assert row("R@-14 B@-20", paramcd="HPFSR").traced == Traced("ADSL", "RANDDT")


@pytest.mark.parametrize(
    ("text", "censored_at"),
    [
        ("E@0 B@-10 SD@84 PD@168", ""),
        ("E@0 B@-10 SD@84", "LAST ADEQUATE ASSESSMENT"),
        ("E@0 B@-10", "FIRST EMBOLIZATION"),
        ("E@0 B@-10 SD@84 T@100", "LAST ADEQUATE ASSESSMENT UP TO THE NEW THERAPY"),
        ("E@0 B@-10 T@10", "FIRST EMBOLIZATION"),
        ("E@0 B@-10 SD@84 W@100", "LAST ADEQUATE ASSESSMENT UP TO WITHDRAWAL"),
        ("E@0 B@-10 SD@84 PD@400", "LAST ADEQUATE ASSESSMENT BEFORE THE MISSED VISITS"),
    ],
)
def test_censor_date_is_described(text: str, censored_at: str) -> None:
    assert row(text).censored_at == censored_at


def test_no_date_of_table_b_passes_the_data_cut() -> None:
    points, visits, events = histories.course("E@0 B@-10 SD@84 PD@110")
    protocol = histories.changed(trials.retnet(), "endpoint.rule_set=FDA-B")
    found = derive_all(histories.SUBJECT, points, visits, events, protocol, cut=day(140))[0]
    assert (found.date, found.reason) == (day(140), "HEPATIC PROGRESSION")
    points, visits, events = histories.course("E@0 B@-10 SD@160")
    assert derive_all(histories.SUBJECT, points, visits, events, protocol, cut=day(165))[0].date == day(165)


def test_death_before_randomization_is_refused() -> None:
    with pytest.raises(InputError, match="precedes the start"):
        row("R@50 D@40")


@pytest.mark.parametrize(
    ("text", "last", "scheduled", "right"),
    [
        # by the sum of targets; the visits of the schedule are days 84, 168, 252
        ("E@0 B@-10 SD@84 PD@160", 160, 168, 160),
        ("E@0 B@-10 SD@84 PD@120", 120, 168, 120),  # between two windows: the next visit
        ("E@0 B@-10 SD@84 PD@120 D@130", 120, 130, 120),  # never after death
        # no progression, nothing to move
        ("E@0 B@-10 SD@84 SD@168", 168, 168, None),
    ],
)
def test_a_progression_by_sum_may_take_the_scheduled_visit(
    text: str, last: int, scheduled: int, right: int | None
) -> None:
    assert row(text).date == day(last)
    moved = row(text, "endpoint.target_progression=scheduled")
    assert moved.date == day(scheduled)
    assert moved.interval is not None
    assert moved.interval.right == (None if right is None else day(right))  # the scan itself


def test_a_progression_that_another_visit_precedes_ends_the_choice_of_a_response() -> None:
    # the scan of day 100 shows a new lesion, its visit ends on day 114; the scan of day 105 shows PR
    text = "R@-14 E@0 B@-10 SD@50 PR@105 PD@114/100"
    points, visits, events = histories.course(text)
    rows = {r.paramcd: r for r in derive_all(histories.SUBJECT, points, visits, events, trials.retnet())}
    assert (rows["HPFS"].date, rows["HPFS"].source_visit) == (day(100), "D114")
    assert "DOR" not in rows


def test_therapy_between_the_scans_of_a_visit_follows_the_one_that_shows_the_progression() -> None:
    assert row("E@0 B@-10 SD@84 PD@168/155 T@160").reason == "HEPATIC PROGRESSION"
    assert row("E@0 B@-10 SD@84 PD@168/155 T@160").date == day(155)
    assert row("E@0 B@-10 SD@84 PD@168 T@160").date == day(84)
