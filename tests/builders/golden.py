"""Golden cases: one CSV row each, with its citation."""

import csv
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "golden"


def cases(name: str) -> list[object]:
    """Return the rows of a golden table as parameters, named by their case."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in rows), "a row has too many or too few cells"
    return [pytest.param(row, id=row["case"]) for row in rows]


def split(cell: str) -> list[str]:
    """Return the expected answers of the follow-up visits; `none` stands for an empty one."""
    return ["" if part.strip() == "none" else part.strip() for part in cell.split("|")]
