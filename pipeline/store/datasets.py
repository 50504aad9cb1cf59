"""Read a table in any form that statisticians send.

The extension names the form. All forms give the same rows: cells as text, columns in upper
case, errors that name file, row (1 is the header), column, what was found and what is allowed.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError
from pipeline.store import csv_rows, dataset_json_read

Numbered = Iterator[tuple[int, list[str]]]

_CHUNK = 50_000
"""Records of a transport file in memory at a time: own choice."""
_R_MISSING = "NA"
_EXACT_DIGITS = 15
"""Significant digits that a double holds exactly (IEEE 754); what lies behind them is noise."""
_LONG_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")


def read(path: Path, required: Sequence[str], numeric: Sequence[str] = ()) -> Iterator[csv_rows.Row]:
    """Yield the rows of a .csv, .xpt, .json or .ndjson table, one after the other.

    The file is opened and its header checked at once; its rows are read as they are asked
    for. Columns are matched without regard to case and named in upper case; other columns
    than the required are kept. Missing values are empty, in CSV also `NA`, as R
    writes them. Numbers stand at their shortest decimal form, SAS dates as ISO text; a number of CSV
    with more digits than a double holds is rounded as those are (11.200000000000001 is 11.2). The
    numeric columns, where they are there, hold numbers or nothing.

    Raises:
        InputError: another extension, no such file, not a table of that form, not UTF-8,
            empty, a column missing or twice, a row of another length, text in a number.
    """
    form = READERS.get(path.suffix.lower())
    if form is None:
        raise InputError(f"{path.name}: found extension {path.suffix!r}; allowed: {', '.join(READERS)}")
    numbered = form(path)
    header = [name.upper() for name in next(numbered, (0, []))[1]]
    if not header:
        raise InputError(f"{path.name}: is empty; expected a header with {', '.join(required)}")
    csv_rows.check_header(path.name, header, required)
    rows = csv_rows.rows(path.name, header, numbered)
    numbers = [name for name in numeric if name in header]
    return _checked(rows, numbers) if numbers else rows


def header(path: Path) -> tuple[str, ...]:
    """Return the columns of a table of any of the forms, in upper case; nothing of an empty one.

    Raises:
        InputError: another extension, no such file, not a table of that form.
    """
    form = READERS.get(path.suffix.lower())
    if form is None:
        raise InputError(f"{path.name}: found extension {path.suffix!r}; allowed: {', '.join(READERS)}")
    return tuple(name.upper() for name in next(form(path), (0, []))[1])


def _checked(rows: Iterator[csv_rows.Row], numeric: Sequence[str]) -> Iterator[csv_rows.Row]:
    for row in rows:
        for column in numeric:
            row.coordinate(column)
        yield row


def _comma_separated(path: Path) -> Numbered:
    for number, cells in csv_rows.cells(path):
        exact = [_without_noise(cell) if len(cell) > _EXACT_DIGITS else cell for cell in cells]
        yield number, ["" if cell == _R_MISSING else cell for cell in exact] if _R_MISSING in exact else exact


def _without_noise(cell: str) -> str:
    """Return a number of more digits than a double holds as the forms with binary numbers show it; else the cell."""
    return csv_rows.shortest(float(cell)) if _LONG_NUMBER.fullmatch(cell) else cell


def _transport(path: Path) -> Numbered:
    """Yield header and records of a SAS transport file, read in pieces."""
    import pyreadstat

    if not path.is_file():
        raise InputError(f"{path.name}: cannot be read (no such file); expected a SAS transport file")
    offset = 0
    while True:
        try:
            values, metadata = pyreadstat.read_xport(path, row_offset=offset, row_limit=_CHUNK, output_format="dict")
        except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
            raise InputError(f"{path.name}: {error}; expected a SAS transport file (version 5)") from error
        if offset == 0:
            yield 1, list(metadata.column_names)
        columns: list[Any] = [values[name] for name in metadata.column_names]
        number = offset + 2
        for number, record in enumerate(zip(*columns, strict=True), start=offset + 2):
            yield number, [_cell(value) for value in record]
        if number - 1 < offset + _CHUNK:
            return
        offset += _CHUNK


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return csv_rows.shortest(float(value)) if value is not None and isfinite(value) else ""


READERS: dict[str, Callable[[Path], Numbered]] = {
    ".csv": _comma_separated,
    ".xpt": _transport,
    ".json": dataset_json_read.cells,
    ".ndjson": dataset_json_read.cells,
}
"""The reader of each extension; the help of options and the errors come from here."""
