"""Each check is broken by one change of sound tables, and by that alone; sound tables break none."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from pipeline.endpoint import rule_book
from pipeline.endpoint.rule import Dating
from pipeline.export.conformance import cdisc_tables, checks, definition, traces
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables
from pipeline.export.conformance.checks import CHECKS
from pipeline.export.dataset import Model
from pipeline.procedures import datasets
from tests.builders import trials
from tests.builders.exported import everything

CREATED = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
Change = Callable[[CdiscTables], CdiscTables]


@cache
def document(model: Model) -> bytes:
    own = [each for each in everything() if each.domain.model is model]
    return datasets.definition(own, trials.retnet(), (), CREATED)


@cache
def sound() -> CdiscTables:
    """What an export writes: the tables and both documents."""
    tables = {each.domain.name: cdisc_tables.of_dataset(each) for each in everything()}
    names = {model: frozenset(n for n, t in tables.items() if t.is_adam is (model is Model.ADAM)) for model in Model}
    return CdiscTables(tables, tuple(definition.read(document(model), names[model]) for model in Model))


def undefined() -> CdiscTables:
    return replace(sound(), defined=())


def changed(tables: CdiscTables, name: str, change: Callable[[CdiscTable], CdiscTable]) -> CdiscTables:
    return replace(tables, by_name={**tables.by_name, name: change(tables.by_name[name])})


def cell(name: str, variable: str, value: str, **where: str) -> Change:
    """One cell of the first record that has these values."""

    def change(table: CdiscTable) -> CdiscTable:
        place = next(n for n, r in enumerate(table.records) if all(r[key] == text for key, text in where.items()))
        records = list(table.records)
        records[place] = {**records[place], variable: value}
        return replace(table, records=tuple(records))

    return lambda tables: changed(tables, name, change)


def without(name: str, variable: str) -> Change:
    def change(table: CdiscTable) -> CdiscTable:
        records = tuple({key: text for key, text in each.items() if key != variable} for each in table.records)
        return replace(table, columns=tuple(key for key in table.columns if key != variable), records=records)

    return lambda tables: changed(tables, name, change)


def label(name: str, variable: str, text: str) -> Change:
    return lambda tables: changed(tables, name, lambda t: replace(t, labels={**(t.labels or {}), variable: text}))


def renamed(name: str, variable: str, other: str) -> Change:
    def change(table: CdiscTable) -> CdiscTable:
        def new(key: str) -> str:
            return other if key == variable else key

        records = tuple({new(key): text for key, text in each.items()} for each in table.records)
        return replace(table, columns=tuple(map(new, table.columns)), records=records)

    return lambda tables: changed(tables, name, change)


def twice(name: str, **cells: str) -> Change:
    """The first record once more, with other values in some variables."""

    def change(table: CdiscTable) -> CdiscTable:
        more = {**table.records[0], **cells}
        return replace(table, records=(*table.records, more), rows=(*table.rows, len(table.records) + 2))

    return lambda tables: changed(tables, name, change)


def test_sound_tables_break_no_check() -> None:
    assert checks.run(sound()) == ()


BREAKS: list[tuple[str, Change, str]] = [
    ("NAMES", renamed("TU", "TUREFID", "TUREFIDXX"), "TU TUREFIDXX"),
    ("NAMES", renamed("ADTR", "X1", "1X"), "ADTR 1X"),
    ("LABELS", label("TU", "TULOC", "Location of the Tumor or of the Lesion, xx"), "TU TULOC"),
    ("LABELS", label("TU", "TULOC", ""), "TU TULOC"),
    ("REQUIRED", without("TU", "TUTEST"), "TU TUTEST"),
    ("REQUIRED", cell("ADSL", "SUBJID", ""), "ADSL SUBJID"),
    ("TEXT", cell("TR", "TRREFID", "9" * 201), "TR TRREFID"),
    ("DOMAIN", cell("TR", "DOMAIN", "TU"), "TR DOMAIN"),
    ("STUDY", cell("TR", "STUDYID", "OTHER", TRSEQ="3"), "TR STUDYID"),
    ("TESTCD", cell("RS", "RSTESTCD", "OVERALLRESP"), "RS RSTESTCD"),
    ("TESTCD", cell("ADTTE", "PARAMCD", "2PFS", PARAMCD="TTP"), "ADTTE PARAMCD"),
    ("TEST", cell("TR", "TRTEST", "Absolute Change From Nadir in Sum of Diameter", TRTESTCD="LDIAM"), "TR TRTEST"),
    ("TEST_PAIR", cell("TR", "TRTEST", "Longest Axis", TRTESTCD="LDIAM", VISIT="W12"), "TR TRTESTCD, TRTEST"),
    ("TEST_PAIR", cell("ADTTE", "PARAM", "Overall Survival (days)", PARAMCD="TTP"), "ADTTE PARAMCD, PARAM"),
    ("KEYS", twice("ADSL"), "ADSL STUDYID, USUBJID"),
    ("SEQUENCE", twice("PR", PRSTDTC="2024-05-05"), "PR PRSEQ"),
    ("SEQUENCE", cell("PR", "PRSEQ", "0"), "PR PRSEQ"),
    ("SUBJECT", twice("PR", USUBJID="S-999"), "PR USUBJID"),
    ("VISIT_PAIR", cell("RS", "VISITNUM", "3", VISIT="W12"), "RS VISITNUM, VISIT"),
    ("VISIT_PAIR", cell("ADTR", "AVISITN", "3", AVISIT="W12"), "ADTR AVISITN, AVISIT"),
    ("VISIT_ORDER", cell("TR", "TRDTC", "2025-01-01", VISIT="BASELINE"), "TR VISITNUM, TRDTC"),
    ("DATES", cell("TR", "TRDTC", "05JAN2024"), "TR TRDTC"),
    ("DATES", cell("TR", "TRDTC", "2024-02-30"), "TR TRDTC"),
    ("DATES", cell("ADSL", "TRTSDT", "23378"), "ADSL TRTSDT"),
    ("STUDY_DAY", cell("TR", "TRDY", "0"), "TR TRDY"),
    ("STUDY_DAY", cell("ADRS", "ADY", "101", PARAMCD="BOR"), "ADRS ADY"),
    ("TERMS", cell("TR", "TRACPTFL", "YES"), "TR TRACPTFL"),
    ("TERMS", cell("ADTTE", "ADTF", "X"), "ADTTE ADTF"),
    ("TERMS", cell("RELREC", "RELTYPE", "SOME"), "RELREC RELTYPE"),
    ("NOT_DONE", cell("TR", "TRORRES", "12", TRSTAT="NOT DONE"), "TR TRSTAT, TRORRES"),
    ("NOT_DONE", cell("TR", "TRREASND", "LOST", TRSTAT=""), "TR TRSTAT, TRREASND"),
    ("NUMBERS", cell("TR", "TRSTRESC", "99", TRTESTCD="SUMDIAM"), "TR TRSTRESC, TRSTRESN"),
    ("NUMBERS", cell("TR", "TRSTRESU", "", TRTESTCD="SUMDIAM"), "TR TRSTRESU"),
    ("SOURCE", cell("ADRS", "SRCSEQ", "", PARAMCD="BOR"), "ADRS SRCDOM, SRCSEQ"),
    ("SOURCE", cell("ADTTE", "SRCSEQ", "99", PARAMCD="INTEMB"), "ADTTE SRCDOM, SRCSEQ"),
    ("SOURCE", cell("ADTTE", "SRCVAR", "TRTDT", PARAMCD="OS"), "ADTTE SRCDOM, SRCVAR"),
    ("SOURCE", cell("ADTTE", "SRCSEQ", "1", PARAMCD="OS"), "ADTTE SRCDOM, SRCSEQ"),
    ("SOURCE_PAIR", cell("ADRS", "SRCDOM", "", PARAMCD="BOR"), "ADRS SRCDOM, SRCVAR"),
    ("SOURCE_VALUE", cell("ADTR", "AVAL", "77", PARAMCD="LDIAM", AVISIT="W12"), "ADTR AVAL"),
    ("SOURCE_VALUE", cell("RS", "RSSTRESC", "SD", RSTESTCD="OVRLRESP", RSSCAT="LIVER"), "ADRS AVALC"),
    ("SOURCE_VALUE", cell("PR", "PRSTDTC", "2024-01-10", PRSTDTC="2024-01-09"), "ADTTE ADT"),
    ("QUALIFIERS", cell("SUPPTR", "IDVARVAL", "999"), "SUPPTR IDVAR, IDVARVAL"),
    ("QUALIFIERS", cell("SUPPTR", "QVAL", ""), "SUPPTR QVAL"),
    ("QUALIFIERS", cell("SUPPTR", "RDOMAIN", "XX"), "SUPPTR RDOMAIN"),
    ("QUALIFIERS", cell("SUPPTR", "IDVAR", "TRXXID"), "SUPPTR IDVAR"),
    ("RELATIONS", cell("RELREC", "IDVAR", "TULINK"), "RELREC RDOMAIN, IDVAR"),
    ("RELATIONS", cell("RELREC", "IDVARVAL", "R9-T1"), "RELREC IDVARVAL"),
    ("LINKS", cell("TR", "TRLNKID", "R1-T9", TRLNKID="R1-T1"), "TR TRLNKID"),
    ("CHANGES", cell("ADTR", "CHG", "1", PARAMCD="LDIAM", AVISIT="W12", TRLNKID="R1-T1"), "ADTR CHG"),
    ("CHANGES", cell("ADTR", "PCHG", "1", PARAMCD="LDIAM", AVISIT="W12", TRLNKID="R1-T1"), "ADTR PCHG"),
    ("BASELINE", cell("ADTR", "ABLFL", "Y", PARAMCD="LDIAM", AVISIT="W12", TRLNKID="R1-T1"), "ADTR ABLFL"),
    ("BASELINE", cell("ADTR", "BASE", "7", PARAMCD="LDIAM", AVISIT="W12", TRLNKID="R1-T1"), "ADTR BASE"),
    ("TIMES", cell("ADTTE", "AVAL", "7", PARAMCD="HPFS"), "ADTTE AVAL"),
    ("TIMES", cell("ADTTE", "CNSR", "-1", PARAMCD="HPFS"), "ADTTE CNSR"),
    ("TIMES", cell("ADTTE", "EVNTDESC", "", PARAMCD="HPFS"), "ADTTE EVNTDESC"),
    ("TIMES", cell("ADTTE", "STARTDT", "2026-01-01", PARAMCD="HPFS"), "ADTTE STARTDT, ADT"),
]


@pytest.mark.parametrize(("name", "change", "where"), BREAKS, ids=[f"{n}-{w.replace(' ', '-')}" for n, _, w in BREAKS])
def test_a_check_is_broken_by_what_it_is_for(name: str, change: Change, where: str) -> None:
    findings = [f for f in checks.run(change(undefined())) if f.check == name]
    assert where in {f"{f.dataset} {f.variable}" for f in findings}
    assert all(f.allowed and f.source for f in findings)


DEFINED: list[tuple[str, Change, str]] = [
    ("DEFINE_VARIABLES", without("TU", "TULOC"), "TU "),
    ("DEFINE_VARIABLES", label("TU", "TULOC", "Where"), "TU TULOC"),
    ("DEFINE_LENGTH", cell("TU", "TULOC", "LIVER, " * 6), "TU TULOC"),
    ("DEFINE_TERMS", cell("TU", "TULOC", "DOME"), "TU TULOC"),
    ("DEFINE_TERMS", cell("TR", "TRSTRESC", "GROWING", TRTESTCD="TUMSTATE"), "TR TRSTRESC (TUMSTATE)"),
]


@pytest.mark.parametrize(("name", "change", "where"), DEFINED, ids=[f"{n}-{w}" for n, _, w in DEFINED])
def test_define_xml_agrees_with_the_data(name: str, change: Change, where: str) -> None:
    findings = [f for f in checks.run(change(sound())) if f.check == name]
    assert where in {f"{f.dataset} {f.variable}" for f in findings}


def test_define_xml_names_the_datasets_of_its_folder() -> None:
    less = definition.read(document(Model.SDTM), frozenset({"TU", "XX"}))
    findings = checks.run(replace(undefined(), defined=(less,)))
    told = {(f.dataset, f.value) for f in findings if f.check == "DEFINE"}
    assert ("XX", "not in Define-XML") in told
    assert ("TR", "in Define-XML alone") in told


@pytest.mark.parametrize("text", [b"<ODM>", b'<!DOCTYPE x [<!ENTITY a "b">]><ODM/>', b"", b"\xff\xfe"])
def test_a_document_that_cannot_be_read_is_a_finding(text: bytes) -> None:
    findings = checks.run(replace(undefined(), defined=(definition.read(text),)))
    assert [f.dataset for f in findings if f.check == "DEFINE"] == ["DEFINE"]


def test_every_check_has_a_name_a_source_and_a_break() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.asks and check.source for check in CHECKS)
    assert {name for name, _, _ in (*BREAKS, *DEFINED)} | {"DEFINE"} == set(names)


def test_equal_breaches_are_one_finding_with_the_first_row() -> None:
    table = undefined().by_name["TR"]
    every = tuple({**each, "DOMAIN": "XX"} for each in table.records)
    (finding,) = [
        f for f in checks.run(changed(undefined(), "TR", lambda t: replace(t, records=every))) if f.check == "DOMAIN"
    ]
    assert (finding.row, finding.count, finding.value) == (2, len(every), "XX")


def test_the_rule_sets_that_move_dates_are_those_of_the_rule_book() -> None:
    assert {rules.name for rules in rule_book.RULE_SETS if rules.dating is not Dating.AS_SEEN} == traces.MOVED


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2024-02-03", True),
        ("2024-02", True),
        ("2024", True),
        ("2024---15", True),
        ("2024-02-03T10", True),
        ("2024-02-03T10:30:15+01:00", True),
        ("2024-02-03/2024-02-05", True),
        ("2024-13", False),
        ("2023-02-29", False),
        ("2024-2-3", False),
        ("2024-02-03 10:30", False),
        ("2024-02-03T25:00", False),
        ("UNK", False),
    ],
)
def test_dates_of_sdtm_may_lack_parts(text: str, valid: bool) -> None:
    findings = checks.run(cell("TR", "TRDTC", text)(undefined()))
    assert ("DATES" not in {f.check for f in findings}) is valid
