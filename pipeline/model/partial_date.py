"""A date as CDISC tables write it: whole, or known to the month or the year only."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?")


@dataclass(frozen=True)
class PartialDate:
    """An ISO 8601 date of SDTM: 2014, 2014-02, 2014-02-03, or the last with a time.

    text is as written; month and day are None where they are not given.
    """

    text: str
    year: int
    month: int | None = None
    day: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the day is given."""
        return self.day is not None

    def first(self) -> dt.date:
        """Return the earliest day that it may be."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last(self) -> dt.date:
        """Return the latest day that it may be."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@lru_cache(maxsize=4096)
def parse(text: str) -> PartialDate:
    """Return the date that a text says.

    Raises:
        ValueError: the text has another form, or there is no such day or time.
    """
    form = _FORM.fullmatch(text) if text.isascii() else None
    if form is None:
        raise ValueError(f"{text!r} is not an ISO date, whole or partial")
    year, month, day, time = form.groups()
    date = PartialDate(text, int(year), int(month) if month else None, int(day) if day else None)
    date.first()  # a month 13 or a day 30 of February does not exist
    if time:
        dt.time.fromisoformat(time[1:])
    return date
