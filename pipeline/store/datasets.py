"""Read a table in any form that statisticians send.

The extension names the form. All forms give the same rows: cells as text, columns in upper
case, errors that name file, row (1 is the header), column, what was found and what is allowed.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError
from pipeline.store import csv_rows, dataset_json_read
from pipeline.store.faults import Faults

Numbered = Iterator[tuple[int, list[str]]]

_CHUNK = 50_000
"""Records of a transport file in memory at a time: own choice."""
_R_MISSING = "NA"
_SUBJECT = "USUBJID"


def read(
    path: Path, required: Sequence[str], numeric: Sequence[str] = (), faults: Faults | None = None
) -> Iterator[csv_rows.Row]:
    """Yield the rows of a .csv, .xpt, .json or .ndjson table, one after the other.

    The file is opened and its header checked at once; its rows are read as they are asked
    for. Columns are matched without regard to case and named in upper case; other columns
    than the required are kept. Missing values are empty, in CSV also `NA`, as R
    writes them. Numbers stand at their shortest decimal form, SAS dates as ISO text. The
    numeric columns, where they are there, hold numbers or nothing. With faults a row that is wrong
    is recorded there as its subject's (USUBJID) and passed over; one that names no subject is the table's.

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
    numbers = [name for name in numeric if name in header]
    if faults is not None:
        return _sound(path.name, header, numbered, numbers, faults)
    rows = csv_rows.rows(path.name, header, numbered)
    return _checked(rows, numbers) if numbers else rows


def _checked(rows: Iterator[csv_rows.Row], numeric: Sequence[str]) -> Iterator[csv_rows.Row]:
    for row in rows:
        for column in numeric:
            row.coordinate(column)
        yield row


def _sound(
    name: str, header: Sequence[str], numbered: Numbered, numeric: Sequence[str], faults: Faults
) -> Iterator[csv_rows.Row]:
    """Yield the rows that are sound; what is wrong with the others goes to their subject."""
    place, known = header.index(_SUBJECT), set[str]()
    try:
        for number, record in numbered:
            try:
                row = csv_rows.row(name, header, number, record)
            except InputError as error:
                faults.claim(error, record[place] if place < len(record) else "")
                continue
            subject = record[place]
            try:
                row.required(_SUBJECT)
                for column in numeric:
                    row.coordinate(column)
            except InputError as error:
                faults.add(error, subject)
                continue
            known.add(subject)
            yield row
    except InputError as error:  # the rest of the table cannot be read
        faults.add(error)
    faults.know(known)


def _comma_separated(path: Path) -> Numbered:
    for number, cells in csv_rows.cells(path):
        yield number, ["" if cell == _R_MISSING else cell for cell in cells] if _R_MISSING in cells else cells


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
