"""Visits: scans of a subject under the name that the protocol gives them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.flags import Flags

BASELINE = "BASELINE"
"""Name of the baseline visit in every protocol and table."""


@dataclass(frozen=True)
class Visit:
    """One time point: its name, the date of its last scan, the days it was scanned on.

    number: its place among the visits of a read from tables (pipeline.assess.visit_order), not
    VISITNUM; then it orders the visits and the date may be unknown. Without a number the date
    orders. listed: its days are those of a list of visits, not of headers. volumes are the ids of its volumes.
    completed is False when nothing at this visit could be evaluated (every volume blocked, or no liver); flags say why.
    """

    subject: str
    name: str
    date: dt.date | None
    scan_dates: tuple[dt.date, ...]
    volumes: tuple[str, ...] = ()
    completed: bool = True
    flags: Flags = ()
    number: Decimal | None = None
    listed: bool = False


@dataclass(frozen=True)
class Burden:
    """Hepatic tumor burden at a visit; liver_ml includes tumor. None where not known."""

    liver_ml: Decimal | None
    tumor_ml: Decimal | None
    percent: Decimal | None
