"""Dates of numbers alone: 2024/01/05, 20240105, 2024-01-05 10:30, 25/04/2024; and those that nobody can tell.

With the year first the month follows (SAS 9.4 Formats and Informats: Reference, YYMMDDw. and YYMMDDxw.; ISO 8601 basic
format). With the year last, day and month may stand either way (DDMMYYw., MMDDYYw.): the date is read where one of the
two is no date or both are the same, or where the other dates of its column stand in one order alone; else it is
refused, never guessed.
"""

import datetime as dt
import re
from enum import StrEnum

from pipeline.store.table_forms import sas_dates

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?")
_UNKNOWN_PART = re.compile(r"(\d{4})-(?:(\d\d)|UNK?|XX|-)-(?:\d\d|UNK?|XX)", re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?")
_TWO_DIGITS = re.compile(r"\d\d?(?:[-/. ]?[A-Za-z]{3}[-/. ]?|[-/.]\d\d?[-/.])\d\d")
_COUNT = re.compile(r"\d{5}(?:\.\d+)?")
_BASIC = 8
"""Digits of a date without marks between its parts (ISO 8601, basic format)."""
_SPREADSHEET = dt.date(1899, 12, 30)
"""Day 0 of the 1900 date system of spreadsheets (ECMA-376 part 1, 18.17.4.1), for days after 1900-02-28."""
_SPREADSHEET_1904 = dt.date(1904, 1, 1)
"""Day 0 of their other date system, 1904."""
_SPREADSHEET_DAYS = range(36_526, 60_000)
"""Counts of days that a spreadsheet may have written, in days of the 1900 system: own choice, 2000 to 2064."""


class DayOrder(StrEnum):
    """What stands first in a date with the year last."""

    DAY = "day"
    MONTH = "month"


def of_text(text: str) -> str | None:
    """Return the day, or the month or year alone, that a text says; None where it has another form or two readings."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, mark, month, day, time = match.groups()
        if not mark and len(f"{year}{month}{day}") != _BASIC:
            return None
        return sas_dates.of_parts(int(year), int(month), int(day), time)
    if match := _UNKNOWN_PART.fullmatch(text):
        return _known(match[1], match[2])
    readings = set(_readings(text).values())
    return next(iter(readings)) if len(readings) == 1 else None


def order(text: str) -> DayOrder | None:
    """Return the order of a date with the year last that can be read in one alone; None of any other text."""
    readings = _readings(text)
    return next(iter(readings)) if len(readings) == 1 else None


def has_two_readings(text: str) -> bool:
    """Whether a text is a date with the year last that differs by the order."""
    return len(set(_readings(text).values())) > 1


def in_order(text: str, first: DayOrder) -> str:
    """Return the day that a date with two readings says in an order."""
    return _readings(text)[first]


def doubt(text: str) -> str:
    """Return why a text that looks like a date is none to us, and what to write; empty for other texts."""
    if has_two_readings(text):
        readings = sorted(_readings(text).values())
        return f"it may be {' or '.join(readings)}; write the one that is meant"
    if _COUNT.fullmatch(text) and int(float(text)) in _SPREADSHEET_DAYS:
        days = dt.timedelta(days=int(float(text)))
        return (
            f"a number of days, of a spreadsheet {_SPREADSHEET + days} or {_SPREADSHEET_1904 + days}; "
            "format the column as yyyy-mm-dd and save it again"
        )
    if _COUNT.fullmatch(text):
        return f"a number of days, which as days of SAS would be {sas_dates.EPOCH + dt.timedelta(int(float(text)))}"
    return "its year has two digits; write four" if _TWO_DIGITS.fullmatch(text) else ""


def _known(year: str, month: str | None) -> str | None:
    if month is None:
        return year
    return f"{year}-{month}" if sas_dates.of_parts(int(year), int(month), 1) else None


def _readings(text: str) -> dict[DayOrder, str]:
    """The days that a text with the year last may be, by order."""
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return {}
    first, _, second, year, time = match.groups()
    pairs = {DayOrder.DAY: (int(second), int(first)), DayOrder.MONTH: (int(first), int(second))}
    days = {order: sas_dates.of_parts(int(year), month, day, time) for order, (month, day) in pairs.items()}
    return {order: day for order, day in days.items() if day is not None}
