"""A column is one line: what it is called, means and holds is written, read back and described from there."""

import re
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from pipeline.export.column import Column, Layout
from pipeline.export.form import INTEGER, choice
from pipeline.export.tables.lesions import LESIONS, READS
from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.terms import Modality
from pipeline.report import column_tables
from pipeline.store import reads_table, tables
from pipeline.store.input_tables import ANATOMY, ARMS, EVENTS, MASKS, ArmRow, MaskRow, WordRow
from tests.conftest import ROOT
from tests.export.test_tables import FINDING

PAGES = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "methods").glob("*.md"))
UNITS = {"", "mm", "ml", "HU", "%", "d", "as in unit", "as in statistic"}
IN_A_NAME = {"mm": "mm", "ml": "ml", "hu": "HU", "pct": "%", "days": "d"}


@pytest.mark.parametrize("layout", column_tables.LAYOUTS, ids=lambda layout: layout.file)
def test_every_column_says_what_it_is(layout: Layout[Any]) -> None:
    for column in layout.columns:
        assert column.unit in UNITS, column.name
        assert len(column.meaning) > 12, column.name
        assert not column.meaning.endswith("."), column.name
        assert "\n" not in column.meaning, column.name


@pytest.mark.parametrize("layout", column_tables.LAYOUTS, ids=lambda layout: layout.file)
def test_a_unit_in_the_name_of_a_column_is_its_unit(layout: Layout[Any]) -> None:
    for column in layout.columns:
        named = [unit for part, unit in IN_A_NAME.items() if part in column.name.split("_")]
        assert not named or named == [column.unit], column.name


@pytest.mark.parametrize("layout", column_tables.LAYOUTS, ids=lambda layout: layout.file)
def test_every_column_stands_on_a_page(layout: Layout[Any]) -> None:
    for column in layout.columns:
        row = f"| `{column.name}` | {column.unit} | {column.form.holds} | {column.meaning} |"
        assert row in PAGES, column.name


@pytest.mark.parametrize(
    ("layout", "kind"),
    [(READS, Finding), (EVENTS, Event), (MASKS, MaskRow), (ARMS, ArmRow), (ANATOMY, WordRow)],
    ids=lambda x: str(x)[:20],
)
def test_what_is_read_back_is_an_attribute_of_the_row(layout: Layout[Any], kind: type) -> None:
    read = [column.field for column in layout.columns if column.field]
    assert len(set(read)) == len(read)
    assert set(read) <= {field.name for field in fields(kind)}


MODALITY: Column[Finding] = Column(
    "modality", "", "Modality of the images", choice(Modality), attrgetter("modality"), field="modality"
)


def test_a_column_that_is_added_is_written_read_back_and_described(tmp_path: Path) -> None:
    lesions, reads = LESIONS.with_columns(MODALITY), READS.with_columns(MODALITY)
    finding = replace(FINDING, modality=Modality.MR, reader="R1", signed_at=reads_signed_at())
    assert lesions.table([finding]).columns[-1] == "modality"
    assert lesions.table([finding]).rows[0][-1] == "MR"
    path = tmp_path / "reads.csv"
    tables.write_csv(reads.table([finding]), path)
    (read,) = reads_table.read(path, reads)
    assert read.modality is Modality.MR
    assert "| `modality` |  | CT, MR | Modality of the images |\n" in column_tables.columns(lesions)


def test_a_cell_of_an_added_column_is_refused_as_any_other(tmp_path: Path) -> None:
    reads = READS.with_columns(MODALITY)
    finding = replace(FINDING, modality=Modality.MR, reader="R1", signed_at=reads_signed_at())
    path = tmp_path / "reads.csv"
    tables.write_csv(reads.table([finding]), path)
    path.write_text(path.read_text(encoding="utf-8").replace(",MR", ",US"), encoding="utf-8")
    with pytest.raises(Exception, match=r"reads.csv row 2, column modality: found 'US'; allowed: CT, MR, or empty"):
        reads_table.read(path, reads)


def reads_signed_at() -> Any:
    return READS.columns[READS.names.index("signed_at")].form.parse("2024-04-01T09:30:00+00:00")


def test_a_layout_is_valid_once_constructed() -> None:
    column: Column[int] = Column("n", "", "A number of its own", INTEGER, int)
    with pytest.raises(ValueError, match=r"x.csv: a column stands twice among n, n"):
        Layout("x.csv", "a number", (column, column))
    with pytest.raises(ValueError, match=re.escape("x.csv: no column m, k; allowed: n")):
        Layout("x.csv", "a number", (column,), required=("m",), key=("k", "n"))


def test_every_layout_is_one_of_the_described() -> None:
    made = {
        name
        for path in (ROOT / "pipeline").rglob("*.py")
        for name in re.findall(r"^(\w+): Layout\[\w+\] = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(made - {"SIGNED_LESIONS"}) == len(column_tables.LAYOUTS), (
        "add it to pipeline/report/column_tables.LAYOUTS"
    )


def test_every_table_is_made_by_a_layout_or_a_domain() -> None:
    made_by_hand = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*.py")
        if "pipeline.export.table import" in (text := path.read_text(encoding="utf-8"))
        and re.search(r"(?<![\w.])Table\(", text)
    }
    assert made_by_hand == {
        "pipeline/export/column.py",
        "pipeline/export/dataset.py",
        "pipeline/procedures/source_names.py",  # names of source files, kept in the study folder and never exported
        "pipeline/procedures/simulate_trial.py",  # TU, TR, ADSL as another system writes them
    }
