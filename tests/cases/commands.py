"""What the commands of a case of tables gave, in the words of the table: rows, exit code, remarks."""

import contextlib
import csv
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from flows import cli
from tests.cases.outcome import CASES

TABLES = CASES / "tables"
"""A folder for each case: tables, and cmd.sh with the commands."""
_REMARKS = ("hepatrack:", "Note:", "  ")
"""How lines begin that say something about the input."""


@dataclass(frozen=True)
class Given:
    """What one command gave: the table it wrote, its rows as text, exit code, and the lines it said of its input."""

    case: str
    out: str
    code: int
    rows: str
    remarks: tuple[str, ...]


def names() -> list[str]:
    """Every case."""
    return sorted(path.name for path in TABLES.iterdir() if path.is_dir())


def run(case: str, folder: Path) -> Iterator[Given]:
    """Run the commands of a case in a copy of its folder."""
    copy = folder / case
    shutil.copytree(TABLES / case, copy)
    with contextlib.chdir(copy):
        for line in (copy / "cmd.sh").read_text(encoding="utf-8").splitlines():
            program, *arguments = shlex.split(line, comments=True) or [""]
            if program == "hepatrack":
                done = CliRunner().invoke(cli.app, arguments, catch_exceptions=False)
                remarks = tuple(said.strip() for said in done.output.splitlines() if said.startswith(_REMARKS))
                out = arguments[arguments.index("--out") + 1]
                yield Given(case, out, done.exit_code, _rows(copy / out), remarks)


def _rows(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return " | ".join(filter(None, map(_text, csv.DictReader(file))))


def _text(row: dict[str, str]) -> str:
    """A row of RS, ADTTE or ADRS; that there is no new lesion goes without saying."""
    if "RSTESTCD" in row:
        no_new_lesion = (row["RSTESTCD"], row["RSSTRESC"]) == ("NEWLPROG", "N")
        words = (row["VISIT"], row["RSDTC"], row["RSTESTCD"], row["RSSTRESC"])
        return "" if no_new_lesion else " ".join(filter(None, words))
    date = row["ADT"] + (f" ({row['ADTF']})" if row["ADTF"] else "")
    source = ".".join(filter(None, (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"])))
    if "CNSR" not in row:
        return f"{row['PARAMCD']} {row['AVALC']} {date}, {source}"
    reason = f"CNSR {row['CNSR']} {row['EVNTDESC']}"
    return f"{row['PARAMCD']} {row['AVAL']} days from {row['STARTDT']} to {date}, {reason}, {source}"
