"""Sentences, numbers and rules of the criteria beside RECIST 1.1, and their exploratory table."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.assess import density, exploratory, history, plan, registry, volumes
from pipeline.assess.criteria import easl, who
from pipeline.assess.method import Read
from pipeline.export.tables.criteria import CRITERIA
from pipeline.model.response import Explained
from pipeline.model.visit import Burden
from tests.builders import histories, trials


def read(name: str, text: str) -> tuple[Read, ...]:
    return registry.get(name).read(history.build(*histories.lesions(text)), trials.retnet())


def target(name: str, text: str) -> Explained:
    return read(name, text)[-1].target


@pytest.mark.parametrize(
    ("name", "text", "rule", "sentence"),
    [
        (
            "who",
            "T1=40x25 | T1=50x25",
            "who.target.pd",
            "Sum 1250 mm² against nadir 1000 mm² (BASELINE): +250 mm², +25.0 %; PD from +25 % on.",
        ),
        (
            "easl",
            "T1=50x50/40x25 | T1=50x50/50.1x25",
            "easl.target.pd",
            "Sum 1252.5 mm² against nadir 1000 mm² (BASELINE): +252.5 mm², +25.3 %; PD above +25 %.",
        ),
        (
            "easl",
            "T1=50x50/40x25 T2=9x9/0,treated | T1=50x50/40x25 T2=9x9/5x5",
            "easl.target.pd_new_enhancement",
            "T2: new enhancement in a treated lesion.",
        ),
        (
            "vrecist",
            "T1=50,v100 | T1=50,v35",
            "vrecist.target.pr",
            "Sum 35 ml against baseline 100 ml: -65 ml, -65.0 %; PR from -65 % on.",
        ),
        (
            "choi",
            "T1=50,h60 | T1=50,h51",
            "choi.target.pr_density",
            (
                "Size 50 mm against baseline 50 mm: +0 mm, +0.0 %; 50 mm against nadir 50 mm (BASELINE): +0 mm, "
                "+0.0 %; density 51.0 HU against baseline 60.0 HU, -15.0 %: the density responded."
            ),
        ),
        (
            "mchoi",
            "T1=50,h60 | T1=45",
            "mchoi.target.ne_density",
            (
                "Size 45 mm against baseline 50 mm: -5 mm, -10.0 %; 45 mm against nadir 50 mm (BASELINE): -5 mm, "
                "-10.0 %; density not known: it would decide."
            ),
        ),
        ("choi", "T1=50,h60 | T1=9,h9,nodule", "choi.target.pd_nodule", "T1: new or growing nodule inside the tumor."),
    ],
)
def test_a_sentence_names_the_compared_numbers(name: str, text: str, rule: str, sentence: str) -> None:
    found = target(name, text)
    assert (found.rule, found.sentence) == (rule, sentence)
    assert "rule book" in found.citation


def test_numbers_are_named_with_their_unit() -> None:
    assert dict(target("who", "T1=40x25 | T1=50x25").numbers) == {
        "sum_mm2": Decimal(1250),
        "baseline_mm2": Decimal(1000),
        "nadir_mm2": Decimal(1000),
    }
    assert dict(target("qeasl", "T1=50,v/100 T2=50,v/10 | T1=50,v/35 T2=ne").numbers) == {
        "measured_ml": Decimal(35),
        "baseline_ml": Decimal(110),
        "nadir_ml": Decimal(110),
    }
    numbers = dict(target("choi", "T1=50,h60 T2=10,h41 | T1=45,h50 T2=9,h40").numbers)
    assert (numbers["density_hu"], numbers["baseline_hu"]) == (Decimal("45.0"), Decimal("50.5"))


def test_choi_keeps_no_margin_because_two_numbers_decide() -> None:
    assert target("choi", "T1=50,h60 | T1=50,h60").margins == ()


def test_a_progression_is_dated_to_its_scan() -> None:
    last = read("choi", "T1=50,h60 | T1=55,h60")[-1]
    assert last.target.date == last.visit.date
    assert target("choi", "T1=50,h60 | T1=50,h60").date is None


def test_a_confirmed_progression_is_dated_to_where_it_began() -> None:
    reads = read("irecist", "T1=50 | @84 T1=60 | @112 T1=62 | @140 T1=67 | @160 T1=67")
    assert [r.overall.rule for r in reads[1:]] == [
        "irecist.overall.iupd",
        "irecist.overall.iupd_unchanged",
        "irecist.overall.icpd",
        "irecist.overall.after_icpd",
    ]
    assert {r.overall.date for r in reads[3:]} == {reads[1].visit.date}
    assert reads[3].overall.sentence == "Progression of W12 confirmed 28 days after W24: the target sum grew by 5 mm."
    assert reads[3].target.response.value == "PD"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("T1=50 | @84 T1=60 | @112 T1=60 NL1=8", "new lesion NL1"),
        ("T1=50 | @84 T1=50 NL1=12 | @112 T1=50 NL1=17", "the new lesions grew by 5 mm"),
        ("T1=50 | @84 T1=50 NL1=9 | @112 T1=50 NL1=9.5", "new lesion NL1 grew"),
        ("T1=50 NT1=present | @84 T1=50 NT1=pd | @112 T1=60 NT1=pd", "the targets have progressed too"),
        ("T1=50 NT1=present | @84 T1=60 NT1=present | @112 T1=60 NT1=pd", "non-target lesions have progressed too"),
        ("T1=50 NT1=20 | @84 T1=50 NT1=pd:30 | @112 T1=50 NT1=pd:31", "NT1 progressed further"),
    ],
)
def test_growth_says_why_a_progression_is_confirmed(text: str, why: str) -> None:
    assert f"after W12: {why}." in read("irecist", text)[-1].overall.sentence


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("T1=50 | @84 T1=60 | @111 T1=70", "iupd_early", "Only 27 days after W12"),
        ("T1=50 | @84 T1=60 | @141 T1=70", "iupd_late", "Not within 56 days after W12"),
        ("T1=50 | @84 T1=60 | @112 T1=50", "reset", "The unconfirmed progression is withdrawn."),
    ],
)
def test_irecist_says_why_nothing_is_confirmed(text: str, rule: str, words: str) -> None:
    found = read("irecist", text)[-1].overall
    assert found.rule == f"irecist.overall.{rule}"
    assert words in found.sentence


@pytest.mark.parametrize(
    ("diameter", "ml"), [("5", "0.07"), ("10", "0.52"), ("20", "4.19"), ("100", "523.60"), ("0", "0.00")]
)
def test_sphere_of_a_lesion_too_small(diameter: str, ml: str) -> None:
    assert volumes.sphere_ml(Decimal(diameter)) == Decimal(ml)


@pytest.mark.parametrize("missing", ["long_axis_mm", "short_axis_mm"])
def test_a_product_needs_both_axes(missing: str) -> None:
    finding = histories.lesions("T1=50x40")[1][0]
    assert who.product(finding) == Decimal(2000)
    assert who.product(replace(finding, **{missing: None})) is None


@pytest.mark.parametrize("missing", ["viable_axis_mm", "viable_short_axis_mm"])
def test_an_enhancing_product_needs_both_axes(missing: str) -> None:
    finding = histories.lesions("T1=50x40/30x20")[1][0]
    assert easl.product(finding) == Decimal(600)
    assert easl.product(replace(finding, **{missing: None})) is None


def test_mean_density_is_rounded_half_up_for_display_only() -> None:
    found = density.Density(Decimal("102.1"), Decimal(120), 2)
    assert found.means() == (Decimal("51.1"), Decimal("60.0"))
    assert not found.fell(15)


def test_exploratory_table_has_one_row_per_criterion_and_visit() -> None:
    visits, findings = histories.lesions("T1=50x40,v30 TN1=20 | T1=30x20,v10 TN1=40 | T1=31x20")
    burdens = {"W12": Burden(Decimal(1500), Decimal(300), Decimal("20.0"))}
    rows = exploratory.assess(histories.SUBJECT, visits, findings, burdens, trials.retnet())
    table = CRITERIA.table(rows)
    named = {(row[3], row[1]): dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert {name for name, _ in named} == {*registry.criteria(), "burden"} - {each.name for each in plan.PUBLISHED}
    who = named["who", "W12"]
    assert (who["unit"], who["value"], who["baseline"], who["nadir"]) == ("mm2", "600", "2000", "2000")
    assert (who["pct_baseline"], who["answer"], who["rule"]) == ("-70.0", "PR", "who.overall.table")
    later = named["who", "W24"]
    assert (later["value"], later["baseline"], later["nadir"]) == ("620", "2000", "600")
    assert (later["pct_baseline"], later["pct_nadir"]) == ("-69.0", "3.3")
    assert (named["vrecist", "W12"]["answer"], named["irecist", "W12"]["answer"]) == ("PR", "iPR")
    assert (named["easl", "W12"]["answer"], named["easl", "W12"]["value"]) == ("NE", "")
    assert ("burden", "BASELINE") not in named
    assert (named["burden", "W12"]["value"], named["burden", "W12"]["answer"]) == ("20.0", ">10-25")
    assert list(table.rows) == sorted(table.rows, key=lambda row: (row[0], row[3], row[2], row[1]))


@pytest.mark.parametrize(
    ("text", "provisional"),
    [
        ("T1=50x40 | T1=30x20 | T1=31x20", ["", "", ""]),
        ("T1=50x40* | T1=30x20 | T1=31x20", ["Y", "Y", "Y"]),
        ("T1=50x40 | T1=30x20* | T1=31x20", ["", "Y", "Y"]),
        ("T1=50x40 | T1=30x20 | T1=31x20*", ["", "", "Y"]),
        ("T1=50x40 | x | T1=31x20", ["", "Y", ""]),
        ("T1=50x40 | T1=30x20 NL1=eq | T1=31x20 NL1=12*", ["", "Y", "Y"]),
        ("T1=50x40 | T1=30x20 NL1=0* | T1=31x20", ["", "", ""]),
    ],
)
def test_a_row_is_provisional_while_something_unsigned_stands_behind_it(text: str, provisional: list[str]) -> None:
    visits, findings = histories.lesions(text)
    table = CRITERIA.table(exploratory.assess(histories.SUBJECT, visits, findings, {}, trials.retnet()))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["provisional"] for row in rows if row["criterion"] == "who"] == provisional
    assert {row["reader"] for row in rows if row["criterion"] == "who"} <= {"R1", ""}
