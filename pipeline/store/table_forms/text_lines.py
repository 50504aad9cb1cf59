"""The lines of a text table: in which encoding they stand, and what separates their cells.

UTF-8, with or without a byte order mark, and UTF-16 with one (Unicode 15.0, section 23.8). A line that is not UTF-8
is read as Windows-1252, the encoding in which SAS writes under Windows (wlatin1; SAS 9.4 National Language Support),
which has the letters of ISO 8859-1 at the same places; it is counted. Cells are separated by comma, semicolon, tab or
bar, by whichever parts the header into most columns; a first line `sep=;` says it, as spreadsheets do.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.store.table_forms.conversions import Conversion

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may separate cells, and its name; of two that part a header equally the first."""
_STATED = re.compile(r'"?sep=(?P<mark>[,;|\t])"?\s*', re.IGNORECASE)
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "",
    codecs.BOM_UTF32_BE: "",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encoding by byte order mark, the longer marks first; empty where it is not read."""
_FALLBACK = "cp1252"
_REMEDY = "save it as UTF-8"


def lines(path: Path, counts: Counter[Conversion] | None = None) -> Iterator[str]:
    """Yield the lines of a text file, one after the other, with their ends.

    Raises:
        InputError: no such file, or neither UTF-8 nor UTF-16 with a byte order mark nor Windows-1252.
    """
    try:
        with path.open("rb") as file:
            encoding = _encoding(path.name, file.peek(4)[:4])
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
            for number, line in enumerate(text, start=1):
                if line.isascii() or _is_sound(line):
                    yield line
                else:
                    yield _in_windows(f"{path.name} row {number}", line, counts)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); expected a CSV file") from error
    except UnicodeError as error:
        raise InputError(f"{path.name}: is not UTF-16, as its first bytes say; {_REMEDY}") from error


def separator(path: Path) -> tuple[str, bool]:
    """Return what separates the cells of a text table, and whether its first line states it.

    Raises:
        InputError: as lines.
    """
    for line in lines(path):
        if stated := _STATED.fullmatch(line):
            return stated["mark"], True
        if line.strip():
            parted = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in SEPARATORS}
            return max(SEPARATORS, key=lambda mark: parted[mark]), False
    return ",", False


def _encoding(name: str, start: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            if not encoding:
                raise InputError(f"{name}: is UTF-32; {_REMEDY}")
            return encoding
    if b"\0" in start:
        raise InputError(f"{name}: holds zero bytes, as UTF-16 without a byte order mark does; {_REMEDY}")
    return "utf-8"


def _is_sound(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_windows(where: str, line: str, counts: Counter[Conversion] | None) -> str:
    try:
        decoded = line.encode("utf-8", "surrogateescape").decode(_FALLBACK)
    except UnicodeError as error:
        raise InputError(f"{where}: is neither UTF-8 nor Windows-1252; {_REMEDY}") from error
    if counts is not None:
        counts[Conversion("", "not in UTF-8", "read as Windows-1252")] += 1
    return decoded
