"""A date that stands in another column than the one asked for: --DTN for --DTC, DTHDTC for DTHDT."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.store import datasets
from pipeline.store.table_forms.conversions import Conversions
from tests.builders import derive, respond, tumor_tables

ADSL = "STUDYID,USUBJID,RANDDT,TRTSDT,DTHDT\nT,S-1,2024-01-05,2024-01-05,\n"
RS = "STUDYID,USUBJID,RSSEQ,RSTESTCD,RSCAT,RSSCAT,RSSTRESC,RSEVAL,RSACPTFL,VISITNUM,VISIT,RSDTC\n"
DAY = (dt.date(2024, 3, 29) - dt.date(1960, 1, 1)).days
"""2024-03-29 as SAS counts it: 23,464."""


def row(number: int, response: str, date: str) -> str:
    return f"T,S-1,{number},OVRLRESP,RECIST 1.1,WHOLE BODY,{response},INVESTIGATOR,Y,{number},V{number},{date}\n"


def test_a_table_with_numbers_alone_gives_the_rows_of_the_one_with_texts(tmp_path: Path) -> None:
    texts = RS + row(2, "SD", "2024-03-29") + row(3, "PD", "2024-06-21")
    counts = RS.replace("RSDTC", "RSDTN") + row(2, "SD", str(DAY)) + row(3, "PD", str(DAY + 84))
    derive.write(tmp_path, texts, ADSL)
    expected, _ = derive.run(tmp_path, "--param", "PFS", "--param", "OS")
    derive.write(tmp_path, counts, ADSL)
    given, output = derive.run(tmp_path, "--param", "PFS", "--param", "OS")
    assert [(row["ADT"], row["CNSR"]) for row in given] == [("2024-06-21", "0"), ("2024-06-21", "12")]
    assert given == expected
    assert "RS.csv RSDTN: 2 values where RSDTC is empty taken as its date" in output


@pytest.mark.parametrize(
    ("dtc", "dtn", "date", "said"),
    [
        ("", f"{DAY}", "2024-03-29", "where RSDTC is empty taken as its date"),
        ("2024-03-29", "", "2024-03-29", ""),
        ("2024-03-29", f"{DAY}", "2024-03-29", ""),
        ("2024-03-29", f"{DAY + 1}", "2024-03-29", "RSDTN: 1 value that contradicts RSDTC not used"),
        ("2024-03", f"{DAY}", "2024-03", ""),
        ("2024-02", f"{DAY}", "2024-02", "RSDTN: 1 value that contradicts RSDTC not used"),
        ("2024-03-29T10:30", f"{DAY}", "2024-03-29T10:30", ""),
        ("", "", "", ""),
    ],
)
def test_the_column_that_is_asked_for_counts(tmp_path: Path, dtc: str, dtn: str, date: str, said: str) -> None:
    path = tmp_path / "RS.csv"
    path.write_text(f"USUBJID,RSDTC,RSDTN\nS-1,{dtc},{dtn}\n", encoding="utf-8")
    conversions = Conversions()
    (given,) = datasets.read(path, ("USUBJID", "RSDTC"), conversions=conversions, dates=("RSDTC",))
    assert given.text("RSDTC") == date
    lines = [line for line in conversions.lines() if "RSDTC" in line]
    assert (said in lines[0] and len(lines) == 1) if said else not lines


def test_a_number_that_is_no_date_is_a_fault_and_not_a_missing_date(tmp_path: Path) -> None:
    derive.write(tmp_path, RS.replace("RSDTC", "RSDTN") + row(2, "SD", "99999999"), ADSL)
    with pytest.raises(AssertionError, match="RSDTN: found '99999999'; allowed: a date that exists"):
        derive.run(tmp_path, "--param", "PFS")


def test_a_death_that_is_written_as_text_alone_is_a_death(tmp_path: Path) -> None:
    adsl = "STUDYID,USUBJID,RANDDT,TRTSDT,DTHDTC\nT,S-1,2024-01-05,2024-01-05,2024-05-20\n"
    derive.write(tmp_path, RS + row(2, "SD", "2024-03-29"), adsl)
    (given,), output = derive.run(tmp_path, "--param", "OS")
    assert (given["ADT"], given["CNSR"]) == ("2024-05-20", "0")
    assert "ADSL.csv DTHDTC: 1 value where DTHDT is empty taken as its date" in output


def test_a_partial_death_in_the_text_alone_is_not_lost(tmp_path: Path) -> None:
    adsl = "STUDYID,USUBJID,RANDDT,TRTSDT,DTHDT,DTHDTC\nT,S-1,2024-01-05,2024-01-05,,2024-05\n"
    derive.write(tmp_path, RS + row(2, "SD", "2024-03-29"), adsl)
    with pytest.raises(AssertionError, match="2024-05"):
        derive.run(tmp_path, "--param", "OS")
    (given,), _ = derive.run(tmp_path, "--param", "OS", "--impute", "first")
    assert (given["ADT"], given["ADTF"], given["CNSR"]) == ("2024-05-01", "D", "0")


def test_tumor_tables_of_sas_with_numbers_alone(tmp_path: Path) -> None:
    of_tu, of_tr = tumor_tables.tu("T01 TARGET LIVER"), tumor_tables.tr("T01 LDIAM 1=50 2=30")
    for each, day in zip(of_tr, (DAY - 84, DAY), strict=True):
        each["TRDTN"] = str(day)
        del each["TRDTC"]
    frame = pd.DataFrame(of_tr).astype({"VISITNUM": float, "TRSTRESN": float, "TRDTN": float})
    tumor_tables.write(of_tu, tmp_path / "TU.csv")
    pyreadstat.write_xport(frame, str(tmp_path / "TR.xpt"), file_format_version=5)
    result = respond.run(tmp_path / "TU.csv", tmp_path / "TR.xpt", tmp_path / "RS.csv")
    assert result.exit_code == 0, result.output
    assert [(r["RSSTRESC"], r["RSDTC"]) for r in respond.read(tmp_path) if r["RSTESTCD"] == "OVRLRESP"] == [
        ("PR", "2024-03-29")
    ]
