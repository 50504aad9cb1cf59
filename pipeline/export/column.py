"""A table as data: every column with its unit, its meaning and its form, and what one row is.

Writer, reader and page of a table come from one Layout, so that a column that is added is written, read
back and described.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pipeline.export.form import Form
from pipeline.export.table import Table

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its name, the unit of its numbers (empty without one), what it means, its form, its value.

    value: what the cell shows of a row, None for an empty cell. field: the attribute of a row that the
    cell is read back into; empty where it is not read, or not by itself.
    """

    name: str
    unit: str
    meaning: str
    form: Form[Any]
    value: Callable[[Row], Any]
    field: str = ""

    def cell(self, row: Row) -> str:
        """Return the text of the cell."""
        return self.form.text(self.value(row))


def own(name: str, unit: str, meaning: str, form: Form[Any]) -> Column[Any]:
    """Return a column that shows the attribute of its name and is read back into it."""
    return Column(name, unit, meaning, form, attrgetter(name), field=name)


@dataclass(frozen=True)
class Layout(Generic[Row]):
    """A table: the name of its file, what one row is, its columns, the order of its rows.

    order: the key that rows are sorted by; None leaves them as they come. required: columns that a reader
    asks for, whose cells may not be empty; the others may be left out. key: columns that tell rows apart.

    Raises:
        ValueError: a column stands twice, or one that is required or of the key is none of them.
    """

    file: str
    one_row: str
    columns: tuple[Column[Row], ...]
    order: Callable[[Row], Any] | None = None
    required: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) < len(names):
            raise ValueError(f"{self.file}: a column stands twice among {', '.join(names)}")
        unknown = [name for name in (*self.required, *self.key) if name not in names]
        if unknown:
            raise ValueError(f"{self.file}: no column {', '.join(unknown)}; allowed: {', '.join(names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(column.name for column in self.columns)

    def form(self, name: str) -> Form[Any]:
        """Return the form of the column of that name.

        Raises:
            ValueError: there is none.
        """
        return self.columns[self.names.index(name)].form

    def table(self, rows: Iterable[Row]) -> Table:
        """Return the rows as text, in the order of the table."""
        ordered = rows if self.order is None else sorted(rows, key=self.order)
        return Table(self.names, tuple(tuple(column.cell(row) for column in self.columns) for row in ordered))

    def with_columns(self, *columns: Column[Row]) -> "Layout[Row]":
        """Return the layout with more columns at its end."""
        return replace(self, columns=(*self.columns, *columns))
