"""Read a CSV table strictly: the whole table is valid or nothing of it is used.

Every error names file, row (1 is the header), column, what was found and what is allowed.
"""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pipeline.export import form as forms
from pipeline.export.form import Form
from pipeline.model import partial_date
from pipeline.model.errors import InputError
from pipeline.model.partial_date import PartialDate

Value = TypeVar("Value")


@dataclass(frozen=True)
class Row:
    """One row: the name of its file, its number in it (header is 1), its cells by column."""

    file: str
    number: int
    cells: dict[str, str]

    def wrong(self, column: str, allowed: str) -> InputError:
        """Return the error that says what is wrong with a cell."""
        cell = self.cells.get(column, "")
        return InputError(f"{self.file} row {self.number}, column {column}: found {cell!r}; allowed: {allowed}")

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
            raise self.wrong(column, allowed if self.text(column) else f"{allowed}, not empty") from None

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
            raise self.wrong(column, f"{form.allowed}, or empty") from None

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
            raise self.wrong(column, "a date that exists: 2014-02-03, 2014-02, 2014, or 2014-02-03T10:30") from None


def read(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> tuple[Row, ...]:
    """Return the rows of a UTF-8 CSV file with a header; blank lines are passed over.

    Raises:
        InputError: no such file, not UTF-8, empty, a column is missing, unknown or twice,
            or a row has another number of cells than the header.
    """
    numbered = cells(path)
    header = next(numbered, (0, []))[1]
    if not header:
        raise InputError(f"{path.name}: is empty; expected a header with {', '.join(required)}")
    check_header(path.name, header, required, [*required, *optional])
    return tuple(rows(path.name, header, numbered))


def cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each line of a UTF-8 CSV file, one after the other; blank lines are passed over.

    Cells come without outer blanks. The number is that of the line where the row ends.

    Raises:
        InputError: no such file, not UTF-8, or not comma-separated values.
    """
    lines = csv.reader(_lines(path), strict=True)
    try:
        for line in lines:
            if any(line):
                yield lines.line_num, [cell.strip() for cell in line]
    except csv.Error as error:
        raise InputError(f"{path.name} row {lines.line_num}: {error}; expected comma-separated values") from error


def rows(name: str, header: Sequence[str], numbered: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    """Yield the rows of a table under its header.

    Raises:
        InputError: a row has another number of cells than the header.
    """
    for number, record in numbered:
        yield row(name, header, number, record)


def row(name: str, header: Sequence[str], number: int, record: Sequence[str]) -> Row:
    """Return one row under its header.

    Raises:
        InputError: it has another number of cells than the header.
    """
    if len(record) != len(header):
        raise InputError(f"{name} row {number}: found {len(record)} cells; allowed: {len(header)}")
    return Row(name, number, dict(zip(header, record, strict=True)))


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


def shortest(value: float) -> str:
    """Return a number as a table shows it: its shortest decimals at 15 digits, never an exponent.

    Fifteen digits are what a double holds exactly, so that 23.400000000000002 is 23.4.
    """
    if value == int(value):
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def unique(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Check that no two rows agree in all these columns.

    Raises:
        InputError: two rows do; the message names both.
    """
    numbers: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        first = numbers.setdefault(key, row.number)
        if first != row.number:
            raise InputError(
                f"{row.file} row {row.number}, columns {', '.join(columns)}: found {key} as in row {first}; "
                "allowed: each once. Remove one of the rows."
            )


def _lines(path: Path) -> Iterator[str]:
    read = 0
    try:
        with path.open("rb") as file:
            for line in file:
                yield line.decode("utf-8" if read else "utf-8-sig")
                read += len(line)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); expected a CSV file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: is not UTF-8 (byte {read + error.start}); save it as UTF-8") from error
