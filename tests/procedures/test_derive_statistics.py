"""What a statistician asks of derive: readers, several parameters, rates, cut, start, therapy, DOR without response."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.endpoint.reported import Impute
from pipeline.model.errors import InputError
from pipeline.model.protocol import BestResponse, Endpoint, Schedule
from pipeline.procedures import derive as deriving
from pipeline.procedures.derive_terms import Terms
from tests.builders.derive import Rows, run, table, write

HEAD = "STUDYID,USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSDTC,VISITNUM,VISIT,RSEVAL,RSEVALID,RSACPTFL\n"
RS = (
    HEAD
    + """X,S1,1,OVRLRESP,SD,2024-03-25,2,W12,INVESTIGATOR,,
X,S1,2,OVRLRESP,PD,2024-06-17,3,W24,INVESTIGATOR,,
X,S1,3,OVRLRESP,SD,2024-03-25,2,W12,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S1,4,OVRLRESP,PR,2024-06-17,3,W24,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S1,5,OVRLRESP,PD,2024-09-09,4,W36,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S1,6,OVRLRESP,PD,2024-03-25,2,W12,INDEPENDENT ASSESSOR,RADIOLOGIST 2,
X,S2,1,OVRLRESP,PR,2024-03-25,2,W12,INVESTIGATOR,,
X,S2,2,OVRLRESP,PR,2024-03-25,2,W12,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S2,3,OVRLRESP,CR,2024-06-17,3,W24,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
"""
)
ADSL = """STUDYID,USUBJID,RANDDT,TRTSDT,DTHDT,LSTALVDT,NACTDT,TRT01P
X,S1,2024-01-01,2024-01-08,,2024-12-01,,BE
X,S2,2024-01-01,2024-01-08,2024-10-01,,,cTACE
X,S3,2024-01-01,2024-01-08,,2024-02-01,,BE
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, RS, ADSL)
    return tmp_path


def told(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_several_parameters_stand_in_one_table_and_both_datasets_in_a_folder(folder: Path) -> None:
    rows, _ = run(folder, "--param", "RSP", "--param", "BOR")
    assert [row["PARAMCD"] for row in rows[:2]] == ["RSP", "BOR"]
    run(folder, "--param", "ALL", out="all")
    codes = {row["PARAMCD"] for name in ("adrs", "adtte") for row in table(folder / "all" / f"{name}.csv")}
    assert codes == {
        *("HPFS", "HPFSR", "THP", "THPR", "PFS", "OS", "DOR", "TTP"),
        *("OVR", "BOR", "CBOR", "RSP", "CRSP", "CB", "CCB", "DCR", "PD", "LSTA", "DEATH"),
    }
    with pytest.raises(InputError, match=r"--out: found out.csv for 2 datasets; allowed: a folder"):
        run(folder, "--param", "BOR", "--param", "PFS")
    with pytest.raises(InputError, match=r"--param: found XX; allowed: ALL, HPFS"):
        run(folder, "--param", "XX")


def test_all_without_one_of_the_starts_derives_the_rest_and_says_so(folder: Path) -> None:
    write(folder, RS, ADSL.replace("TRTSDT", "OTHERDT"))
    _, shown = run(folder, "--param", "ALL", out="all")
    assert "ADSL has no start of HPFS, THP" in shown
    assert {row["PARAMCD"] for row in table(folder / "all" / "adtte.csv")} == {
        *("HPFSR", "THPR", "PFS", "OS", "DOR", "TTP")
    }


def test_every_row_names_its_source(folder: Path) -> None:
    codes = ("OVR", "BOR", "RSP", "PD", "LSTA", "DEATH")
    rows, _ = run(folder, *(word for code in codes for word in ("--param", code)))
    first = [row for row in rows if row["USUBJID"] == "S1"]
    assert told(first, "PARAMCD", "AVALC", "AVAL", "ADT", "ADY", "SRCDOM", "SRCVAR", "SRCSEQ") == [
        ("OVR", "SD", "3", "2024-03-25", "85", "RS", "RSSTRESC", "3"),
        ("OVR", "PR", "2", "2024-06-17", "169", "RS", "RSSTRESC", "4"),
        ("OVR", "PD", "5", "2024-09-09", "253", "RS", "RSSTRESC", "5"),
        ("BOR", "PR", "2", "2024-06-17", "169", "RS", "RSSTRESC", "4"),
        ("RSP", "Y", "1", "2024-06-17", "169", "RS", "RSSTRESC", "4"),
        ("PD", "Y", "1", "2024-09-09", "253", "RS", "RSSTRESC", "5"),
        ("LSTA", "PD", "5", "2024-09-09", "253", "RS", "RSSTRESC", "5"),
        ("DEATH", "N", "0", "", "", "ADSL", "DTHDT", ""),
    ]


def test_investigator_and_central_read_stand_side_by_side(folder: Path) -> None:
    rows, shown = run(folder, "--param", "PFS", "--eval", "INVESTIGATOR", "--eval", "INDEPENDENT ASSESSOR")
    assert told(rows, "USUBJID", "EVAL", "ADT", "CNSR", "OTHER", "ADTDIFF", "AGREEFL") == [
        ("S1", "INVESTIGATOR", "2024-06-17", "0", "EVENT", "-84", "Y"),
        ("S1", "INDEPENDENT ASSESSOR", "2024-09-09", "0", "EVENT", "84", "Y"),
        ("S2", "INVESTIGATOR", "2024-03-25", "5", "EVENT", "-190", "N"),
        ("S2", "INDEPENDENT ASSESSOR", "2024-10-01", "0", "CENSORED", "190", "N"),
        ("S3", "INVESTIGATOR", "2024-01-01", "3", "CENSORED", "0", "Y"),
        ("S3", "INDEPENDENT ASSESSOR", "2024-01-01", "3", "CENSORED", "0", "Y"),
    ]
    assert "agree in 2 of 3, dates at most 190 days apart; events 1 and 2" in " ".join(shown.split())
    with pytest.raises(InputError, match=r"--eval, --evalid: found 3 readers; allowed: one, or two to compare"):
        run(folder, "--param", "PFS", "--eval", "A", "--eval", "B", "--eval", "C")


def test_rates_name_their_denominator_and_have_exact_intervals_by_arm(folder: Path) -> None:
    run(folder, "--param", "BOR", "--rates", str(folder / "rates.csv"))
    rows = table(folder / "rates.csv")
    orr = [row for row in rows if row["rate"] == "ORR"]
    assert told(orr, "denominator", "arm", "count", "of", "percent", "lower", "upper") == [
        ("ITT", "all", "2", "3", "66.7", "9.4", "99.2"),
        ("ITT", "BE", "1", "2", "50.0", "1.3", "98.7"),
        ("ITT", "cTACE", "1", "1", "100.0", "2.5", "100.0"),
        ("EVALUABLE", "all", "2", "2", "100.0", "15.8", "100.0"),
        ("EVALUABLE", "BE", "1", "1", "100.0", "2.5", "100.0"),
        ("EVALUABLE", "cTACE", "1", "1", "100.0", "2.5", "100.0"),
    ]
    assert {row["rate"] for row in rows} == {"ORR", "CORR", "DCR", "CBR"}


def test_missing_stands_beside_ne_where_it_is_asked_for(folder: Path) -> None:
    assert run(folder, "--param", "BOR")[0][2]["AVALC"] == "NE"
    assert told(run(folder, "--param", "BOR", "--missing")[0], "AVALC", "AVAL")[2] == ("MISSING", "7")


def test_time_to_progression_censors_deaths(folder: Path) -> None:
    rows, _ = run(folder, "--param", "TTP")
    assert told(rows, "ADT", "CNSR", "EVNTDESC")[:2] == [
        ("2024-09-09", "0", "PROGRESSION"),
        ("2024-06-17", "11", "DEATH BEFORE PROGRESSION"),
    ]


NACT = (
    HEAD
    + """X,S1,1,OVRLRESP,SD,2024-03-29,2,W12,INVESTIGATOR,,Y
X,S1,2,OVRLRESP,PR,2024-06-21,3,W24,INVESTIGATOR,,Y
X,S1,3,OVRLRESP,PR,2024-09-13,4,W36,INVESTIGATOR,,Y
"""
)


@pytest.mark.parametrize(
    ("options", "best", "confirmed", "duration"),
    [
        ((), "PR", "PR", []),
        (("--after-therapy", "ignored"), "SD", "SD", []),
        (("--after-therapy", "counted"), "PR", "PR", [("2024-06-21", "85", "1")]),
        (("--after-therapy", "ignored", "--without-response", "censored"), "SD", "SD", [("2024-01-05", "1", "20")]),
    ],
)
def test_responses_after_new_therapy_follow_the_switch(
    tmp_path: Path, options: tuple[str, ...], best: str, confirmed: str, duration: list[tuple[str, ...]]
) -> None:
    write(tmp_path, NACT, "USUBJID,RANDDT,TRTSDT,NACTDT\nS1,2024-01-05,2024-01-05,2024-05-01\n")
    rows, shown = run(tmp_path, "--param", "BOR", "--param", "CBOR", *options)
    assert [row["AVALC"] for row in rows] == [best, confirmed]
    assert f"after new therapy {options[1] if options else 'counted'}" in shown
    rows, shown = run(tmp_path, "--param", "DOR", *options)
    assert told(rows, "STARTDT", "AVAL", "CNSR") == duration
    assert "responses after new therapy" in shown


def test_start_scope_schedule_and_cut_are_options(folder: Path) -> None:
    first = run(folder, "--param", "PFS", "--start", "TRTSDT")[0][0]
    assert (first["STARTDT"], first["AVAL"]) == ("2024-01-08", "246")
    assert run(folder, "--param", "PFS", "--every-days", "28", "--window-days", "7")[0][0]["CNSR"] == "4"
    assert run(folder, "--param", "HPFS", "--scope", "whole-body")[0][0]["EVNTDESC"] == "PROGRESSION"
    cut, shown = run(folder, "--param", "PFS", "--cut", "2024-07-01")
    assert told(cut, "ADT", "CNSR")[:2] == [("2024-06-17", "1"), ("2024-06-17", "1")]
    assert "data cut 2024-07-01" in shown
    alive, _ = run(folder, "--param", "OS", "--cut", "2024-07-01")
    assert told(alive, "ADT", "CNSR") == [("2024-07-01", "12"), ("2024-07-01", "12"), ("2024-02-01", "12")]
    assert run(folder, "--param", "PFS", "--cut", "2023-12-31")[0] == []
    with pytest.raises(InputError, match="--cut: found '2024-02-30'"):
        run(folder, "--param", "PFS", "--cut", "2024-02-30")
    with pytest.raises(InputError, match="--window-days: found 14; allowed: up to 13"):
        run(folder, "--param", "PFS", "--every-days", "28")


def test_measurable_disease_needs_the_targets_of_the_reader(folder: Path) -> None:
    with pytest.raises(InputError, match="--param: found MDIS without --tu"):
        run(folder, "--param", "MDIS")
    (folder / "TU.csv").write_text(
        "USUBJID,TUSTRESC,TUEVAL,TUACPTFL\nS1,TARGET,INDEPENDENT ASSESSOR,Y\nS2,NON-TARGET,INVESTIGATOR,\n"
        "S3,TARGET,INVESTIGATOR,\n",
        encoding="utf-8",
    )
    tu = ("--param", "MDIS", "--tu", str(folder / "TU.csv"))
    assert [row["AVALC"] for row in run(folder, *tu)[0]] == ["Y", "N", "N"]
    assert [row["AVALC"] for row in run(folder, *tu, "--eval", "INVESTIGATOR")[0]] == ["N", "N", "Y"]


def test_survival_is_not_blocked_by_responses(folder: Path) -> None:
    faulty = RS.replace("X,S1,1,OVRLRESP,SD,2024-03-25", "X,S1,1,OVRLRESP,CHECK,2024-03").replace("X,S2,1", "X,S9,1")
    write(folder, faulty, ADSL)
    rows, shown = run(folder, "--param", "OS", "--param", "OS")
    assert "passed over" not in shown
    assert told(rows, "ADT", "CNSR") == [("2024-12-01", "12"), ("2024-10-01", "0"), ("2024-02-01", "12")]


def test_survival_names_the_scans_that_it_cannot_use(folder: Path) -> None:
    faulty = RS.replace("X,S1,5,OVRLRESP,PD,2024-09-09", "X,S1,5,OVRLRESP,PD,2024-13-09")
    faulty = faulty.replace("X,S1,6,OVRLRESP,PD,2024-03-25", "X,S1,6,OVRLRESP,PD,2024-08").replace(
        "CR,2024-06-17", "CR,2024-10-17"
    )
    write(folder, faulty, ADSL.replace("2024-12-01", ""))
    rows, shown = run(folder, "--param", "OS")
    assert told(rows, "ADT", "CNSR", "SRCVAR")[:2] == [("2024-06-17", "12", "RSDTC"), ("2024-10-01", "0", "DTHDT")]
    words = " ".join(shown.split())
    assert "passed over as a last date known alive: RS.csv row 6, column RSDTC: found '2024-13-09'" in words
    assert "OS: RS.csv row 7 of S1: 2024-08 is passed over" in words
    assert "OS: RS.csv row 10 of S2: a scan on 2024-10-17, after death on 2024-10-01" in words


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_wider_cut_never_removes_an_earlier_event(tmp_path: Path, data: st.DataObject) -> None:
    names, start = st.sampled_from(["SD", "PR", "PD", "NE"]), dt.date(2024, 1, 1)
    days = sorted(data.draw(st.lists(st.integers(1, 500), min_size=1, max_size=6, unique=True)))
    lines = [
        f"X,S1,{n},OVRLRESP,{data.draw(names)},{str(start + dt.timedelta(day))[: data.draw(_LENGTH)]},{n},,,,Y\n"
        for n, day in enumerate(days, start=2)
    ]
    death = start + dt.timedelta(days[-1] + 10)
    write(tmp_path, HEAD + "".join(lines), f"USUBJID,RANDDT,DTHDT\nS1,{start},{death}\n")
    first, second = sorted(data.draw(st.lists(st.integers(0, 520), min_size=2, max_size=2)))
    events = [_event(tmp_path, start + dt.timedelta(cut)) for cut in (first, second)]
    if events[0] is not None:
        assert events[1] == events[0]


_LENGTH = st.sampled_from([7, 10, 10])


def _event(folder: Path, cut: dt.date) -> object:
    terms = Terms(Schedule(), Endpoint(rule_set="PLAIN"), BestResponse(), impute=Impute.FIRST, cut=cut)
    sources = deriving.Sources(folder / "RS.csv", folder / "ADSL.csv")
    derived = deriving.derive(sources, ["PFS"], terms).tables[0]
    return derived.column("ADT")[0] if derived.rows and derived.column("CNSR")[0] == 0 else None


def test_stable_disease_may_count_from_the_baseline_scan(folder: Path) -> None:
    rows = """X,S1,1,OVRLRESP,NE,2023-12-12,1,BASELINE,INVESTIGATOR,,Y
X,S1,2,OVRLRESP,SD,2024-01-31,2,W4,INVESTIGATOR,,Y
"""
    write(folder, HEAD + rows, ADSL)
    (folder / "trial.yaml").write_text("best_response:\n  sd_from: baseline\n", encoding="utf-8")
    words = ("--param", "BOR", "--param", "DCR")
    by_start, said = run(folder, *words)
    by_scan, _ = run(folder, *words, "--protocol", str(folder / "trial.yaml"))
    assert told([row for row in by_start if row["USUBJID"] == "S1"], "AVALC") == [("NE",), ("N",)]
    assert told([row for row in by_scan if row["USUBJID"] == "S1"], "AVALC") == [("SD",), ("Y",)]
    assert "SD from 42 days after the start on" in said


def test_visits_have_their_number(folder: Path) -> None:
    rows, _ = run(folder, "--param", "OVR", "--evalid", "RADIOLOGIST 1")
    assert told([row for row in rows if row["USUBJID"] == "S1"], "AVISIT", "AVISITN") == [
        ("W12", "2"),
        ("W24", "3"),
        ("W36", "4"),
    ]
