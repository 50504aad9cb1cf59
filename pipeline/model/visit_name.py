"""What a visit is called, and its number: VISITNUM is a function of VISIT over the whole study (SDTMIG 3.3, 5.3).

BASELINE is 1, the n-th scheduled follow-up n + 1 (W12 is 2 where a visit is due every 84 days). An unscheduled scan
lies between the scheduled visits before and after its day, by the days since the former: U045 is 1.045, U097 is 2.013.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.model.protocol import Schedule
from pipeline.model.visit import BASELINE

COUNTED_FROM = 100
"""VISITNUM of the visits of a subject without the anchor event: V02 is 102; own choice, above every follow-up."""
NAMED_FROM = 200
"""VISITNUM of visits whose name the schedule does not give: 201, 202 and so on; own choice, above all others."""
_DAYS = Decimal(1000)
"""Parts of a VISITNUM that days are counted in: own choice, so that a year between two visits has room."""
_UNSCHEDULED = re.compile(r"U([0-9]{3,})")
_COUNTED = re.compile(r"V([0-9]{2,})")


class NumberedVisit(NamedTuple):
    """A visit of a table that has VISITNUM and a whole date; name is VISIT, empty where there is none."""

    number: Decimal
    name: str
    date: dt.date

    def text(self) -> str:
        """Return the visit as messages name it."""
        return f"VISITNUM {plain(self.number)} ({self.name or 'no VISIT'}) on {self.date}"


def plain(number: Decimal) -> str:
    """Return VISITNUM without trailing zeros or an exponent."""
    return f"{number.normalize():f}"


def against_dates(ordered: Iterable[NumberedVisit]) -> str:
    """Return in words where VISITNUM and dates of visits in their order disagree first; empty where they agree."""
    for visit, other in itertools.pairwise(ordered):
        if visit.number > other.number and visit.date < other.date:
            return f"{visit.text()} lies before {other.text()}; visits are ordered by date"
    return ""


def scheduled(schedule: Schedule, follow_up: int) -> str:
    """Return the name of a follow-up (1, 2, ...): the prefix and its week, W12."""
    return f"{schedule.name_prefix}{round(follow_up * schedule.every_days / 7):02d}"


def unscheduled(days: int) -> str:
    """Return the name of a scan outside every window, so many days after the anchor: U045."""
    return f"U{days:03d}"


def before_baseline(days: int) -> str:
    """Return the name of a scan before the baseline, so many days before the anchor: PRE120."""
    return f"PRE{days:03d}"


def counted(place: int) -> str:
    """Return the name of the visit at a place by date, where the anchor is not known: V02."""
    return f"V{place:02d}"


def numbers(subjects: Iterable[Sequence[str]], schedule: Schedule) -> dict[str, Decimal]:
    """Return VISITNUM of each visit of a study by its name; of each subject the names from the baseline on by date.

    Names that the schedule does not give are numbered by their earliest place in any subject, then by name.
    """
    places: dict[str, int] = {}
    for names in subjects:
        for place, name in enumerate(names):
            places[name] = min(place, places.get(name, place))
    known = {name: number for name in places if (number := _number(name, schedule)) is not None}
    others = sorted((name for name in places if name not in known), key=lambda name: (places[name], name))
    return known | {name: Decimal(NAMED_FROM + place) for place, name in enumerate(others, start=1)}


def _number(name: str, schedule: Schedule) -> Decimal | None:
    if name == BASELINE:
        return Decimal(1)
    for follow_up in range(1, schedule.follow_ups + 1):
        if name == scheduled(schedule, follow_up):
            return Decimal(follow_up + 1)
    if days := _UNSCHEDULED.fullmatch(name):
        visits, since = divmod(int(days[1]), schedule.every_days)
        return Decimal(visits + 1) + since / _DAYS
    if place := _COUNTED.fullmatch(name):
        return Decimal(COUNTED_FROM + int(place[1]))
    return None
