"""The words and figures of a report: one way to write a length, a date, a response."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from pipeline.model.endpoint import EndpointRow
from pipeline.model.image import Phase
from pipeline.model.lesion import Finding, State
from pipeline.model.parameters import PARAMETERS
from pipeline.model.response import Explained, Response
from pipeline.model.words import plural

NOTHING = "–"
"""Stands where a value does not exist or is not known."""

ENDPOINT_NAMES = {parameter.code: f"from {parameter.clock.value}" for parameter in PARAMETERS}
"""What the clock of each endpoint parameter starts at."""

_SCALE_BARS_MM = (100, 50, 20, 10, 5)
"""Lengths of scale bars in mm, the longest that fits is drawn; own choice, round numbers."""
_DAYS_PER_MONTH = Decimal("30.4375")
"""Days in a month: 365.25 / 12."""


def mm(value: Decimal | None) -> str:
    """A length as recorded, with its own decimals."""
    return NOTHING if value is None else f"{value:f}"


def change(value: Decimal | None) -> str:
    """A percent change with its sign, 0.1 %."""
    return NOTHING if value is None else f"{_tenth(value):+.1f} %".replace("-", "\u2212")


def percent(value: Decimal | None) -> str:
    """A share in percent, 0.1 %."""
    return NOTHING if value is None else f"{_tenth(value):.1f} %"


def ml(value: Decimal | None) -> str:
    """A volume in ml: whole above 100, else 0.1."""
    if value is None:
        return NOTHING
    return f"{value.quantize(Decimal(1), ROUND_HALF_UP):f}" if value >= 100 else f"{_tenth(value):f}"


def day(value: dt.date | None) -> str:
    """An ISO date."""
    return NOTHING if value is None else value.isoformat()


def response(value: Explained | Response) -> str:
    """A response category as CDISC spells it."""
    category = value.response if isinstance(value, Explained) else value
    return category.value or NOTHING


def status(row: EndpointRow) -> str:
    """Event, censored, or not derived (no start date)."""
    if row.cnsr is None:
        return "not derived"
    return "event" if row.cnsr == 0 else "censored"


def duration(row: EndpointRow) -> str:
    """Days and months (30.4375 days each) to the event or censor date."""
    if row.days is None:
        return NOTHING
    months = (Decimal(row.days) / _DAYS_PER_MONTH).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{plural(row.days, 'day')} ({months} months)"


def phase(value: Phase) -> str:
    """The name of a phase."""
    return "phase unknown" if value is Phase.UNKNOWN else value.value


def measured(finding: Finding) -> str:
    """One lesion at one visit in a few words: its length, or why there is none."""
    if finding.state is State.ABSENT:
        return "absent"
    if finding.long_axis_mm is None:
        return finding.state.value
    return f"{mm(finding.long_axis_mm)} mm"


def scale_bar(width_mm: float) -> int:
    """Length in mm of a scale bar that takes at most a third of the width."""
    return next((bar for bar in _SCALE_BARS_MM if bar <= width_mm / 3), _SCALE_BARS_MM[-1])


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0
