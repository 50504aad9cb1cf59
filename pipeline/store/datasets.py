"""Read a table in any form that statisticians send.

The extension names the form. All forms give the same rows: cells as text, dates, numbers and missing values
in one form (table_forms), errors that name file, row (1 is the header), column, what was found and what is allowed.
"""

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from pipeline.export.form import SUBJECT, VISIBLE
from pipeline.model import subject_name
from pipeline.model.errors import InputError
from pipeline.store import csv_rows, dataset_json_read, date_twins
from pipeline.store.csv_rows import Headed
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms import cells, missing, numbers, numeric_dates, sas_dates
from pipeline.store.table_forms.cells import Columns, Numbered
from pipeline.store.table_forms.conversions import Conversion, Conversions
from pipeline.store.table_forms.numeric_dates import DayOrder

_CHUNK = 50_000
"""Records of a transport file in memory at a time: own choice."""
_TEXTS = (".csv", ".tsv", ".txt")
"""Text tables, whatever separates their cells."""
_WINDOWS = "WINDOWS-1252"
"""The encoding of SAS under Windows (wlatin1), as ReadStat names it."""
_SUBJECT = "USUBJID"
_NAMING = re.compile(
    r"STUDYID|USUBJID|A?VISIT|PARAMCD|(?:RS|TR|TU)?(?:EVAL|EVALID|ACPTFL)|(?:RS|TR|TU)(?:TESTCD|CAT|SCAT)|T[RU]LNKID|ARM|TRT01P"
)
"""Columns whose text names what a row is about (SDTMIG 3.4, ADaMIG 1.3)."""


def read(
    path: Path,
    required: Sequence[str],
    numeric: Sequence[str] = (),
    conversions: Conversions | None = None,
    faults: Faults | None = None,
    *,
    dates: Sequence[str] = (),
) -> Iterator[csv_rows.Row]:
    """Yield the rows of a table of any of the forms, one after the other.

    The file is opened and its header checked at once; its rows are read as they are asked
    for. Columns are matched without regard to case and named in upper case; other columns
    than the required are kept. What is written otherwise than ISO 8601, with a decimal point and
    empty where missing is brought into that form (table_forms.cells), and counted in conversions. Numbers stand at
    their shortest decimal form. The numeric columns, where they are there, hold numbers or nothing. A row that is wrong
    is a fault of its subject (USUBJID) and is passed over; one that names no subject is the table's.
    Where one of the dates is empty or no column, another column may tell it (date_twins).

    Raises:
        InputError: another extension, no such file, not a table of that form, empty, a column missing or twice; without
            faults also, at the end, each row of another length, with text in a number, or without a usable name.
    """
    counts = _counts(path, conversions)
    names, numbered = _opened(path, Columns(numbers=frozenset(numeric)), counts)
    names = [name.upper() for name in names]
    if not names:
        raise InputError(f"{path.name}: is empty; expected a header with {', '.join(required)}")
    twins = date_twins.of(names, dates)
    csv_rows.check_header(path.name, names, [name for name in required if name not in twins])
    present = [name for name in numeric if name in names]
    rows = _sound(csv_rows.Headed(path.name, names, numbered), _SUBJECT, present, faults)
    return date_twins.filled(rows, twins, counts) if twins else rows


def read_known(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    columns: Columns = cells.BY_NAME,
    conversions: Conversions | None = None,
    faults: Faults | None = None,
) -> tuple[csv_rows.Row, ...]:
    """Return the sound rows of a table that has no other columns than these, matched without regard to case.

    Its subjects stand in the column subject, if it has one.

    Raises:
        InputError: as read, or a column that is not known.
    """
    known = {name.upper(): name for name in (*required, *optional)}
    names, numbered = _opened(path, columns, _counts(path, conversions))
    names = [known.get(name.upper(), name) for name in names]
    if not names:
        raise InputError(f"{path.name}: is empty; expected a header with {', '.join(required)}")
    csv_rows.check_header(path.name, names, required, list(known.values()))
    return tuple(_sound(csv_rows.Headed(path.name, names, numbered), "subject", (), faults))


def read_as_written(path: Path, faults: Faults | None = None) -> Iterator[csv_rows.Row]:
    """Yield the rows of a table whose dates and numbers are to be judged as they stand; columns in upper case.

    Raises:
        InputError: as read.
    """
    names, numbered = _opened(path, cells.AS_WRITTEN, Counter())
    names = [name.upper() for name in names]
    csv_rows.check_header(path.name, names, ())
    return _sound(csv_rows.Headed(path.name, names, numbered), "", (), faults)


def header(path: Path) -> tuple[str, ...]:
    """Return the columns of a table of any of the forms, in upper case; nothing of an empty one.

    Raises:
        InputError: another extension, no such file, not a table of that form.
    """
    return tuple(name.upper() for name in _opened(path, cells.BY_NAME, Counter())[0])


def _counts(path: Path, conversions: Conversions | None) -> Counter[Conversion]:
    """Where the conversions of a table are counted."""
    return Counter() if conversions is None else conversions.of(path)


def _opened(path: Path, columns: Columns, counts: Counter[Conversion]) -> tuple[list[str], Numbered]:
    """Return the names of the columns as they stand, and the rows with their cells in one form."""
    suffix = path.suffix.lower()
    form = READERS.get(suffix)
    if form is None:
        raise InputError(f"{path.name}: found the extension {path.suffix!r}; allowed: {', '.join(READERS)}")
    numbered = form(path, counts)
    names = list(next(numbered, (0, []))[1])
    while names and not names[-1]:
        names.pop()  # a separator behind the last name
    orders = partial(_day_orders, path)
    if suffix not in _TEXTS:
        return names, cells.Cells(names, counts, columns, orders=orders).of(numbered)
    marks = partial(csv_rows.comma_columns, path)
    return names, cells.Cells(names, counts, columns, missing.CSV, marks, orders).of(numbered)


def _day_orders(path: Path, places: Sequence[int]) -> dict[int, DayOrder]:
    """Return those columns of a table, by place, whose dates with the year last stand in one order alone."""
    orders: dict[int, set[DayOrder | None]] = {place: set() for place in places}
    for _, record in itertools.islice(READERS[path.suffix.lower()](path, Counter()), 1, None):
        for place in places:
            if place < len(record):
                orders[place].add(numeric_dates.order(record[place]))
    shown = {place: known - {None} for place, known in orders.items()}
    return {place: only for place, known in shown.items() if len(known) == 1 for only in known if only}


def _sound(table: Headed, subject: str, numeric: Sequence[str], faults: Faults | None) -> Iterator[csv_rows.Row]:
    """Yield the rows that are sound; what is wrong with the others goes to their subject."""
    naming = [name for name in table.header if _NAMING.fullmatch(name.upper())]
    known = set[str]()
    with recorded(faults) as kept:
        try:
            for number, record in table.numbered:
                name = table.cell(record, subject)
                try:
                    row = table.row(number, record)
                except InputError as error:
                    kept.claim(error, name)
                    continue
                try:
                    if name not in known and subject in row.cells:
                        row.needed(subject, SUBJECT)
                    _check(row, naming, numeric)
                except InputError as error:
                    kept.add(error, _whose(name))
                    continue
                known.add(name)
                yield row
        except InputError as error:  # the rest of the table cannot be read
            kept.add(error)
        kept.know(known)


def _whose(name: str) -> str:
    """Return the subject that a reader takes a row for, in a form that can be shown."""
    readable = subject_name.visible(name)
    return readable if len(readable) <= subject_name.LONGEST else subject_name.shown(readable)


def _check(row: csv_rows.Row, naming: Sequence[str], numeric: Sequence[str]) -> None:
    """Check the cells that name something, and those that are numbers.

    Raises:
        InputError: one holds what nobody sees, so that it is taken for another, or is no number.
    """
    for column in naming:
        if not row.cells[column].isprintable():
            row.optional(column, VISIBLE)
    for column in numeric:
        row.coordinate(column)


def _transport(path: Path, counts: Counter[Conversion]) -> Numbered:
    """Yield header and records of a SAS transport file, read in pieces."""
    import pyreadstat

    return _in_pieces(path, counts, pyreadstat.read_xport, "a SAS transport file (version 5)")


def _sas_data(path: Path, counts: Counter[Conversion]) -> Numbered:
    """Yield header and records of a SAS data set, read in pieces."""
    import pyreadstat

    return _in_pieces(path, counts, pyreadstat.read_sas7bdat, "a SAS data set")


def transport_labels(path: Path) -> tuple[str, dict[str, str]]:
    """Return the label of the dataset in a SAS transport file and those of its columns, in upper case.

    Raises:
        InputError: not a SAS transport file.
    """
    import pyreadstat

    _, about, _ = _piece(path, pyreadstat.read_xport, "a SAS transport file (version 5)", {"metadataonly": True})
    return about.file_label or "", {name.upper(): label or "" for name, label in about.column_names_to_labels.items()}


def _in_pieces(path: Path, counts: Counter[Conversion], read_piece: Callable[..., Any], expected: str) -> Numbered:
    """Yield header and records of a file that ReadStat reads; text that is not UTF-8 is read as Windows-1252."""
    if not path.is_file():
        raise InputError(f"{path.name}: cannot be read (no such file); expected {expected}")
    offset, encoding = 0, ""
    while True:
        part = {"row_offset": offset, "row_limit": _CHUNK, "output_format": "dict"}
        values, metadata, encoding = _piece(path, read_piece, expected, part, encoding)
        if encoding:
            counts[Conversion("", "text not in UTF-8", "read as Windows-1252")] = 0
        if offset == 0:
            yield 1, list(metadata.column_names)
        columns: list[Any] = [values[name] for name in metadata.column_names]
        number = offset + 2
        for number, record in enumerate(zip(*columns, strict=True), start=offset + 2):
            yield number, [_cell(value) for value in record]
        if number - 1 < offset + _CHUNK:
            return
        offset += _CHUNK


def _piece(
    path: Path, read_piece: Callable[..., Any], expected: str, part: dict[str, Any], encoding: str = ""
) -> tuple[Any, Any, str]:
    """Return values and metadata of a part of a file, and the encoding of its text where that is not UTF-8.

    Raises:
        InputError: whatever ReadStat says of the file: it alone is read here.
    """
    try:
        return *read_piece(path, **part, **({"encoding": encoding} if encoding else {})), encoding
    except UnicodeDecodeError as error:
        if encoding:
            raise InputError(f"{path.name}: {error}; expected {expected}") from error
        return _piece(path, read_piece, expected, part, _WINDOWS)
    except Exception as error:
        raise InputError(f"{path.name}: {error}; expected {expected}") from error


def _parquet(path: Path, _counts: Counter[Conversion]) -> Numbered:
    from pipeline.store import dataset_parquet_read

    return dataset_parquet_read.cells(path)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dt.date | dt.time):
        return sas_dates.without_midnight(value.isoformat())
    return numbers.shortest(float(value)) if value is not None and isfinite(value) else ""


READERS: dict[str, Callable[[Path, Counter[Conversion]], Numbered]] = {
    **dict.fromkeys(_TEXTS, csv_rows.cells),
    ".xpt": _transport,
    ".json": dataset_json_read.cells,
    ".ndjson": dataset_json_read.cells,
    ".parquet": _parquet,
    ".sas7bdat": _sas_data,
}
"""The reader of each extension; the help of options and the errors come from here."""
