"""Read the rows of a CDISC Dataset-JSON 1.1 file, plain or as NDJSON, one after the other."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from pipeline.model.errors import InputError
from pipeline.store.table_forms.conversions import Conversion
from pipeline.store.table_forms.numbers import shortest

_ALLOWED = "allowed: CDISC Dataset-JSON 1.1 with columns (each with a name) and rows (each a list of single values)"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def cells(path: Path, _counts: Counter[Conversion] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of the header (1) and of each record (from 2 on).

    Numbers come at their shortest decimal form, null as empty text. Neither the file nor its
    records are held in memory.

    Raises:
        InputError: no such file, not UTF-8, not JSON, or not a Dataset-JSON table.
    """
    try:
        with path.open("rb") as file:
            records = _records(path.name, file) if path.suffix.lower() == ".json" else _lines(path.name, file)
            for number, record in enumerate(records, start=1):
                if not isinstance(record, list) or any(isinstance(value, list | dict) for value in record):
                    raise InputError(f"{path.name} row {number}: found {str(record)[:60]!r}; {_ALLOWED}")
                yield number, [_text(value) for value in record]
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); {_ALLOWED}") from error
    except ijson.JSONError as error:
        what, near = _reason(error)
        if "UTF8" in what:
            raise InputError(f"{path.name}: is not UTF-8 near {near!r}; save it as UTF-8") from error
        raise InputError(f"{path.name}: is not JSON ({what} near {near!r}); {_ALLOWED}") from error


def _reason(error: ijson.JSONError) -> tuple[str, str]:
    """Return what the parser could not read, and the text around it."""
    message = error.args[0]
    lines = (message.decode("utf-8", "replace") if isinstance(message, bytes) else message).splitlines()
    return lines[0], lines[1].strip() if len(lines) > 1 else ""


def _records(name: str, file: BinaryIO) -> Iterator[Any]:
    """Yield the names of the columns, then each record of one JSON object; rows may stand before columns."""
    yield _names(name, next(ijson.items(_from_start(file), "columns"), None))
    yield from ijson.items(_from_start(file), "rows.item")


def _lines(name: str, file: BinaryIO) -> Iterator[Any]:
    """Yield the names of the columns, then each record of a file with one JSON value a line."""
    values = ijson.items(_from_start(file), "", multiple_values=True)
    about = next(values, None)
    yield _names(name, about.get("columns") if isinstance(about, dict) else None)
    yield from values


def _from_start(file: BinaryIO) -> BinaryIO:
    """Return the file at its first byte after a byte order mark."""
    file.seek(0)
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    return file


def _names(name: str, columns: Any) -> list[str]:
    if not isinstance(columns, list) or not columns:
        raise InputError(f"{name}: found no columns; {_ALLOWED}")
    names = [column.get("name") if isinstance(column, dict) else None for column in columns]
    if not all(isinstance(each, str) and each for each in names):
        raise InputError(f"{name}: found a column without a name; {_ALLOWED}")
    return [str(each) for each in names]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    return shortest(float(value)) if isinstance(value, Decimal) else str(value).strip()
