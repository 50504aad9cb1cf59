"""hepatrack derive: small RS and ADSL tables in, ADTTE and ADRS rows out."""

import csv
import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.model.errors import InputError
from tests.builders import derive, trials
from tests.builders.derive import Rows, write

RS = """STUDYID,USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSDTC,VISITNUM,RSEVAL,RSEVALID,RSACPTFL
X,S1,1,OVRLRESP,SD,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S1,2,OVRLRESP,PD,2020-06-17,3,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S1,3,OVRLRESP,PD,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 2,
X,S1,4,OVRLRESP,PD,2020-05-01,2.1,INVESTIGATOR,,
X,S1,5,TRGRESP,CR,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S2,1,OVRLRESP,Non-CR/Non-PD,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
X,S3,1,OVRLRESP,Not evaluable,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y
"""
ADSL = """STUDYID,USUBJID,RANDDT,TRTSDT,DTHDT,LSTALVDT,NACTDT
X,S1,2020-01-01,2020-01-08,,2020-08-01,
X,S2,2020-01-01,2020-01-08,2020-05-01,,2020-04-10
X,S3,2020-01-01,2020-01-08,,2020-04-02,
X,S4,2020-01-01,,,2020-01-05,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, RS, ADSL)
    return tmp_path


def run(folder: Path, param: str, *options: str) -> Rows:
    """Derive one parameter, and return the rows that were written."""
    return derive.run(folder, "--param", param, *options)[0]


def _with(table: str, column: str, value: str) -> str:
    """Return a table with one more column, of one value."""
    head, *lines = table.splitlines()
    return "".join(f"{line}\n" for line in (f"{head},{column}", *(f"{line},{value}" for line in lines)))


def told(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_pfs_of_the_accepted_reader(folder: Path) -> None:
    assert told(run(folder, "PFS"), "USUBJID", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC") == [
        ("S1", "2020-01-01", "2020-06-17", "169", "0", "PROGRESSION"),
        ("S2", "2020-01-01", "2020-03-25", "85", "6", "NEW THERAPY"),
        ("S3", "2020-01-01", "2020-01-01", "1", "3", "NO POST-BASELINE ASSESSMENT"),
        ("S4", "2020-01-01", "2020-01-01", "1", "3", "NO POST-BASELINE ASSESSMENT"),
    ]


def test_plain_takes_the_earlier_event_else_the_last_response_else_the_start(folder: Path) -> None:
    assert told(run(folder, "PFS", "--rules", "PLAIN"), "USUBJID", "ADT", "CNSR", "EVNTDESC", "CNSDTDSC") == [
        ("S1", "2020-06-17", "0", "PROGRESSION", ""),
        ("S2", "2020-05-01", "0", "DEATH", ""),
        ("S3", "2020-03-25", "1", "NO PROGRESSION AT LAST ADEQUATE ASSESSMENT", "LAST RESPONSE, EVALUABLE OR NOT"),
        ("S4", "2020-01-01", "3", "NO POST-BASELINE ASSESSMENT", "RANDOMIZATION"),
    ]


def test_a_named_reader_wins_over_the_accepted_one(folder: Path) -> None:
    first = run(folder, "PFS", "--evalid", "radiologist 2")[0]
    assert (first["ADT"], first["EVALID"], first["ACPTFL"], first["SRCSEQ"]) == ("2020-03-25", "RADIOLOGIST 2", "", "3")


def test_investigator_is_a_reader_too(folder: Path) -> None:
    first = run(folder, "PFS", "--evalid", "INVESTIGATOR")[0]
    assert (first["ADT"], first["EVAL"], first["EVALID"], first["AVISIT"]) == ("2020-05-01", "INVESTIGATOR", "", "2.1")


def test_claims_of_the_investigator_count_under_table_c(folder: Path) -> None:
    first = run(folder, "PFS", "--rules", "FDA-C")[0]
    assert (first["ADT"], first["EVNTDESC"]) == ("2020-05-01", "PROGRESSION CLAIMED BY INVESTIGATOR")
    assert (first["ICLDT"], first["ICRDT"]) == ("2020-03-25", "2020-05-01")


def test_hpfs_starts_with_treatment_and_is_never_invented(folder: Path) -> None:
    rows = run(folder, "HPFS")
    assert told(rows, "STARTDT", "AVAL", "CNSR", "EVNTDESC")[::3] == [
        ("2020-01-08", "162", "0", "HEPATIC PROGRESSION"),
        ("", "", "", "NO START DATE"),
    ]
    assert [rows[0][name] for name in ("ICL", "ICR", "RULESET", "SRCDOM", "SRCVAR")] == [
        *("78", "162", "FDA-A", "RS", "RSDTC")
    ]


def test_time_to_progression_with_death_competing(folder: Path) -> None:
    assert told(run(folder, "THP", "--rules", "EMA"), "CNSR", "ADT")[:2] == [("0", "2020-06-17"), ("9", "2020-05-01")]
    assert told(run(folder, "THPR", "--rules", "EMA"), "AVAL")[:2] == [("169",), ("122",)]


def test_survival_looks_at_dates_alone(folder: Path) -> None:
    assert told(run(folder, "OS"), "ADT", "CNSR", "EVNTDESC", "SRCVAR") == [
        ("2020-08-01", "12", "ALIVE", "LSTALVDT"),
        ("2020-05-01", "0", "DEATH", "DTHDT"),
        ("2020-04-02", "12", "ALIVE", "LSTALVDT"),
        ("2020-01-05", "12", "ALIVE", "LSTALVDT"),
    ]


def test_survival_without_last_date_known_alive_ends_at_the_last_scan(folder: Path) -> None:
    write(folder, RS, ADSL.replace("2020-08-01", ""))
    assert run(folder, "OS")[0]["ADT"] == "2020-06-17"


def test_best_response(folder: Path) -> None:
    assert told(run(folder, "BOR"), "USUBJID", "PARAMCD", "AVALC", "AVAL", "ADT", "ADY") == [
        ("S1", "BOR", "SD", "3", "2020-03-25", "85"),
        ("S2", "BOR", "NON-CR/NON-PD", "4", "2020-03-25", "85"),
        ("S3", "BOR", "NE", "6", "2020-03-25", "85"),
        ("S4", "BOR", "NE", "6", "", ""),
    ]
    assert run(folder, "BOR", "--min-sd-days", "85")[0]["AVALC"] == "PD"


CONFIRMED = """USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSACPTFL
S1,OVRLRESP,PR,2020-03-25,Y
S1,OVRLRESP,NE,2020-04-10,Y
S1,OVRLRESP,PR,2020-04-22,Y
"""


@pytest.mark.parametrize(
    ("options", "best"),
    [((), "PR"), (("--confirm-days", "29"), "SD"), (("--allow-ne", "0"), "SD"), (("--min-sd-days", "120"), "PR")],
)
def test_confirmed_best_response(tmp_path: Path, options: tuple[str, ...], best: str) -> None:
    write(tmp_path, CONFIRMED, "USUBJID,RANDDT\nS1,2020-01-01\n")
    found = run(tmp_path, "CBOR", *options)
    assert told(found, "AVALC", "EVAL", "ACPTFL") == [(best, "", "Y")]


def test_best_response_without_a_start_is_empty(tmp_path: Path) -> None:
    write(tmp_path, CONFIRMED, "USUBJID\nS1\n")
    assert told(run(tmp_path, "BOR"), "AVALC", "AVAL", "ADT", "ANL01FL") == [("", "", "", "")]


def test_duration_of_response(tmp_path: Path) -> None:
    write(tmp_path, CONFIRMED, "USUBJID,RANDDT,DTHDT\nS1,2020-01-01,2020-06-01\n")
    assert told(run(tmp_path, "DOR"), "STARTDT", "ADT", "AVAL", "EVNTDESC") == [
        ("2020-03-25", "2020-06-01", "69", "DEATH")
    ]


def test_protocol_gives_schedule_and_rule_set_and_the_option_wins(folder: Path) -> None:
    write(folder, RS.replace("2020-06-17", "2020-08-10"), ADSL)
    generic = str(trials.FOLDER / "recist11-generic.yaml")
    assert run(folder, "PFS")[0]["CNSR"] == "0"
    assert run(folder, "PFS", "--protocol", generic)[0]["CNSR"] == "4"
    assert run(folder, "PFS", "--protocol", generic, "--rules", "EMA")[0]["CNSR"] == "0"


@pytest.mark.parametrize(("impute", "date"), [("first", "2020-06-01"), ("last", "2020-06-30")])
def test_partial_date_takes_the_day_that_impute_says(folder: Path, impute: str, date: str) -> None:
    write(folder, RS.replace("2020-06-17", "2020-06"), ADSL)
    assert run(folder, "PFS", "--impute", impute)[0]["ADT"] == date


def test_last_possible_day_is_not_after_death(folder: Path) -> None:
    write(
        folder,
        RS.replace("2020-06-17", "2020-06"),
        ADSL.replace("S1,2020-01-01,2020-01-08,,2020-08-01", "S1,2020-01-01,2020-01-08,2020-06-20,"),
    )
    assert run(folder, "PFS", "--impute", "last")[0]["ADT"] == "2020-06-20"


def test_partial_date_of_another_reader_does_not_matter(folder: Path) -> None:
    write(folder, RS.replace("2020-05-01", "2020-05"), ADSL)
    assert run(folder, "PFS")[0]["ADT"] == "2020-06-17"


def test_visit_that_was_not_done_is_a_missed_one(folder: Path) -> None:
    missed = "X,S2,2,OVRLRESP,,2020-06-17,3,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y,NOT DONE\n"
    write(folder, _with(RS, "RSSTAT", "") + missed, ADSL.replace("2020-05-01", "").replace("2020-04-10", ""))
    assert run(folder, "PFS", "--rules", "PLAIN")[1]["ADT"] == "2020-03-25"


def test_withdrawal_and_loss_come_from_the_end_of_study(folder: Path) -> None:
    ends = ("S1,2020-01-01,2020-04-01,WITHDRAWAL BY SUBJECT", "S2,2020-01-01,2020-04-01,Lost to Follow-Up")
    other = "S3,2020-01-01,2020-04-01,ADVERSE EVENT"
    write(folder, RS, "\n".join(["USUBJID,RANDDT,EOSDT,DCSREAS", *ends, other]) + "\n")
    assert told(run(folder, "PFS"), "CNSR", "EVNTDESC") == [
        ("8", "WITHDRAWAL"),
        ("10", "LOST TO FOLLOW-UP"),
        ("3", "NO POST-BASELINE ASSESSMENT"),
    ]


def test_scopes_and_criteria_of_one_table_are_told_apart(folder: Path) -> None:
    both = _with(_with(RS, "RSSCAT", "WHOLE BODY"), "RSCAT", "RECIST 1.1")
    both += "X,S1,9,OVRLRESP,PD,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y,LIVER,mRECIST\n"
    both += "X,S1,9,OVRLRESP,SD,2020-03-25,2,INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y,LIVER,RECIST 1.1\n"
    write(folder, both, ADSL)
    assert told(run(folder, "HPFS"), "ADT", "CNSR")[0] == ("2020-03-25", "1")
    assert told(run(folder, "PFS"), "ADT", "CNSR")[0] == ("2020-06-17", "0")


def test_another_scope_than_that_of_the_parameter_is_told(folder: Path) -> None:
    write(folder, _with(RS, "RSSCAT", "WHOLE BODY"), ADSL)
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "out.csv")]
    result = CliRunner().invoke(cli.app, ["derive", *tables, "--param", "HPFS"])
    assert result.exit_code == 0
    assert "RSSCAT is WHOLE BODY, not LIVER" in result.stderr


def test_every_form_of_table_is_written_and_xpt_read_back(folder: Path) -> None:
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--param", "PFS"]
    for ending in ("xpt", "json", "parquet"):
        result = CliRunner().invoke(cli.app, ["derive", *tables, "--out", str(folder / f"adtte.{ending}")])
        assert result.exit_code == 0, result.output
        assert (folder / f"adtte.{ending}").stat().st_size > 0


ERRORS = [
    (
        "S1,1,OVRLRESP,SD",
        "S1,1,OVRLRESP,XX",
        (),
        r"RS\.csv row 2, column RSSTRESC: found 'XX'; allowed: CR, PR, SD, PD, NE, NON-CR/NON-PD",
    ),
    ("S1,1,OVRLRESP,SD", "S1,1,OVRLRESP,", (), r"RS\.csv row 2, column RSSTRESC: found ''; allowed: CR"),
    ("2020-06-17", "2020-02-30", (), r"RS\.csv row 3, column RSDTC: found '2020-02-30'; allowed: a date that exists"),
    ("2020-06-17", "", (), r"RS\.csv row 3, column RSDTC: found ''; allowed: the date of the scan"),
    (
        "2020-06-17",
        "2020-06",
        (),
        r"RS\.csv row 3, column RSDTC: found '2020-06'; allowed: a whole date, or .*--impute first\|last",
    ),
    (
        "2020-06-17,3",
        "2020-06-17,2",
        (),
        r"RS\.csv row 3: found PD on 2020-06-17 at visit 2 of S1, where RS\.csv row 2 says SD",
    ),
    (
        "5,TRGRESP,CR",
        "5,OVRLRESP,PR",
        (),
        r"RS\.csv row 6, columns USUBJID, .*: found OVRLRESP of S1 at visit 2 on 2020-03-25 as in RS\.csv row 2; ",
    ),
    ("X,S3,1,OVRL", "X,,1,OVRL", (), r"RS\.csv row 8, column USUBJID: found ''"),
    (
        "RADIOLOGIST 1,Y",
        "RADIOLOGIST 1,",
        (),
        r"RS\.csv: found no overall response with RSACPTFL = Y; allowed: --eval .*; --evalid RADIOLOGIST 1, R",
    ),
    ("X,S1,1", "X,S1,1", ("--evalid", "R9"), r"RS\.csv: found no overall response of reader 'R9'; allowed: --eval"),
    ("RSTESTCD", "RSTEST", (), r"RS\.csv row 1: missing column RSTESTCD"),
    ("X,S1,1,", "X,S1,one,", (), r"RS\.csv row 2, column RSSEQ: found 'one'"),
    (
        "X,S2,2020-01-01",
        "X,S1,2020-01-01",
        (),
        r"ADSL\.csv row 3, column USUBJID: found 'S1'; allowed: each subject once; ADSL\.csv row 2",
    ),
    ("2020-06-17,3", "2020-06-17,W24", (), r"RS\.csv row 3, column VISITNUM: found 'W24'; allowed: a number"),
    ("RANDDT", "RANDOMIZED", (), r"ADSL\.csv row 1: missing column RANDDT"),
    (
        "2020-08-01",
        "2020-13-01",
        (),
        r"ADSL\.csv row 2, column LSTALVDT: found '2020-13-01'; allowed: a date that exists",
    ),
    ("2020-08-01", "2020-08", (), r"ADSL\.csv row 2, column LSTALVDT: found '2020-08'; allowed: a whole date"),
    (
        "2020-08-01",
        "2019-08-01",
        (),
        r"ADSL\.csv row 2, column LSTALVDT: found '2019-08-01'; allowed: a date on or after RANDDT, 2020-01-01",
    ),
    (
        "2020-05-01,,",
        "2020-05-01,2020-05-02,",
        (),
        r"ADSL\.csv row 3, column LSTALVDT: .* allowed: a date up to DTHDT, 2020-05-01",
    ),
    (
        "2020-05-01,,",
        "2020-01-07,,",
        (),
        r"ADSL\.csv row 3, column DTHDT: .* allowed: a date on or after TRTSDT, 2020-01-08",
    ),
    (
        "2020-05-01,,",
        "2020-03-24,,",
        (),
        r"RS\.csv row 7, column RSDTC: found 2020-03-25; allowed: up to death on 2020-03-24",
    ),
]


@pytest.mark.parametrize(("old", "new", "options", "message"), ERRORS)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    tmp_path: Path, old: str, new: str, options: tuple[str, ...], message: str
) -> None:
    assert old in RS + ADSL
    write(tmp_path, RS.replace(old, new), ADSL.replace(old, new))
    with pytest.raises(InputError, match=message):
        run(tmp_path, "OS" if "LSTALVDT" in message else "PFS", "--strict", *options)
    assert not (tmp_path / "out.csv").exists()


def test_last_date_known_alive_matters_to_survival_alone(folder: Path) -> None:
    write(folder, RS, ADSL.replace("2020-08-01", "2019-08-01"))
    assert run(folder, "PFS")[0]["ADT"] == "2020-06-17"


def test_adsl_without_subjects_is_refused(folder: Path) -> None:
    write(folder, RS, "USUBJID,RANDDT\n")
    with pytest.raises(InputError, match=r"ADSL\.csv: found no subject"):
        run(folder, "PFS")


def test_invalid_table_ends_with_code_2(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, RS.replace("OVRLRESP,SD", "OVRLRESP,XX"), ADSL)
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "out.csv")]
    monkeypatch.setattr(sys, "argv", ["hepatrack", "derive", *tables, "--param", "PFS", "--strict"])
    with pytest.raises(SystemExit) as ended:
        cli.command()
    assert ended.value.code == cli.INVALID


FAULTY = [
    ("S1,1,OVRLRESP,SD", "S1,1,OVRLRESP,XX", {"S1"}, set(), "RS.csv row 2, column RSSTRESC: found 'XX'"),
    ("SD,2020-03-25", "SD,2020-02-30", {"S1"}, set(), "RS.csv row 2, column RSDTC: found '2020-02-30'"),
    ("2020-08-01", "2020-13-01", {"S1"}, {"S1"}, "ADSL.csv row 2, column LSTALVDT: found '2020-13-01'"),
]


@pytest.mark.parametrize(("old", "new", "without_pfs", "without_os", "message"), FAULTY)
def test_a_fault_costs_its_subject_the_parameters_that_rest_on_it(
    folder: Path, old: str, new: str, without_pfs: set[str], without_os: set[str], message: str
) -> None:
    asked = ("--param", "PFS", "--param", "OS")
    sound, _ = derive.run(folder, *asked)
    write(folder, RS.replace(old, new), ADSL.replace(old, new))
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "left.csv")]
    result = CliRunner().invoke(
        cli.app, ["derive", *tables, *asked, "--faults", str(folder / "faults.csv")], catch_exceptions=False
    )
    assert result.exit_code == 1, result.output
    assert message in result.output
    assert message in (folder / "faults.csv").read_text(encoding="utf-8")
    left = {"PFS": without_pfs, "OS": without_os}
    expected = [row for row in sound if row["USUBJID"] not in left[row["PARAMCD"]]]
    written = derive.table(folder / "left.csv")
    assert [{**row, "ASEQ": ""} for row in written] == [{**row, "ASEQ": ""} for row in expected]
    assert [row["ASEQ"] for row in written if row["USUBJID"] == "S1"] == (["1"] if not without_os else [])
    assert [row for row in written if row["USUBJID"] != "S1"] == [row for row in sound if row["USUBJID"] != "S1"]
    assert len(expected) < len(sound)


def test_a_response_that_differs_in_its_number_alone_counts_once_and_is_told(folder: Path) -> None:
    sound, _ = derive.run(folder, "--param", "PFS")
    write(folder, RS.replace("5,TRGRESP,CR", "5,OVRLRESP,SD"), ADSL)
    rows, screen = derive.run(folder, "--param", "PFS")
    assert rows == sound
    assert "RS.csv: rows that agree with another in every column but RSSEQ count once (once)" in " ".join(
        screen.split()
    )


def test_transport_files_give_the_rows_of_csv(folder: Path) -> None:
    tables = {name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in ("RS", "ADSL")}
    for name in ("RANDDT", "TRTSDT", "DTHDT", "LSTALVDT", "NACTDT"):
        dates = [dt.date.fromisoformat(text) if text else None for text in tables["ADSL"][name]]
        tables["ADSL"][name] = pd.Series(dates, dtype=object)
    tables["RS"]["VISITNUM"] = tables["RS"]["VISITNUM"].astype(float)
    for name, table in tables.items():
        pyreadstat.write_xport(table, str(folder / f"{name}.xpt"), table_name=name, file_format_version=5)
    expected = run(folder, "OS"), run(folder, "HPFS")
    for param, rows in zip(("OS", "HPFS"), expected, strict=True):
        given = ["--rs", str(folder / "RS.xpt"), "--adsl", str(folder / "ADSL.xpt"), "--out", str(folder / "out.csv")]
        result = CliRunner().invoke(cli.app, ["derive", *given, "--param", param], catch_exceptions=False)
        assert result.exit_code == 0
        with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == rows


def test_what_is_read_is_never_written_over(folder: Path) -> None:
    before = (folder / "RS.csv").read_bytes()
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "RS.csv")]
    result = CliRunner().invoke(cli.app, ["derive", *tables, "--param", "PFS", "--evalid", "INVESTIGATOR"])
    assert isinstance(result.exception, InputError)
    assert "RS.csv: found as the file to write and as another table" in str(result.exception)
    assert (folder / "RS.csv").read_bytes() == before


def test_each_scope_is_derived_by_the_criterion_that_decides_there(tmp_path: Path) -> None:
    head = "STUDYID,USUBJID,RSSEQ,RSTESTCD,RSCAT,RSSCAT,RSSTRESC,RSDTC,VISITNUM,RSEVAL,RSEVALID,RSACPTFL\n"
    reader = "INDEPENDENT ASSESSOR,RADIOLOGIST 1,Y"
    said = {
        ("mRECIST", "LIVER"): "PD",
        ("RECIST 1.1", "LIVER"): "SD",
        ("mRECIST", "WHOLE BODY"): "PD",
        ("RECIST 1.1", "WHOLE BODY"): "SD",
    }
    rs = "".join(
        f"X,S1,{seq},OVRLRESP,{category},{scope},{response},2020-03-25,2,{reader}\n"
        for seq, ((category, scope), response) in enumerate(said.items(), start=1)
    )
    write(tmp_path, head + rs, ADSL)
    options = ("--protocol", str(trials.FOLDER / "hcc-mrecist.yaml"))
    assert run(tmp_path, "HPFSR", *options)[0]["CNSR"] == "0"
    assert run(tmp_path, "PFS", *options)[0]["CNSR"] != "0"
    assert run(tmp_path, "HPFSR")[0]["CNSR"] != "0"


def test_a_death_on_no_date_is_a_fault_and_not_a_life(folder: Path) -> None:
    flagged = ADSL.replace("DTHDT", "DTHFL,DTHDT", 1)
    header, first, *others = flagged.splitlines()
    place = header.split(",").index("DTHFL")

    def cells(line: str, flag: str) -> str:
        parts = line.split(",")
        return ",".join([*parts[:place], flag, *parts[place:]])

    sound = "\n".join([header, cells(first, "N"), *(cells(line, "") for line in others), ""])
    write(folder, RS, sound)
    rows, _ = derive.run(folder, "--param", "OS")
    write(folder, RS, sound.replace(cells(first, "N"), cells(first, "Y")))
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "left.csv")]
    result = CliRunner().invoke(cli.app, ["derive", *tables, "--param", "OS"], catch_exceptions=False)
    assert result.exit_code == 1
    assert "ADSL.csv row 2, column DTHDT: found ''; allowed: the date of death, in part if need be" in result.output
    assert derive.table(folder / "left.csv") == rows[1:]


def test_a_progression_before_the_start_is_told_once_for_all_parameters(folder: Path) -> None:
    start = "2024-01-05"
    write(
        folder,
        "USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSEVAL,RSACPTFL,VISITNUM,VISIT,RSDTC\n"
        "S1,1,OVRLRESP,PD,INVESTIGATOR,Y,1,SCREENING,2024-01-02\nS1,2,OVRLRESP,SD,INVESTIGATOR,Y,2,W12,2024-03-29\n",
        f"STUDYID,USUBJID,RANDDT,TRTSDT\nT,S1,{start},{start}\n",
    )
    rows, output = derive.run(folder, "--param", "PFS", "--param", "TTP")
    assert [(row["ADT"], row["CNSR"]) for row in rows] == [("2024-03-29", "1")] * 2
    told = "RS.csv row 2: PD of S1 on 2024-01-02, before the start on 2024-01-05 of PFS, TTP, counts as baseline"
    assert output.count(told) == 1


@pytest.mark.parametrize(("alive", "told"), [("2024-02-01", True), ("2024-03-29", False), ("2024-07-01", False)])
def test_a_scan_after_the_last_date_known_alive_is_told(folder: Path, alive: str, told: bool) -> None:
    write(
        folder,
        "USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSEVAL,RSACPTFL,VISITNUM,RSDTC\nS1,1,OVRLRESP,SD,INVESTIGATOR,Y,2,2024-03-29\n",
        f"STUDYID,USUBJID,RANDDT,LSTALVDT\nT,S1,2024-01-05,{alive}\n",
    )
    (row,), output = derive.run(folder, "--param", "OS")
    assert (row["ADT"], row["CNSR"]) == (alive, "12")
    assert ("OS: RS.csv row 2 of S1: a scan on 2024-03-29, after 2024-02-01" in output) is told


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("PD,SD,", "column RSORRES: found 'PD'; allowed: what RSSTRESC says, SD"),
        ("Stable Disease,SD,", ""),
        ("SD,NON-CR/NON-PD,", ""),
        (",SD,", ""),
        ("lesions smaller,SD,", ""),
        ("PD,PD,NOT DONE", "column RSSTAT: found 'NOT DONE'; allowed: empty beside the response PD"),
        ("NE,NE,NOT DONE", ""),
    ],
)
def test_a_response_that_its_own_row_contradicts_is_a_fault(folder: Path, cells: str, message: str) -> None:
    write(
        folder,
        f"USUBJID,RSTESTCD,RSORRES,RSSTRESC,RSSTAT,RSEVAL,RSACPTFL,VISITNUM,RSDTC\n"
        f"S1,OVRLRESP,{cells},INVESTIGATOR,Y,2,2024-03-29\nS2,OVRLRESP,SD,SD,,INVESTIGATOR,Y,2,2024-03-29\n",
        "STUDYID,USUBJID,RANDDT\nT,S1,2024-01-05\nT,S2,2024-01-05\n",
    )
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / "left.csv")]
    result = CliRunner().invoke(cli.app, ["derive", *tables, "--param", "PFS"], catch_exceptions=False)
    assert result.exit_code == (1 if message else 0), result.output
    assert message in result.output
    assert len(derive.table(folder / "left.csv")) == (1 if message else 2)
