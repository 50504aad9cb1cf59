"""The command starts at once: what a call does not need, it does not import."""

import json
import subprocess
import sys
from pathlib import Path

from flows import cli
from tests.builders import command, tumor_tables

HEAVY = {
    "SimpleITK", "fastapi", "gdcm", "highdicom", "jinja2", "lifelines", "matplotlib", "nibabel", "numpy",
    "pandas", "PIL", "prefect", "pyarrow", "pydicom", "pyreadstat", "scipy", "skimage", "sqlalchemy",
}  # fmt: skip
"""The packages that take 0.03 to 2 s of CPU to import."""
CALLS = """
import json, sys
from typer.testing import CliRunner
from flows.cli import app
calls, heavy = map(json.loads, sys.argv[1:])
for call in calls:
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, (call, done.output, done.exception)
    print(json.dumps(sorted(name for name in heavy if name in sys.modules)))
"""
"""Runs the command several times and says after each which heavy packages are there."""
RS = """USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSDTC,VISITNUM,RSEVAL,RSEVALID,RSACPTFL
S-1,1,OVRLRESP,PD,2020-03-25,2,INVESTIGATOR,,Y
"""
ADSL = """USUBJID,RANDDT,TRTSDT,DTHDT,LSTALVDT,NACTDT
S-1,2020-01-01,2020-01-08,,2020-08-01,
"""


def imported(*calls: list[object]) -> list[set[str]]:
    """Make the calls one after the other in one process; return the heavy packages imported after each."""
    arguments = [json.dumps([[str(word) for word in call] for call in calls]), json.dumps(sorted(HEAVY))]
    done = subprocess.run(
        [sys.executable, "-c", CALLS, *arguments],
        cwd=command.ROOT,
        env=command.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [set(json.loads(line)) for line in done.stdout.splitlines()]


def test_no_help_imports_a_heavy_package():
    names = [str(each.name or getattr(each.callback, "__name__", "")) for each in cli.app.registered_commands]
    calls: list[list[object]] = [["--help"], *([name, "--help"] for name in names)]
    assert len(names) > 10
    assert [(call, found) for call, found in zip(calls, imported(*calls), strict=True) if found] == []


def test_derive_and_respond_on_csv_import_no_more_than_numpy(tmp_path: Path):
    for name, rows in zip(("TU", "TR"), tumor_tables.two_subjects(), strict=True):
        tumor_tables.write(rows, tmp_path / f"{name}.csv")
    for name, text in (("RS", RS), ("ADSL", ADSL)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    of = {name: tmp_path / f"{name}.csv" for name in ("TU", "TR", "RS", "ADSL", "ADTTE", "RESPONSES")}
    derived, responded = imported(
        ["derive", "--rs", of["RS"], "--adsl", of["ADSL"], "--param", "PFS", "--out", of["ADTTE"]],
        ["respond", "--tu", of["TU"], "--tr", of["TR"], "--out", of["RESPONSES"]],
    )
    assert derived == set()
    assert responded <= {"numpy"}, "numpy is what --certainty draws with"
    assert of["ADTTE"].is_file()
    assert of["RESPONSES"].is_file()


def test_an_import_is_noticed(tmp_path: Path):
    tables = [tmp_path / f"{name}.csv" for name in ("RS", "ADSL")]
    for path, text in zip(tables, (RS, ADSL), strict=True):
        path.write_text(text, encoding="utf-8")
    call = ["derive", "--rs", tables[0], "--adsl", tables[1], "--param", "PFS", "--out", tmp_path / "ADTTE.parquet"]
    assert "pyarrow" in imported(call)[0]
