"""Read a CSV table by its layout: the columns that export describes are those that may stand in it."""

from pathlib import Path
from typing import Any

from pipeline.export.column import Layout
from pipeline.store import csv_rows
from pipeline.store.csv_rows import Row


def read(path: Path, layout: Layout[Any]) -> tuple[Row, ...]:
    """Return the rows of a table with the columns of a layout, none of its key twice.

    Raises:
        InputError: file, row, column, what was found and what is allowed.
    """
    rows = csv_rows.read(path, layout.required, [name for name in layout.names if name not in layout.required])
    csv_rows.unique(rows, layout.key)
    return rows


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
