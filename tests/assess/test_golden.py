"""The golden tables: every criterion has one, and every table is read by a test; answer and citation in one row."""

import pytest

from pipeline.assess import registry
from tests.builders import golden
from tests.conftest import ROOT

TABLES = sorted(path.stem for path in golden.FOLDER.glob("*.csv"))
LEAST_ROWS = {"adtr": 17, "burden": 15, "new_lesions": 7, "roles": 23}
"""How many rows a table has at least, where it is not 40."""


def criterion_cases() -> list[object]:
    return [
        pytest.param(name, row, id=f"{name}-{row['case']}")
        for name in registry.criteria()
        for row in golden.rows(golden.FOLDER / f"{name}.csv")
    ]


@pytest.mark.parametrize(("criterion", "row"), criterion_cases())
def test_criterion(criterion: str, row: dict[str, str]) -> None:
    assert list(golden.differences(criterion, row)) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_golden_row_has_a_citation_and_a_name_of_its_own(table: str) -> None:
    rows = golden.rows(golden.FOLDER / f"{table}.csv")
    assert all(row["citation"] for row in rows)
    assert len({(row["case"], row.get("candidate")) for row in rows}) == len(rows)
    assert len(rows) >= LEAST_ROWS.get(table, 40)


@pytest.mark.parametrize("table", TABLES)
def test_every_golden_table_is_read(table: str) -> None:
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    marks = (f'golden.cases("{table}")', f'"{table}.csv"')
    assert table in registry.criteria() or any(mark in text for text in tests for mark in marks)
