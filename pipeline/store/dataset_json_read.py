"""Read the rows of a CDISC Dataset-JSON 1.1 file, plain or as NDJSON, one after the other."""

import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError
from pipeline.store.csv_rows import shortest

_ALLOWED = "allowed: CDISC Dataset-JSON 1.1 with columns (each with a name) and rows (each a list of single values)"
_DECODER = json.JSONDecoder(parse_float=lambda number: shortest(float(number)))
_BLANK = re.compile(r"[\s,:]*")


def cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of the header (1) and of each record (from 2 on).

    Numbers come at their shortest decimal form, null as empty text. The file's text is held
    once; its records are made one after the other.

    Raises:
        InputError: no such file, not UTF-8, not JSON, or not a Dataset-JSON table.
    """
    found = _records(path) if path.suffix.lower() == ".json" else _lines(path)
    try:
        for number, record in enumerate(found, start=1):
            if not isinstance(record, list) or any(isinstance(value, list | dict) for value in record):
                raise InputError(f"{path.name} row {number}: found {str(record)[:60]!r}; {_ALLOWED}")
            yield number, [_text(value) for value in record]
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); {_ALLOWED}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except JSONDecodeError as error:
        raise InputError(f"{path.name}: is not JSON ({error}); {_ALLOWED}") from error


def _records(path: Path) -> Iterator[Any]:
    """Yield the names of the columns, then each record of one JSON object."""
    text = path.read_text(encoding="utf-8-sig")
    place = _start(path.name, text)
    columns: Any = None
    early: list[Any] = []  # records that stand before the columns
    while text[place : place + 1] != "}":
        key, place = _DECODER.raw_decode(text, place)
        place = _after(text, place)
        if key == "rows" and text[place : place + 1] == "[":
            if columns is not None:
                yield _names(path.name, columns)
            place = _after(text, place + 1)
            while text[place : place + 1] != "]":
                record, place = _DECODER.raw_decode(text, place)
                place = _after(text, place)
                if columns is None:
                    early.append(record)
                else:
                    yield record
            place = _after(text, place + 1)
            if columns is not None:
                return
        else:
            value, place = _DECODER.raw_decode(text, place)
            place = _after(text, place)
            columns = value if key == "columns" else columns
    yield _names(path.name, columns)
    yield from early


def _lines(path: Path) -> Iterator[Any]:
    """Yield the names of the columns, then each record of a file with one JSON value a line."""
    with path.open(encoding="utf-8-sig") as file:
        head = next((line for line in file if line.strip()), "")
        about = _DECODER.decode(head) if head else None
        yield _names(path.name, about.get("columns") if isinstance(about, dict) else None)
        for line in file:
            if line.strip():
                yield _DECODER.decode(line)


def _start(name: str, text: str) -> int:
    place = _after(text, 0)
    if text[place : place + 1] != "{":
        raise InputError(f"{name}: found {text[:60]!r}; {_ALLOWED}")
    return _after(text, place + 1)


def _after(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _names(name: str, columns: Any) -> list[str]:
    if not isinstance(columns, list) or not columns:
        raise InputError(f"{name}: found no columns; {_ALLOWED}")
    names = [column.get("name") if isinstance(column, dict) else None for column in columns]
    if not all(isinstance(found, str) and found for found in names):
        raise InputError(f"{name}: found a column without a name; {_ALLOWED}")
    return [str(found) for found in names]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    return str(value).strip()
