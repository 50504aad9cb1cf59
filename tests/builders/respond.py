"""Run respond on rows of TU and TR, and read its RS."""

import csv
from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app
from tests.builders import tumor_tables as tables
from tests.builders.tumor_tables import Rows


def command(folder: Path, of_tu: Rows, of_tr: Rows, *options: str, form: str = "csv") -> Result:
    """Write the tables in one form and run the command on them; RS.csv is its output."""
    paths = [tables.write(of_tu, folder / f"TU.{form}"), tables.write(of_tr, folder / f"TR.{form}")]
    return run(*paths, folder / "RS.csv", *options)


def run(tu: Path, tr: Path, out: Path, *options: str) -> Result:
    """Run the command on tables that are there."""
    return CliRunner().invoke(app, ["respond", "--tu", str(tu), "--tr", str(tr), "--out", str(out), *options])


def rs(folder: Path, of_tu: Rows, of_tr: Rows, *options: str, form: str = "csv") -> Rows:
    """Return the rows of RS of a run that must succeed."""
    result = command(folder, of_tu, of_tr, *options, form=form)
    assert result.exit_code == 0, result.output + str(result.exception)
    return read(folder)


def read(folder: Path) -> Rows:
    """Return the rows of RS.csv in a folder."""
    with (folder / "RS.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def overall(rows: Rows, test: str = "OVRLRESP") -> list[str]:
    """Return the standard results of one test in order."""
    return [row["RSSTRESC"] for row in rows if row["RSTESTCD"] == test]


def without(rows: Rows, column: str) -> Rows:
    """Return rows without a column."""
    return [{name: cell for name, cell in row.items() if name != column} for row in rows]
