"""Bring the cells of a table into one form: dates as ISO 8601, numbers with a decimal point, missing as empty.

The column decides: --DTC, --DT and --DTN hold dates, --STRESN, AVAL and their like hold numbers (SDTMIG 3.4, section
4.4; ADaMIG 1.3, section 3.1), or the layout of the table says it. Other columns keep their text. What cannot be told
without a guess is left as it stands, so that it is refused where it is used.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.store.table_forms import dates, missing, numbers, numeric_dates
from pipeline.store.table_forms.conversions import Conversion
from pipeline.store.table_forms.numeric_dates import DayOrder

Numbered = Iterator[tuple[int, list[str]]]
Marks = Callable[[Sequence[int]], Mapping[int, str]]
"""Asks a table which of the columns at these places show by their numbers that they use a decimal comma."""
Orders = Callable[[Sequence[int]], Mapping[int, DayOrder]]
"""Asks a table in which order of day and month the columns at these places show their dates to be."""

_DATES = re.compile(r"[A-Z0-9_]*(?:DT|DTC|DTN)")
_NUMBERS = re.compile(r"[A-Z0-9_]*(?:STRESN|STRESC|ORRES|SEQ)|VISITNUM|AVAL|BASE|P?CHG|CNSR|ICL|ICR")
_KNOWN = 65_536
"""Different cells of a table that are remembered: own choice, some megabytes."""
_NOISE = "with more digits than a double holds,"
_COMMA = "with a decimal comma or marks of thousands"
_OTHER = "in a form as 1E-7, .5 or +5"
_AS_NUMBERS = "read as numbers"


@dataclass(frozen=True)
class Columns:
    """Which columns hold dates and which numbers, in upper case, beside those whose name says it (by_name)."""

    dates: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    by_name: bool = True

    def holds_dates(self, name: str) -> bool:
        """Whether a column holds dates."""
        return name in self.dates or (self.by_name and _DATES.fullmatch(name) is not None)

    def holds_numbers(self, name: str) -> bool:
        """Whether a column holds numbers."""
        return name in self.numbers or (self.by_name and _NUMBERS.fullmatch(name) is not None)


BY_NAME = Columns()
"""The columns whose name says it, alone."""
AS_WRITTEN = Columns(by_name=False)
"""No column: dates and numbers stay as they are written."""


def _no_marks(_places: Sequence[int]) -> Mapping[int, str]:
    return {}


def _no_orders(_places: Sequence[int]) -> Mapping[int, DayOrder]:
    return {}


@dataclass
class Cells:
    """The cells of one table in one form; counts holds what was converted."""

    header: Sequence[str]
    counts: Counter[Conversion]
    columns: Columns = BY_NAME
    absent: frozenset[str] = missing.SAS
    marks: Marks = _no_marks
    orders: Orders = _no_orders

    def __post_init__(self) -> None:
        names = [name.upper() for name in self.header]
        self._dates = [place for place, name in enumerate(names) if self.columns.holds_dates(name)]
        self._numbers = [place for place, name in enumerate(names) if self.columns.holds_numbers(name)]

    def of(self, numbered: Numbered) -> Numbered:
        """Yield the rows that hold anything, each with its number; those that hold nothing are counted."""
        width, marks = len(self.header), self.marks(self._numbers)
        days, plain = set[str](), set[str]()  # cells that are in the one form already, to judge each once
        for number, record in numbered:
            if len(record) > width and not any(record[width:]):
                del record[width:]
            if not self.absent.isdisjoint(record):
                self._drop(record)
            if not any(record):
                self.counts[Conversion("", "without any value", "passed over")] += 1
                continue
            for place in self._dates if len(record) == width else ():
                if record[place] not in days and not self._date(record, place) and len(days) < _KNOWN:
                    days.add(record[place])
            for place in self._numbers if len(record) == width else ():
                cell = record[place]
                if cell in plain and place not in marks:
                    continue
                if not self._number(record, place, marks.get(place, "")) and len(plain) < _KNOWN:
                    plain.add(cell)
            if max(map(len, record)) > numbers.EXACT_DIGITS:
                self._exact(record)
            yield number, record

    def _drop(self, record: list[str]) -> None:
        for place, cell in enumerate(record):
            if cell in self.absent:
                record[place] = ""
                self._count(place, repr(cell), "read as missing")

    @cached_property
    def _order(self) -> Mapping[int, DayOrder]:
        """The order of day and month in the columns of dates; the table is asked once, where a date depends on it."""
        return self.orders(self._dates)

    def _date(self, record: list[str], place: int) -> bool:
        """Convert a date; False where it is in the one form already, or none, in whatever column it stands."""
        cell = record[place]
        made = dates.converted(cell) if cell else None
        if made is None and not numeric_dates.has_two_readings(cell):
            return False
        if made is None:
            first = self._order.get(place)
            if first is None:
                return True
            made = dates.in_order(cell, first)
        record[place] = made[0]
        self._count(place, made[1], dates.READ_AS)
        return True

    def _number(self, record: list[str], place: int, mark: str) -> bool:
        made = numbers.of_text(record[place], mark) if record[place] else None
        if made is None:
            return False
        self._count(place, _COMMA if mark or "," in record[place] else _OTHER, _AS_NUMBERS)
        record[place] = made
        return True

    def _exact(self, record: list[str]) -> None:
        for place, cell in enumerate(record):
            exact = numbers.without_noise(cell)
            if exact is not None:
                record[place] = exact
                self._count(place, _NOISE, f"rounded to {numbers.EXACT_DIGITS}")

    def _count(self, place: int, form: str, read_as: str) -> None:
        name = self.header[place] if place < len(self.header) else ""
        self.counts[Conversion(name, form, read_as)] += 1
