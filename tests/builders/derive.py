"""Small RS and ADSL tables on disk, and what `hepatrack derive` makes of them."""

import csv
from pathlib import Path

from typer.testing import CliRunner

from flows import cli

Rows = list[dict[str, str]]


def write(folder: Path, rs: str, adsl: str) -> None:
    """Write RS.csv and ADSL.csv."""
    (folder / "RS.csv").write_text(rs, encoding="utf-8")
    (folder / "ADSL.csv").write_text(adsl, encoding="utf-8")


def table(path: Path) -> Rows:
    """Return the rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(folder: Path, *options: str, out: str = "out.csv") -> tuple[Rows, str]:
    """Derive from both tables; return the rows that were written, none of a folder, and what the screen says."""
    tables = ["--rs", str(folder / "RS.csv"), "--adsl", str(folder / "ADSL.csv"), "--out", str(folder / out)]
    result = CliRunner().invoke(cli.app, ["derive", *tables, *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    path = folder / out
    return table(path) if path.is_file() else [], result.output
