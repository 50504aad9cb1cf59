"""Read a CSV table strictly, row by row.

Every error names file, row (1 is the header), column, what was found and what is allowed.
"""

import csv
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pipeline.export import form as forms
from pipeline.export.form import Form
from pipeline.model import partial_date
from pipeline.model.errors import InputError
from pipeline.model.partial_date import PartialDate
from pipeline.store.table_forms import dates, numbers, numeric_dates, text_lines
from pipeline.store.table_forms.conversions import Conversion

Value = TypeVar("Value")

_SHOWN = 80
"""Characters of a cell that a message shows: own choice, longer than any identifier that can be used."""


_NOWHERE_ELSE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Row:
    """One row: the name of its file, its number in it (header is 1), its cells by column.

    written_in: the column of the file that a cell is from, where it is another one.
    """

    file: str
    number: int
    cells: dict[str, str]
    written_in: Mapping[str, str] = field(default_factory=lambda: _NOWHERE_ELSE)

    def wrong(self, column: str, allowed: str) -> InputError:
        """Return the error that says what is wrong with a cell."""
        cell, place = self.cells.get(column, ""), self.written_in.get(column, column)
        shown = repr(cell) if len(cell) <= _SHOWN else f"{cell[:_SHOWN]!r} and {len(cell) - _SHOWN} characters more"
        return InputError(f"{self.file} row {self.number}, column {place}: found {shown}; allowed: {allowed}")

    def text(self, column: str) -> str:
        """Return a cell without outer blanks; empty where the column is absent."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        """Return a cell that may not be empty."""
        return self.needed(column, forms.TEXT)

    def needed(self, column: str, form: Form[Value]) -> Value:
        """Return the value of a cell that may not be empty.

        Raises:
            InputError: the cell is empty, or holds what its form does not allow.
        """
        try:
            return form.parse(self.text(column))
        except ValueError:
            allowed = form.allowed.removesuffix(", not empty")
            text = self.text(column)
            raise self.wrong(column, f"{allowed}{_doubt(text, form)}" if text else f"{allowed}, not empty") from None

    def optional(self, column: str, form: Form[Value]) -> Value | None:
        """Return the value of a cell; where it is empty or the column absent, what the form says of that.

        Raises:
            InputError: the cell holds what its form does not allow.
        """
        text = self.text(column)
        if not text:
            return form.empty
        try:
            return form.parse(text)
        except ValueError:
            raise self.wrong(column, f"{form.allowed}, or empty{_doubt(text, form)}") from None

    def date(self, column: str) -> dt.date:
        """Return an ISO date (2024-03-31)."""
        return self.needed(column, forms.DATE)

    def length(self, column: str) -> Decimal | None:
        """Return a number >= 0 with its own decimals; None where the cell is empty."""
        return self.optional(column, forms.LENGTH)

    def coordinate(self, column: str) -> Decimal | None:
        """Return a number of any sign; None where the cell is empty."""
        return self.optional(column, forms.NUMBER)

    def decimal(self, column: str) -> Decimal:
        """Return a number of any sign that must be there."""
        return self.needed(column, forms.NUMBER)

    def integer(self, column: str) -> int | None:
        """Return a whole number >= 0; None where the cell is empty."""
        return self.optional(column, forms.INTEGER)

    def partial_date(self, column: str) -> PartialDate | None:
        """Return an ISO date that may lack day or month; None where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        try:
            return partial_date.parse(text)
        except ValueError:
            raise self.wrong(column, dates.allowed(text)) from None


@dataclass(frozen=True)
class Headed:
    """The name of a table, its columns, and its rows as they come, each with its number."""

    name: str
    header: Sequence[str]
    numbered: Iterator[tuple[int, list[str]]]

    def cell(self, record: Sequence[str], column: str) -> str:
        """Return a cell of a row that may have slipped; empty where it is not there."""
        place = self.header.index(column) if column in self.header else len(record)
        return record[place] if place < len(record) else ""

    def row(self, number: int, record: Sequence[str]) -> Row:
        """Return a row under the header.

        Raises:
            InputError: it has another number of cells than the header.
        """
        if len(record) != len(self.header):
            raise InputError(f"{self.name} row {number}: found {len(record)} cells; allowed: {len(self.header)}")
        return Row(self.name, number, dict(zip(self.header, record, strict=True)))


def _doubt(text: str, form: Form[Value]) -> str:
    """Why a text that looks like a date or a number is none, where that can be said."""
    doubt = numeric_dates.doubt(text) if form.allowed == forms.DATE.allowed else ""
    if form.allowed in forms.NUMBERS:
        doubt = numbers.doubt(text)
    return f" ({doubt})" if doubt else ""


def cells(path: Path, counts: Counter[Conversion] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each line of a CSV file, one after the other.

    Encoding and separator are told as table_forms.text_lines says; counts holds what it tells. Cells come without outer
    blanks; a line without any cell between others yields none, those behind the last row are passed over. The number is
    that of the line where the row ends.

    Raises:
        InputError: no such file, an encoding that is not read, or not separated values.
    """
    separator, stated = text_lines.separator(path)
    lines = csv.reader(text_lines.lines(path, counts), delimiter=separator, strict=True)
    name = text_lines.SEPARATORS[separator]
    if counts is not None and separator != ",":
        counts[Conversion("", "cells separated", f"by {name}")] = 0
    blank: list[int] = []
    try:
        for line in lines:
            if stated:
                stated = False
            elif not line:
                blank.append(lines.line_num)
            else:
                yield from ((number, []) for number in blank)
                blank.clear()
                yield lines.line_num, [cell.strip() for cell in line]
    except csv.Error as error:
        raise InputError(f"{path.name} row {lines.line_num}: {error}; expected values separated by {name}") from error


def comma_columns(path: Path, places: Sequence[int]) -> dict[int, str]:
    """Return those columns of a table, by place, whose numbers show a comma as their only decimal mark.

    A table whose cells are separated by commas is not asked: there a comma in a number is quoted, and rare.
    """
    if text_lines.separator(path)[0] == ",":
        return {}
    marks: dict[int, set[str]] = {place: set() for place in places}
    for _, record in itertools.islice(cells(path), 1, None):
        for place in places:
            if place < len(record):
                marks[place].add(numbers.decimal_mark(record[place]))
    return {place: "," for place, shown in marks.items() if shown - {""} == {","}}


def check_header(name: str, header: Sequence[str], required: Sequence[str], known: Sequence[str] = ()) -> None:
    """Check that a header has the required columns, none twice and, where they are listed, none but the known.

    Raises:
        InputError: it does not.
    """
    for column in header:
        if known and column not in known:
            raise InputError(f"{name} row 1: found column {column!r}; allowed: {', '.join(known)}")
        if header.count(column) > 1:
            raise InputError(f"{name} row 1: found column {column!r} twice; allowed: once")
    missing = [column for column in required if column not in header]
    if missing:
        allowed = ", ".join(known) or f"{', '.join(required)} and others; found: {', '.join(header)}"
        raise InputError(f"{name} row 1: missing column {', '.join(missing)}; allowed: {allowed}")


def repeated(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[tuple[Row, InputError]]:
    """Yield each row that agrees with an earlier one in all these columns, with a message that names both."""
    numbers: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        first = numbers.setdefault(key, row.number)
        if first != row.number:
            yield (
                row,
                InputError(
                    f"{row.file} row {row.number}, columns {', '.join(columns)}: found {key} as in row {first}; "
                    "allowed: each once. Remove one of the rows."
                ),
            )
