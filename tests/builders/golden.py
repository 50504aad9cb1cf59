"""Golden cases: one CSV row each, with its citation; a criterion's table is run by the columns that it has.

`python -m tests.builders.golden NAME TABLE` runs the table of a criterion from anywhere and prints what differs.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.assess import hepatic, history, registry
from pipeline.assess.method import Read
from pipeline.model.scope import Scope
from tests.builders import histories, trials

FOLDER = Path(__file__).resolve().parents[1] / "golden"
_INPUT = {"case", "settings", "history", "citation", "note"}
_PARTS = {"target", "non_target", "overall"}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a golden table."""
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in found), "a row has too many or too few cells"
    return found


def cases(name: str) -> list[object]:
    """Return the rows of a golden table as parameters, named by their case."""
    return [pytest.param(row, id=row["case"]) for row in rows(FOLDER / f"{name}.csv")]


def split(cell: str) -> list[str]:
    """Return the expected answers of the follow-up visits; `none` stands for an empty one."""
    return ["" if part.strip() == "none" else part.strip() for part in cell.split("|")]


def differences(criterion: str, row: dict[str, str]) -> Iterator[str]:
    """Yield where the follow-up visits of a row differ from what its columns expect.

    `target`, `non_target`, `overall`: parts of the criterion's read of all lesions. `hepatic`: its
    overall response in the liver. The name of a criterion, alone or behind `hepatic_`: the overall
    response of that one.
    """
    answers = {column: cell for column, cell in row.items() if column not in _INPUT}
    assert answers, f"{criterion} {row['case']}: no column with an expected answer"
    for column, cell in answers.items():
        given = [getattr(read, _part(column)).response.value for read in _reads(criterion, column, row)]
        if given != split(cell):
            yield f"{criterion} {row['case']}, {column}: {given}, expected {split(cell)}"


def _part(column: str) -> str:
    return column if column in _PARTS else "overall"


def _reads(criterion: str, column: str, row: dict[str, str]) -> tuple[Read, ...]:
    in_liver = column.startswith("hepatic")
    named = column.removeprefix("hepatic").removeprefix("_")
    visits, findings = histories.lesions(row["history"])
    regarded = hepatic.within(findings, Scope.LIVER if in_liver else Scope.WHOLE_BODY)
    protocol = histories.changed(trials.retnet(), row["settings"])
    name = criterion if named in {*_PARTS, ""} else named
    return registry.get(name).read(history.build(visits, regarded), protocol)[1:]


if __name__ == "__main__":
    wrong = [line for row in rows(Path(sys.argv[2])) for line in differences(sys.argv[1], row)]
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.exit(bool(wrong))
