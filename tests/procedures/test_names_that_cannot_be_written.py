"""Identifiers that a form of a table cannot hold, or that nobody can see, cost their subject alone."""

from pathlib import Path

import pyreadstat
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from pipeline.store.faults import FaultsError
from tests.builders import respond
from tests.builders.tumor_tables import Reader, tr, tu

ADSL = "USUBJID,RANDDT\nS-1,2024-01-01\n{name},2024-01-01\nS-3,2024-01-01\n"
RS = "USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL,RSACPTFL,VISITNUM\n" + "".join(
    f"{name},OVRLRESP,PD,2024-05-01,INVESTIGATOR,Y,2\n" for name in ("S-1", "{name}", "S-3")
)
LONG = "L" * 300


def derive(folder: Path, name: str, out: str, *options: str) -> Result:
    for table, text in (("RS", RS), ("ADSL", ADSL)):
        (folder / f"{table}.csv").write_text(text.replace("{name}", name), encoding="utf-8")
    tables = [f"--rs={folder / 'RS.csv'}", f"--adsl={folder / 'ADSL.csv'}", f"--out={folder / out}"]
    return CliRunner().invoke(app, ["derive", *tables, "--param", "PFS", *options])


def subjects(path: Path) -> list[str]:
    return [str(name) for name in pyreadstat.read_xport(path)[0]["USUBJID"]]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Jos\u00e9-2", "adtte.xpt, column USUBJID: found 'Jos\u00e9-2'; allowed: ASCII. Write another format"),
        (LONG, "ADSL.csv row 3, column USUBJID: found 'LLL"),
        ("S\u200b-2", "RS.csv row 3, column USUBJID: found 'S\\u200b-2'; allowed: at most 64 characters that can be"),
        ("S\x00-2", "RS.csv row 3, column USUBJID: found 'S\\x00-2'"),
    ],
)
def test_derive_writes_the_others_and_names_the_subject(tmp_path: Path, name: str, place: str) -> None:
    result = derive(tmp_path, name, "adtte.xpt")
    assert result.exit_code == 1, result.output
    assert place in result.stderr
    assert "1 subject is left out" in result.stderr
    assert subjects(tmp_path / "adtte.xpt") == ["S-1", "S-3"]


def test_another_format_holds_every_name(tmp_path: Path) -> None:
    result = derive(tmp_path, "Jos\u00e9-2", "adtte.csv")
    assert result.exit_code == 0, result.output
    assert "Jos\u00e9-2" in (tmp_path / "adtte.csv").read_text("utf-8")


def test_strict_writes_nothing(tmp_path: Path) -> None:
    result = derive(tmp_path, "Jos\u00e9-2", "adtte.xpt", "--strict")
    assert isinstance(result.exception, FaultsError)
    assert not (tmp_path / "adtte.xpt").exists()


def test_respond_leaves_the_subject_out_of_rs_and_adtr(tmp_path: Path) -> None:
    readers = [Reader(name) for name in ("S-1", "Jos\u00e9-2", "S-3")]
    of_tu = [row for reader in readers for row in tu("T01 TARGET LIVER", reader=reader)]
    of_tr = [row for reader in readers for row in tr("T01 LDIAM 1=50 2=30 3=60", reader=reader)]
    result = respond.command(tmp_path, of_tu, of_tr, "--adtr", str(tmp_path / "ADTR.xpt"))
    assert result.exit_code == 1, result.output
    assert "Jos\u00e9-2: ADTR.xpt, column USUBJID: found 'Jos\u00e9-2'; allowed: ASCII" in result.stderr
    assert set(subjects(tmp_path / "ADTR.xpt")) == {"S-1", "S-3"}
    assert {row["USUBJID"] for row in respond.read(tmp_path)} == {"S-1", "S-3"}
