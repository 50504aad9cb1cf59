"""Dated clinical facts of a subject; imaging results are not events."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """Permitted values of the column `event` in the events table."""

    RANDOMIZED = "RANDOMIZED"
    EMBOLIZATION = "EMBOLIZATION"
    OTHER_THERAPY = "OTHER_THERAPY"
    PROTOCOL_SURGERY = "PROTOCOL_SURGERY"
    DEATH = "DEATH"
    LAST_CONTACT = "LAST_CONTACT"
    WITHDRAWAL = "WITHDRAWAL"


@dataclass(frozen=True)
class Event:
    """One row of the events table."""

    subject: str
    kind: EventKind
    date: dt.date
    detail: str = ""
