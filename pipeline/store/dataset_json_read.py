"""Read the rows of a CDISC Dataset-JSON 1.1 file, plain or as NDJSON, one after the other."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from math import isinf
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from pipeline.model.errors import InputError
from pipeline.store.table_forms.conversions import Conversion
from pipeline.store.table_forms.numbers import shortest

_ALLOWED = "allowed: CDISC Dataset-JSON 1.1 with columns (each with a name) and rows (each a list of single values)"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEEPEST = 20
"""Levels of lists and objects in each other: own choice; a table with its metadata has four (no unit)."""
LONGEST = 1 << 20
"""Bytes of one text: own choice, thousands of times what a cell of SDTM holds."""
LONGEST_NUMBER = 1000
"""Characters of a number: own choice, above the 310 digits of the largest that a computer holds (no unit)."""
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NUMBER = re.compile(rb"[-+.0-9eE]{%d}" % LONGEST_NUMBER)
_UNENDED = re.compile(rb'"|[-+.0-9eE]+\Z')
"""Where a text or number begins that may go on in the next bytes."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def cells(path: Path, _counts: Counter[Conversion] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of the header (1) and of each record (from 2 on).

    Numbers come at their shortest decimal form, null as empty text. Neither the file nor its
    records are held in memory.

    Raises:
        InputError: no such file, not UTF-8, not JSON, or not a Dataset-JSON table.
    """
    with _opened(path) as file:
        records = _records(path.name, file) if path.suffix.lower() == ".json" else _lines(path.name, file)
        for number, record in enumerate(records, start=1):
            if not isinstance(record, list) or not all(map(_single, record)):
                raise InputError(f"{path.name} row {number}: found {str(record)[:60]!r}; {_ALLOWED}")
            yield number, [_text(value) for value in record]


def labels(path: Path) -> tuple[str, dict[str, str]]:
    """Return the label of the dataset in a JSON object and those of its columns, in upper case; empty where none is.

    Raises:
        InputError: as cells.
    """
    with _opened(path) as file:
        columns: Any = next(ijson.items(_Shallow(path.name, file), "columns"), None)
        names = _names(path.name, columns)
        label = next(ijson.items(_Shallow(path.name, file), "label"), None)
    return str(label or ""), {
        name.upper(): str(column.get("label") or "") for name, column in zip(names, columns, strict=True)
    }


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file; what is wrong with it while it is read is an InputError."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); {_ALLOWED}") from error
    except ArithmeticError as error:
        raise InputError(f"{path.name}: found a number that no computer holds; {_ALLOWED}") from error
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
    yield _names(name, next(ijson.items(_Shallow(name, file), "columns"), None))
    yield from ijson.items(_Shallow(name, file), "rows.item")


def _lines(name: str, file: BinaryIO) -> Iterator[Any]:
    """Yield the names of the columns, then each record of a file with one JSON value a line."""
    values = ijson.items(_Shallow(name, file), "", multiple_values=True)
    about = next(values, None)
    yield _names(name, about.get("columns") if isinstance(about, dict) else None)
    yield from values


class _Shallow:
    """A JSON file from its first byte after a byte order mark, which is refused where it nests deep.

    The parser keeps the path to every level, so that 100 kB of brackets would take 5 GB, and dies of an integer of
    more digits than Python reads (4300).
    """

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file, self._depth, self._open = name, file, 0, b""
        file.seek(0)
        if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
            file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            InputError: they nest too deep, or hold a text or number that is too long.
        """
        content = self._file.read(size)
        bare = _STRING.sub(b"", self._open + content)
        if _NUMBER.search(bare):
            raise InputError(f"{self._name}: found a number of {LONGEST_NUMBER} digits or more; {_ALLOWED}")
        unended = _UNENDED.search(bare)
        end = unended.start() if unended else len(bare)
        self._open = bare[end:]
        for sign in bare[:end].translate(None, _NO_BRACKETS):
            self._depth += 1 if sign in b"[{" else -1
            if self._depth > DEEPEST:
                raise InputError(f"{self._name}: lists and objects nest deeper than {DEEPEST}; {_ALLOWED}")
        if len(self._open) > LONGEST:
            raise InputError(f"{self._name}: found a text of more than {LONGEST} bytes; {_ALLOWED}")
        return content


def _names(name: str, columns: Any) -> list[str]:
    if not isinstance(columns, list) or not columns:
        raise InputError(f"{name}: found no columns; {_ALLOWED}")
    names = [column.get("name") if isinstance(column, dict) else None for column in columns]
    if not all(isinstance(each, str) and each for each in names):
        raise InputError(f"{name}: found a column without a name; {_ALLOWED}")
    return [str(each) for each in names]


def _single(value: Any) -> bool:
    """Whether a value is one that a cell can hold: no list, no object, no number beyond all that a computer holds."""
    return not isinstance(value, list | dict) and not (isinstance(value, Decimal) and isinf(float(value)))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    return shortest(float(value)) if isinstance(value, Decimal) else str(value).strip()
