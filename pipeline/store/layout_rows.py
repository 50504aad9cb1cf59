"""Read a table by its layout: the columns that export describes are those that may stand in it."""

from pathlib import Path
from typing import Any

from pipeline.export import form as forms
from pipeline.export.column import Layout
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.cells import Columns
from pipeline.store.table_forms.conversions import Conversions

SUBJECT = "subject"
"""Column of a layout whose subject a fault of a row takes out; a table without it concerns all."""


def read(
    path: Path, layout: Layout[Any], conversions: Conversions | None = None, faults: Faults | None = None
) -> tuple[Row, ...]:
    """Return the sound rows of a table with the columns of a layout; of one whose key stands twice, both.

    Raises:
        InputError: the table cannot be read, or a column is missing, unknown or twice; without faults also those of
            rows: file, row, column, what was found and what is allowed.
    """
    with recorded(faults) as kept:
        rows = read_all(path, layout, conversions, kept)
        kept.once(rows, layout.key, SUBJECT)
    return rows


def read_all(
    path: Path, layout: Layout[Any], conversions: Conversions | None = None, faults: Faults | None = None
) -> tuple[Row, ...]:
    """Return the sound rows of a table with the columns of a layout, whatever repeats in them.

    Raises:
        InputError: as read.
    """
    optional = [name for name in layout.names if name not in layout.required]
    columns = _columns(layout)
    return datasets.read_known(path, layout.required, optional, columns=columns, conversions=conversions, faults=faults)


def fields(row: Row, layout: Layout[Any]) -> dict[str, Any]:
    """Return the values of a row by the attribute that each is read into; an absent column reads as an empty cell.

    Raises:
        InputError: a cell holds what its form does not allow, or one that is required is empty.
    """
    return {
        column.field: row.needed(column.name, column.form)
        if column.name in layout.required
        else row.optional(column.name, column.form)
        for column in layout.columns
        if column.field
    }


def _columns(layout: Layout[Any]) -> Columns:
    """Which columns of a layout hold dates and which numbers."""
    dates = (column.name.upper() for column in layout.columns if column.form is forms.DATE)
    numbers = (column.name.upper() for column in layout.columns if column.form.allowed in forms.NUMBERS)
    return Columns(frozenset(dates), frozenset(numbers))
