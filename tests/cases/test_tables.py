"""Every command of every folder of ../shared/cases/tables gives what tables.csv says is right, and why."""

import csv
from pathlib import Path

import pytest

from tests.cases import commands

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not commands.TABLES.is_dir(), reason=f"small inputs not found at {commands.TABLES}"),
]

Row = dict[str, str]
with (Path(__file__).parent / "tables.csv").open(encoding="utf-8") as _table:
    TABLE: dict[str, list[Row]] = {}
    for _row in csv.DictReader(_table):
        TABLE.setdefault(_row["case"], []).append(_row)


def test_every_case_stands_in_the_table() -> None:
    assert sorted(TABLE) == commands.names()


@pytest.mark.parametrize("case", sorted(TABLE))
def test_a_case_gives_its_right_values_and_says_what_is_odd(case: str, tmp_path: Path) -> None:
    made = list(commands.run(case, tmp_path))
    assert [(given.out, str(given.code), given.rows) for given in made] == [
        (row["out"], row["exit"], row["rows"]) for row in TABLE[case]
    ]
    for given, row in zip(made, TABLE[case], strict=True):
        named = row["says"].split(" | ") if row["says"] else []
        assert [words for words in named if not any(words in remark for remark in given.remarks)] == []
        assert [remark for remark in given.remarks if not any(words in remark for words in named)] == []


def test_rows_in_another_order_give_the_same() -> None:
    rows = {row["out"]: row["rows"] for row in TABLE["same_date_row_order"]}
    assert rows["out_CBOR.csv"] == rows["out_CBOR_swapped.csv"]
    assert rows["out_DOR.csv"] == rows["out_DOR_swapped.csv"]
