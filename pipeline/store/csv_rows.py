"""Read a CSV table strictly: the whole table is valid or nothing of it is used.

Every error names file, row (1 is the header), column, what was found and what is allowed.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pipeline.model.errors import InputError

Choice = TypeVar("Choice", bound=StrEnum)

_PLAIN = re.compile(r"\d+(\.\d+)?")
_SIGNED = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Row:
    """One row: the name of its file, its number in it (header is 1), its cells by column."""

    file: str
    number: int
    cells: dict[str, str]

    def wrong(self, column: str, allowed: str) -> InputError:
        """Return the error that says what is wrong with a cell."""
        found = self.cells.get(column, "")
        return InputError(f"{self.file} row {self.number}, column {column}: found {found!r}; allowed: {allowed}")

    def text(self, column: str) -> str:
        """Return a cell without outer blanks; empty where the column is absent."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        """Return a cell that may not be empty."""
        if not self.text(column):
            raise self.wrong(column, "any text, not empty")
        return self.text(column)

    def date(self, column: str) -> dt.date:
        """Return an ISO date (2024-03-31)."""
        found = self.text(column)
        try:
            value = dt.date.fromisoformat(found)
        except ValueError:
            raise self.wrong(column, "a date that exists, as 2024-03-31") from None
        if value.isoformat() != found:
            raise self.wrong(column, "a date that exists, as 2024-03-31")
        return value

    def moment(self, column: str) -> dt.datetime:
        """Return an ISO date and time; without a time zone it is UTC."""
        found = self.text(column)
        try:
            value = dt.datetime.fromisoformat(found)
        except ValueError:
            raise self.wrong(column, "a date and time, as 2024-03-31T14:05:00+00:00") from None
        if len(found) <= len("2024-03-31"):
            raise self.wrong(column, "a date and time, as 2024-03-31T14:05:00+00:00")
        return value if value.tzinfo else value.replace(tzinfo=dt.UTC)

    def length(self, column: str) -> Decimal | None:
        """Return a number >= 0 with its own decimals; None where the cell is empty."""
        return self._number(column, _PLAIN, "a number >= 0 with '.' as decimal mark, or empty")

    def coordinate(self, column: str) -> Decimal | None:
        """Return a number of any sign; None where the cell is empty."""
        return self._number(column, _SIGNED, "a number with '.' as decimal mark, or empty")

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """Return a member of a closed set."""
        try:
            return kind(self.text(column))
        except ValueError:
            raise self.wrong(column, ", ".join(member.value for member in kind)) from None

    def _number(self, column: str, form: re.Pattern[str], allowed: str) -> Decimal | None:
        found = self.text(column)
        if not found:
            return None
        if not form.fullmatch(found) or not found.isascii():
            raise self.wrong(column, allowed)
        return Decimal(found)


def read(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> tuple[Row, ...]:
    """Return the rows of a UTF-8 CSV file with a header; blank lines are passed over.

    Raises:
        InputError: no such file, not UTF-8, empty, a column is missing, unknown or twice,
            or a row has another number of cells than the header.
    """
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        numbered = [(lines.line_num, [cell.strip() for cell in line]) for line in lines if any(line)]
    except csv.Error as error:
        raise InputError(f"{path.name} row {lines.line_num}: {error}; expected comma-separated values") from error
    if not numbered:
        raise InputError(f"{path.name}: is empty; expected a header with {', '.join(required)}")
    header = numbered[0][1]
    _check_header(path.name, header, required, optional)
    for number, cells in numbered[1:]:
        if len(cells) != len(header):
            raise InputError(f"{path.name} row {number}: found {len(cells)} cells; allowed: {len(header)}")
    return tuple(Row(path.name, number, dict(zip(header, cells, strict=True))) for number, cells in numbered[1:])


def unique(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Check that no two rows agree in all these columns.

    Raises:
        InputError: two rows do; the message names both.
    """
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            raise InputError(
                f"{row.file} row {row.number}, columns {', '.join(columns)}: found {key} as in row {first}; "
                "allowed: each once. Remove one of the rows."
            )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); expected a CSV file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _check_header(name: str, header: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    known = [*required, *optional]
    for column in header:
        if column not in known:
            raise InputError(f"{name} row 1: found column {column!r}; allowed: {', '.join(known)}")
        if header.count(column) > 1:
            raise InputError(f"{name} row 1: found column {column!r} twice; allowed: once")
    missing = [column for column in required if column not in header]
    if missing:
        raise InputError(f"{name} row 1: missing column {', '.join(missing)}; allowed: {', '.join(known)}")
