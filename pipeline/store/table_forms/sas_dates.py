"""Dates as SAS writes them: a count of days, 05JAN2024, 05JAN2024:10:30:00, JAN2024.

SAS counts days from 1960-01-01 (SAS 9.4 Language Reference: Concepts, "About SAS Date, Time, and Datetime Values"), and
so do the numeric dates of ADaM that SAS wrote. Texts are those of the formats DATE9., DATE11. (05-JAN-2024),
DATETIME20., WORDDATE. (January 5, 2024) and MONYY7. (SAS 9.4 Formats and Informats: Reference). What they become is ISO
8601 as SDTM writes --DTC (SDTMIG 3.4, section 4.4.1), which may lack day or month.
"""

import datetime as dt
import re

EPOCH = dt.date(1960, 1, 1)
"""The day 0 of SAS."""
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2039, 12, 31)
"""Days between which a bare number is taken for a count of days: own choice, trials with tables of CDISC; within them
no count of SAS can be one of a spreadsheet, whose count from 1899-12-30 is more than 36,000 there."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("JAN JANUARY", "FEB FEBRUARY", "MAR MARCH", "APR APRIL", "MAY MAY", "JUN JUNE"),
            *("JUL JULY", "AUG AUGUST", "SEP SEPTEMBER", "OCT OCTOBER", "NOV NOVEMBER", "DEC DECEMBER"),
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[ :T](?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?"
_DAY_FIRST = re.compile(rf"(?P<day>\d\d?|UNK?)[-/ .]?(?P<month>[A-Z]{{2,9}})[-/ .]?(?P<year>\d{{4}}){_TIME}")
_MONTH_FIRST = re.compile(rf"(?P<month>[A-Z]{{3,9}})\.? (?P<day>\d\d?), ?(?P<year>\d{{4}}){_TIME}")
_MONTH_ALONE = re.compile(r"(?P<month>[A-Z]{3,9})[- ]?(?P<year>\d{4})")
_MIDNIGHT = re.compile(r"T00:00(?::00(?:\.0+)?)?$")
_NOTHING = re.compile(r"(?<=:\d\d)\.0+$")
_UNKNOWN = {"UN", "UNK"}
"""Day or month that is not known, as systems of data capture write it."""


def of_count(text: str) -> str | None:
    """Return the day of a count of days, `23380` or `23380.0`; None for another text or a day that no trial has."""
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()) or not _count(_FIRST) <= int(digits) <= _count(_LAST):
        return None
    return (EPOCH + dt.timedelta(days=int(digits))).isoformat()


def _count(day: dt.date) -> int:
    return (day - EPOCH).days


def of_text(text: str) -> str | None:
    """Return the day or month of a text with the name of the month in English; None for another text or no such day."""
    upper = text.upper()
    match = _DAY_FIRST.fullmatch(upper) or _MONTH_FIRST.fullmatch(upper) or _MONTH_ALONE.fullmatch(upper)
    if match is None:
        return None
    parts = match.groupdict()
    if parts["month"] in _UNKNOWN:
        return parts["year"] if parts.get("day") in _UNKNOWN and not parts.get("time") else None
    month = _MONTHS.get(parts["month"])
    if month is None:
        return None
    if (day := parts.get("day")) is None or day in _UNKNOWN:
        return None if parts.get("time") else f"{parts['year']}-{month:02}"
    return of_parts(int(parts["year"]), month, int(day), parts.get("time"))


def of_parts(year: int, month: int, day: int, time: str | None = None) -> str | None:
    """Return a day, with its time where there is one (without_midnight); None where there is none such."""
    try:
        date = dt.date(year, month, day).isoformat()
        if time:
            dt.time.fromisoformat(time)
    except ValueError:
        return None
    return without_midnight(f"{date}T{time}") if time else date


def without_midnight(iso: str) -> str:
    """Return an ISO date without a time that is midnight or a fraction that is nothing.

    A form that cannot leave the time out, as a datetime of SAS, writes midnight where no time is known.
    """
    return _NOTHING.sub("", _MIDNIGHT.sub("", iso))
