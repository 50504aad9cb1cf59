"""Tolerant reading of single DICOM tags: a value that cannot be read counts as absent, unless it must be there.

pydicom converts a value when it is asked for, and raises what comes along at damaged bytes: each access is a
boundary of its own.
"""

import re
from collections.abc import Sequence as Values
from functools import cache
from math import isfinite
from typing import Any

from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

_DECIMAL_COMMA = re.compile(r"\s*([+-]?\d+),(\d+)\s*")


class DamagedTagError(ValueError):
    """A tag holds bytes that are no value of it; key is its keyword."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} holds no valid value")
        self.key = key


def element(dataset: Dataset, tag: BaseTag) -> Any:
    """The value of a tag as pydicom reads it, None when absent or damaged; that of a private one may be bytes."""
    try:
        return dataset[tag].value if tag in dataset else None
    except Exception:  # noqa: BLE001  pydicom's errors on foreign bytes are of any type
        return None


def items(dataset: Dataset, key: str) -> Values[Dataset]:
    """The items of a sequence, none when absent or no sequence."""
    value = element(dataset, _tag(key))
    return list(value) if isinstance(value, Sequence) else ()


@cache
def _tag(key: str) -> BaseTag:
    return Tag(key)


def _value(dataset: Dataset, key: str) -> Any:
    value = element(dataset, _tag(key))
    return None if isinstance(value, (bytes, Sequence)) else value


def text(dataset: Dataset, key: str) -> str:
    """The tag as stripped text without control and zero-width characters, empty when absent."""
    value = _value(dataset, key)
    return "" if value is None else printable(str(value))


def identifier(dataset: Dataset, key: str) -> str:
    """The tag as it is written but for padding at its ends (PS3.5, 6.2): two identifiers never become one here."""
    value = _value(dataset, key)
    return "" if value is None else "\\".join(str(part) for part in _parts(value)).strip(" \0")


def texts(dataset: Dataset, key: str) -> tuple[str, ...]:
    """The values of a multi-valued tag as stripped texts, empty when absent."""
    value = _value(dataset, key)
    if value is None:
        return ()
    return tuple(printable(str(part)) for part in _parts(value))


def printable(value: str) -> str:
    """Return a text without characters that no one sees; white space of any kind becomes a blank."""
    value = value.strip()
    if value.isprintable():
        return value
    return "".join(letter if letter.isprintable() else " " if letter.isspace() else "" for letter in value).strip()


def integer(dataset: Dataset, key: str) -> int | None:
    """The tag as an integer, None when absent or no integer."""
    value = _value(dataset, key)
    try:
        return None if value is None or value == "" else int(value)
    except (ValueError, TypeError, OverflowError):
        return None


def number(dataset: Dataset, key: str) -> float | None:
    """The tag as a finite number, None when absent or no such number."""
    try:
        values = numbers(dataset, key)
    except DamagedTagError:
        return None
    return values[0] if len(values) == 1 else None


def numbers(dataset: Dataset, key: str) -> tuple[float, ...]:
    """The numbers of a multi-valued tag, empty when absent; -1024,0 with a decimal comma is -1024.

    Raises:
        DamagedTagError: a value is no finite number.
    """
    try:
        value = dataset.get(key)
        values = () if value is None or value == "" else tuple(float(part) for part in _parts(value))
    except Exception:  # noqa: BLE001  pydicom's errors on foreign bytes are of any type
        values = _with_decimal_commas(dataset, key)
    if not all(isfinite(number) for number in values):
        raise DamagedTagError(key)
    return values


def _parts(value: Any) -> Values[Any]:
    return [value] if isinstance(value, (str, int, float)) else list(value)


def _with_decimal_commas(dataset: Dataset, key: str) -> tuple[float, ...]:
    raw = getattr(dataset.get_item(key), "value", None)
    written = raw.decode("latin-1") if isinstance(raw, bytes) else "\\".join(str(part) for part in _parts(raw or ""))
    try:
        return tuple(float(_DECIMAL_COMMA.sub(r"\1.\2", part)) for part in written.split("\\"))
    except ValueError as error:
        raise DamagedTagError(key) from error
