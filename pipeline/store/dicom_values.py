"""Tolerant reading of single DICOM tags: a value that cannot be read counts as absent."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from pydicom import Dataset


def _value(dataset: Dataset, key: str) -> Any:
    """The tag as pydicom converts it on access: NotImplementedError is its word for an unknown value representation."""
    try:
        return dataset.get(key)
    except (ValueError, TypeError, KeyError, NotImplementedError, AttributeError):
        return None


def text(dataset: Dataset, key: str) -> str:
    """The tag as stripped text, empty when absent."""
    value = _value(dataset, key)
    return "" if value is None else str(value).strip().strip("\0").strip()


def texts(dataset: Dataset, key: str) -> tuple[str, ...]:
    """The values of a multi-valued tag as stripped texts, empty when absent."""
    value = _value(dataset, key)
    if value is None:
        return ()
    parts = [value] if isinstance(value, str) else list(value)
    return tuple(str(part).strip() for part in parts)


def _parsed(convert: Callable[[Any], float | int], dataset: Dataset, key: str) -> float | int | None:
    value = _value(dataset, key)
    try:
        return None if value is None or value == "" else convert(value)
    except (ValueError, TypeError, OverflowError):
        return None


def integer(dataset: Dataset, key: str) -> int | None:
    """The tag as an integer, None when absent or no integer."""
    value = _parsed(int, dataset, key)
    return None if value is None else int(value)


def number(dataset: Dataset, key: str) -> float | None:
    """The tag as a finite number, None when absent or no such number."""
    value = _parsed(float, dataset, key)
    return value if value is not None and isfinite(value) else None


def numbers(dataset: Dataset, key: str) -> tuple[float, ...]:
    """The numbers of a multi-valued tag, empty when absent.

    Raises:
        ValueError: a value is no finite number.
    """
    value = _value(dataset, key)
    if value is None or value == "":
        return ()
    numbers = tuple(float(part) for part in ([value] if isinstance(value, (str, float)) else value))
    if not all(isfinite(number) for number in numbers):
        raise ValueError(numbers)
    return numbers
