"""What stands in a time point beside its responses: sums, dates, flags, provisional, explanation."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.assess.timepoints import assess
from pipeline.model import deciding
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, NewLesion, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import Burden, Visit
from tests.builders import histories, trials

STABLE = (
    "Sum 52 mm against baseline 60 mm: -8 mm, -13.3 %; 52 mm against nadir 50 mm (W12): +2 mm, +4.0 %: "
    "neither response (-30 %) nor progression (+20 % and +5 mm)."
)


def hepatic(point: TimePoint) -> Explained:
    """The overall response by RECIST 1.1 in the liver."""
    return point.read("recist11", Scope.LIVER).overall


def read(text: str, protocol: Protocol | None = None) -> tuple[TimePoint, ...]:
    visits, findings = histories.lesions(text)
    return assess(histories.SUBJECT, visits, findings, {}, protocol or trials.retnet())


def changed(text: str, lesion: str, visit: str, **changes: object) -> tuple[tuple[Visit, ...], tuple[Finding, ...]]:
    visits, findings = histories.lesions(text)
    chosen = [f.lesion == lesion and f.visit == visit for f in findings]
    assert any(chosen)
    return visits, tuple(replace(f, **changes) if hit else f for f, hit in zip(findings, chosen, strict=True))


def test_sums_show_baseline_nadir_and_exact_percentages() -> None:
    first, second, third = (deciding.parts(tp).sums for tp in read("T1=80 T2=20 | T1=50 T2=15 | T1=48.1 T2=14"))
    assert (first.sum_mm, first.baseline_mm, first.nadir_mm, first.pct_baseline) == (Decimal(100), None, None, None)
    assert (second.sum_mm, second.baseline_mm, second.nadir_mm) == (Decimal(65), Decimal(100), Decimal(100))
    assert (second.pct_baseline, second.pct_nadir) == (Decimal("-35.0"), Decimal("-35.0"))
    assert (third.sum_mm, third.baseline_mm, third.nadir_mm) == (Decimal("62.1"), Decimal(100), Decimal(65))
    assert (third.pct_baseline, third.pct_nadir) == (Decimal("-37.9"), Decimal("-4.5"))


@pytest.mark.parametrize(("now", "shown"), [("100.05", "0.1"), ("99.95", "-0.1"), ("100.04", "0.0"), ("99.96", "0.0")])
def test_percentages_are_rounded_half_up_for_display_and_never_minus_zero(now: str, shown: str) -> None:
    assert str(deciding.parts(read(f"T1=100 | T1={now}")[1]).sums.pct_baseline) == shown


def test_incomplete_sum_is_not_shown_but_its_references_are() -> None:
    sums = deciding.parts(read("T1=50 T2=50 | T1=20 T2=ne")[1]).sums
    assert (sums.sum_mm, sums.pct_baseline, sums.baseline_mm, sums.nadir_mm) == (None, None, Decimal(100), Decimal(100))


def test_percentage_against_zero_is_not_shown() -> None:
    third = deciding.parts(read("T1=20 | T1=0 | T1=6")[2]).sums
    assert (third.nadir_mm, third.pct_nadir, third.pct_baseline) == (Decimal(0), None, Decimal("-70.0"))


def test_liver_sums_leave_out_nodes_unless_the_scope_is_the_whole_body() -> None:
    text = "T1=50 TN1=15 | T1=50 TN1=30"
    assert deciding.parts(read(text)[1]).sums.sum_mm == Decimal(50)
    whole = histories.changed(trials.retnet(), "endpoint.scope=whole-body")
    assert deciding.parts(read(text, whole)[1]).sums.sum_mm == Decimal(80)


def test_viable_sums_stand_beside_the_others() -> None:
    viable = deciding.viable(read("T1=50/40 T2=30/0 | T1=50/20 T2=30/0")[1]).sums
    assert (viable.sum_mm, viable.baseline_mm, viable.pct_baseline) == (Decimal(50), Decimal(70), Decimal("-28.6"))


def test_every_response_carries_rule_sentence_citation_and_numbers() -> None:
    point = read("T1=100/80 NT1=present | T1=50/40 NT1=present | T1=61/40 NT1=present")[2]
    parts = (
        deciding.parts(point).target,
        deciding.parts(point).non_target,
        point.read("recist11", Scope.LIVER).overall,
        point.read("mrecist", Scope.LIVER).overall,
        point.read("recist11", Scope.WHOLE_BODY).overall,
    )
    assert all(part.rule and part.sentence.endswith(".") and "rule book" in part.citation for part in parts)
    assert deciding.parts(point).target == Explained(
        Response.PD,
        "recist11.target.pd",
        "Sum 61 mm against nadir 50 mm (W12): +11 mm, +22.0 %; PD from +20 % and +5 mm on.",
        "RECIST 1.1, Eisenhauer 2009, 4.3.1 (S5); EORTC (S6); rule book section 2",
        (("sum_mm", Decimal(61)), ("baseline_mm", Decimal(100)), ("nadir_mm", Decimal(50))),
        point.date,
        inputs=(("T1", Decimal(61)),),
        margins=(("over_pd", Decimal(1)),),
    )
    assert deciding.parts(point).non_target.states == (("NT1", "present"),)
    assert point.read("recist11", Scope.LIVER).overall.inputs == deciding.parts(point).target.inputs
    assert point.read("recist11", Scope.LIVER).overall.margins == deciding.parts(point).target.margins
    assert point.read("recist11", Scope.LIVER).overall.states == deciding.parts(point).non_target.states
    assert point.read("recist11", Scope.LIVER).overall.rule == "recist11.overall.pd_target"
    assert point.read("mrecist", Scope.LIVER).overall.rule == "mrecist.overall.table"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("T1=60 | T1=50 | T1=52", f"Target SD, non-target none, new lesion no: SD. {STABLE}"),
        (
            "T1=60 NT1=present | T1=50 NT1=0 | T1=52 NT1=0",
            f"Target SD, non-target CR, new lesion no: SD. {STABLE} Every non-target lesion is gone or a normal node.",
        ),
    ],
)
def test_overall_sentence_names_the_parts_that_there_are(text: str, sentence: str) -> None:
    assert read(text)[2].read("recist11", Scope.LIVER).overall.sentence == sentence


@pytest.mark.parametrize(
    ("text", "target", "overall"),
    [
        ("T1=20 | T1=25", "pd", "pd_target"),
        ("T1=20 NT1=present | T1=1 NT1=present | T1=6 NT1=present", "pd", "pd_target"),
        ("T1=20 NT1=present | T1=0 NT1=present | T1=5 NT1=present", "pd_nadir_zero", "pd_target"),
        ("T1=20 | T1=0 | T1=1", "pd_reappeared", "pd_target"),
        ("T1=20 T2=20 | T1=50 T2=ne", "pd_subset", "pd_target"),
        ("T1=20 NT1=present | T1=20 NT1=pd NL1=9", "sd", "pd_non_target"),
        ("T1=20 NT1=present | T1=20 NT1=present NL1=9", "sd", "pd_new_lesion"),
        ("T1=20 T2=ne | T1=20 T2=20", "ne_baseline", "table"),
        ("T1=20 T2=20 | T1=20 T2=ne", "ne", "table"),
    ],
)
def test_the_rule_that_fired_is_named(text: str, target: str, overall: str) -> None:
    point = read(text)[-1]
    assert deciding.parts(point).target.rule == f"recist11.target.{target}"
    assert point.read("recist11", Scope.LIVER).overall.rule == f"recist11.overall.{overall}"


def test_the_earliest_visit_that_reached_the_nadir_is_named() -> None:
    assert "nadir 40 mm (W12)" in deciding.parts(read("T1=60 | T1=40 | T1=40 | T1=50")[3]).target.sentence


def test_baseline_is_no_response_and_says_what_it_holds() -> None:
    point = read("T1=60 T2=40 NT1=present | T1=60 T2=40 NT1=present")[0]
    assert point.read("recist11", Scope.LIVER).overall.response is Response.NONE
    assert point.read("recist11", Scope.LIVER).overall.sentence == (
        "Baseline: 2 target lesions, sum 100 mm. Baseline: 1 non-target lesion."
    )


@pytest.mark.parametrize("text", ["T1=ne", "T1=60 NT1=ne", "x", "."])
def test_incomplete_or_empty_baseline_is_not_evaluable(text: str) -> None:
    assert read(f"{text} | T1=60 NT1=present")[0].read("recist11", Scope.LIVER).overall.response is Response.NE


def test_new_lesion_column_and_its_doubt() -> None:
    points = read("T1=50 | T1=50 NL1=eq | T1=50 NL1=0 | T1=50 NL1=9")
    assert [deciding.parts(tp).new_lesion for tp in points] == [
        NewLesion.NO,
        NewLesion.EQUIVOCAL,
        NewLesion.NO,
        NewLesion.YES,
    ]
    assert "may be a new lesion" in points[1].read("recist11", Scope.LIVER).overall.sentence


def test_confirmed_new_lesion_is_dated_to_its_first_sighting() -> None:
    point = read("T1=50 | T1=50 NL1=eq | T1=50 NL1=9")[1]
    assert point.read("recist11", Scope.LIVER).overall.date == point.date
    assert point.read("recist11", Scope.LIVER).overall.sentence == (
        f"New lesion NL1 on {point.date}: equivocal then, confirmed at W24, so dated back."
    )


def test_unsigned_candidate_flagged_equivocal_does_not_count_until_signed() -> None:
    visits, findings = changed("T1=50 | T1=50 NL1=12*", "NL1", "W12", flags=(Flag.EQUIVOCAL_NEW,))
    assert hepatic(assess("S-001", visits, findings, {}, trials.retnet())[1]).response is Response.SD
    visits, findings = changed("T1=50 | T1=50 NL1=12", "NL1", "W12", flags=(Flag.EQUIVOCAL_NEW,))
    assert hepatic(assess("S-001", visits, findings, {}, trials.retnet())[1]).response is Response.PD


DAY_12 = histories.DAY_ZERO + dt.timedelta(days=84)


def test_target_progression_is_dated_to_the_last_target_scan() -> None:
    visits, findings = changed("T1=50 T2=50 | T1=70 T2=60", "T2", "W12", date=DAY_12 - dt.timedelta(days=3))
    assert hepatic(assess("S-001", visits, findings, {}, trials.retnet())[1]).date == DAY_12


def test_the_first_target_scan_dates_a_progression_where_the_protocol_says_so() -> None:
    visits, findings = histories.lesions("T1=50 T2=30 | T1=70 T2=40")
    early, late = histories.DAY_ZERO + dt.timedelta(80), histories.DAY_ZERO + dt.timedelta(84)
    spread = [replace(f, date=early) if f.visit == "W12" and f.lesion == "T1" else f for f in findings]
    for settings, date in (("", late), ("endpoint.target_progression=first", early)):
        protocol = histories.changed(trials.retnet(), settings)
        point = assess(histories.SUBJECT, visits, spread, {}, protocol)[1]
        assert point.read("recist11", Scope.LIVER).overall.date == date


def test_target_progression_is_dated_before_the_last_scan_of_the_visit_where_that_shows_no_target() -> None:
    early = DAY_12 - dt.timedelta(days=3)
    visits, findings = changed("T1=50 NT1=present | T1=70 NT1=present", "T1", "W12", date=early)
    point = assess("S-001", visits, findings, {}, trials.retnet())[1]
    assert (point.read("recist11", Scope.LIVER).overall.date, point.date) == (early, DAY_12)


def test_new_lesion_is_dated_to_the_first_scan_that_shows_it() -> None:
    early = DAY_12 - dt.timedelta(days=3)
    visits, findings = changed("T1=50 | T1=70 NL1=9 NL2=9", "NL2", "W12", date=early)
    point = assess("S-001", visits, findings, {}, trials.retnet())[1]
    assert (point.read("recist11", Scope.LIVER).overall.date, point.date) == (early, DAY_12)


def test_the_date_of_a_new_lesion_stands_in_the_read_of_the_visit() -> None:
    visits, findings = histories.lesions("T1=50 | T1=50 NL1=12 | T1=50")
    early = histories.DAY_ZERO + dt.timedelta(80)
    spread = [replace(f, date=early) if f.lesion == "NL1" else f for f in findings]
    points = assess(histories.SUBJECT, visits, spread, {}, trials.retnet())
    assert [p.read("recist11", Scope.LIVER).new_lesion_date for p in points] == [None, early, None]


def test_non_target_progression_is_dated_to_the_scan_showing_it() -> None:
    early = DAY_12 - dt.timedelta(days=3)
    visits, findings = changed("T1=50 NT1=present NT2=present | T1=50 NT1=pd NT2=pd", "NT1", "W12", date=early)
    assert hepatic(assess("S-001", visits, findings, {}, trials.retnet())[1]).date == early


@pytest.mark.parametrize(
    ("text", "provisional"),
    [
        ("T1=50 | T1=50", [False, False]),
        ("T1=50 | T1=50*", [False, True]),
        ("T1=50* | T1=50", [True, True]),
        ("T1=50 | T1=40* | T1=60", [False, True, True]),  # the nadir is unsigned
        ("T1=50 | T1=60* | T1=60", [False, True, False]),  # an unsigned visit that decides nothing later
        ("T1=50 | T1=50 NL1=0*", [False, False]),  # a candidate that is not there decides nothing
        ("T1=50 | T1=50 NL1=eq | T1=50 NL1=9*", [False, True, True]),  # confirmed by an unsigned finding
        ("T1=50 | x", [False, True]),  # nobody has looked
        ("T1=50/40 | T1=60/20* | T1=55/30", [False, True, True]),  # the viable nadir is unsigned
    ],
)
def test_row_is_provisional_when_an_unsigned_finding_stands_behind_it(text: str, provisional: list[bool]) -> None:
    assert [tp.provisional for tp in read(text)] == provisional


def test_flags_readers_and_burden_come_with_the_visit() -> None:
    visits, findings = histories.lesions("T1=50 T2=20 | T1=50/-! T2=20")
    visits = (visits[0], replace(visits[1], flags=(Flag.THICK_SLICES,)))
    findings = tuple(replace(f, reader="R2") if f.lesion == "T2" else f for f in findings)
    burden = Burden(Decimal("1500.0"), Decimal("30.0"), Decimal("2.0"))
    first, second = assess("S-001", visits, findings, {"W12": burden}, trials.retnet())
    assert (first.flags, first.burden) == ((), Burden(None, None, None))
    assert second.flags == (Flag.THICK_SLICES, Flag.NO_ARTERIAL)
    assert (second.reader, second.burden) == ("R1;R2", burden)


@pytest.mark.parametrize(("visit", "later"), [(0, "NE"), (1, "SD")])
def test_visit_flag_no_arterial_makes_mrecist_not_evaluable(visit: int, later: str) -> None:
    visits, findings = histories.lesions("T1=50/40 T2=30 | T1=0 T2=30/20 | T1=50/40 T2=30")
    visits = tuple(replace(v, flags=(Flag.NO_ARTERIAL,)) if n == visit else v for n, v in enumerate(visits))
    points = assess("S-001", visits, findings, {}, trials.retnet())
    assert points[1].read("mrecist", Scope.LIVER).overall.response is Response.NE
    assert points[2].read("mrecist", Scope.LIVER).overall.response.value == later


def test_signed_read_counts_at_a_visit_that_the_software_could_not_complete() -> None:
    visits, findings = histories.lesions("T1=50 | T1=60")
    for source, response in (("signed", Response.PD), ("proposed", Response.NE)):
        kept = tuple(replace(f, source=type(f.source)(source)) if f.visit == "W12" else f for f in findings)
        lost = (visits[0], replace(visits[1], completed=False))
        assert hepatic(assess("S-001", lost, kept, {}, trials.retnet())[1]).response is response


def test_scan_before_baseline_is_no_time_point_and_sets_no_nadir() -> None:
    visits, findings = histories.lesions("T1=50 | T1=50 | T1=50")
    before = Visit("S-001", "EARLIER", histories.DAY_ZERO - dt.timedelta(days=40), ())
    tiny = replace(findings[0], visit="EARLIER", date=before.date, long_axis_mm=Decimal(5), source=findings[0].source)
    points = assess("S-001", (*visits, before), (*findings, tiny), {}, trials.retnet())
    assert [tp.visit for tp in points] == ["EARLIER", "BASELINE", "W12", "W24"]
    assert points[0].read("recist11", Scope.LIVER).overall.response is Response.NONE
    assert [tp.read("recist11", Scope.LIVER).overall.response for tp in points[2:]] == [Response.SD, Response.SD]
    assert deciding.parts(points[2]).sums.nadir_mm == Decimal(50)


def test_role_is_settled_at_baseline_even_if_an_earlier_scan_or_later_read_differs() -> None:
    visits, findings = changed("T1=50 NT1=present | T1=50 NT1=9", "NT1", "W12", role=histories.Role.TARGET)
    assert deciding.parts(assess("S-001", visits, findings, {}, trials.retnet())[1]).sums.sum_mm == Decimal(50)
    before = Visit("S-001", "EARLIER", histories.DAY_ZERO - dt.timedelta(days=40), ())
    other = replace(findings[0], visit="EARLIER", date=before.date, role=histories.Role.NON_TARGET)
    points = assess("S-001", (*visits, before), (*findings, other), {}, trials.retnet())
    assert deciding.parts(points[-1]).sums.sum_mm == Decimal(50)


def test_without_baseline_nothing_can_be_evaluated() -> None:
    visits, findings = histories.lesions("T1=50 | T1=80 NL1=9")
    points = assess("S-001", visits[1:], [f for f in findings if f.visit != "BASELINE"], {}, trials.retnet())
    assert points[0].read("recist11", Scope.LIVER).overall.response is Response.NE
    assert points[0].read("recist11", Scope.LIVER).overall.rule == "recist11.no_baseline"


def test_two_accepted_findings_of_one_lesion_at_one_visit_are_refused() -> None:
    visits, findings = histories.lesions("T1=50 | T1=50")
    with pytest.raises(InputError, match="S-001, BASELINE: two accepted findings of T1"):
        assess("S-001", visits, (*findings, findings[0]), {}, trials.retnet())


def test_only_the_subjects_own_visits_and_findings_are_read() -> None:
    visits, findings = histories.lesions("T1=50 | T1=50")
    foreign = tuple(replace(f, subject="S-002", long_axis_mm=Decimal(5)) for f in findings)
    points = assess(
        "S-001", (*visits, *(replace(v, subject="S-002") for v in visits)), (*findings, *foreign), {}, trials.retnet()
    )
    assert [deciding.parts(tp).sums.sum_mm for tp in points] == [Decimal(50), Decimal(50)]


def test_merged_lesion_of_another_organ_does_not_carry_the_mass() -> None:
    text = "T1=30 TL1=20 | T1=merged TL1=merged:48"
    assert read(text)[1].read("recist11", Scope.WHOLE_BODY).overall.response is Response.NE


def test_lesion_seen_at_baseline_cannot_be_new() -> None:
    with pytest.raises(InputError, match="S-001, BASELINE: NL1 has the role new; expected target or non-target"):
        read("T1=50 NL1=12 | T1=50 NL1=12")
    assert read("T1=50 NL1=0 | T1=50 NL1=12")[1].read("recist11", Scope.LIVER).overall.response is Response.PD


@pytest.mark.parametrize(("scope", "provisional"), [("liver", True), ("whole-body", False)])
def test_a_nadir_counts_where_the_read_of_the_own_scope_has_it(scope: str, provisional: bool) -> None:
    visits, findings = histories.lesions("T1=50 TL1=30 | T1=40* TL1=50* | T1=50 TL1=30")
    protocol = histories.changed(trials.retnet(), f"endpoint.scope={scope}")
    points = assess(histories.SUBJECT, visits, findings, {}, protocol)
    assert [point.provisional for point in points] == [False, True, provisional]
