"""A date as CDISC tables write it: whole, or known to the month or the year only."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

_ONE_DAY = dt.timedelta(days=1)
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

    @property
    def flag(self) -> str:
        """What has to be imputed, as --DTF of ADaM says it: D the day, M month and day, empty nothing."""
        return "" if self.complete else "M" if self.month is None else "D"

    @property
    def window(self) -> "DateWindow":
        """The days that it may be."""
        return DateWindow(self.first(), self.last())

    def first(self) -> dt.date:
        """Return the earliest day that it may be."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last(self) -> dt.date:
        """Return the latest day that it may be."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@dataclass(frozen=True)
class DateWindow:
    """The days that a partial date may be, first and last included; what is known narrows them, never to nothing."""

    first: dt.date
    last: dt.date

    def not_before(self, day: dt.date | None) -> "DateWindow":
        """Return the window from a day on; itself where that day lies behind it or is not known."""
        return self if day is None or day > self.last else DateWindow(max(self.first, day), self.last)

    def not_after(self, day: dt.date | None) -> "DateWindow":
        """Return the window up to a day; itself where that day lies before it or is not known."""
        return self if day is None or day < self.first else DateWindow(self.first, min(self.last, day))

    def after(self, day: dt.date | None) -> "DateWindow":
        """Return the window behind a day; from that day on where nothing lies behind it."""
        return self if day is None else self.not_before(day).not_before(day + _ONE_DAY)

    def before(self, day: dt.date | None) -> "DateWindow":
        """Return the window before a day; up to that day where nothing lies before it."""
        return self if day is None else self.not_after(day).not_after(day - _ONE_DAY)


@dataclass(frozen=True, order=True)
class Imputed:
    """A partial date that was made whole: whose, where it stands, as written, the day that it took, --DTF."""

    subject: str
    where: str
    text: str
    date: dt.date
    flag: str


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
