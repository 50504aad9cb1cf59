"""Dated clinical facts of a subject; imaging results are not events."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """Permitted values of the column `event` in the events table."""

    RANDOMIZED = "RANDOMIZED"
    EMBOLIZATION = "EMBOLIZATION"
    OTHER_THERAPY = "OTHER_THERAPY"
    PRRT = "PRRT"
    SYSTEMIC_THERAPY = "SYSTEMIC_THERAPY"
    ABLATION = "ABLATION"
    RESECTION = "RESECTION"
    TRANSPLANT = "TRANSPLANT"
    OFF_PROTOCOL_EMBOLIZATION = "OFF_PROTOCOL_EMBOLIZATION"
    SOMATOSTATIN_ANALOG = "SOMATOSTATIN_ANALOG"
    PROTOCOL_SURGERY = "PROTOCOL_SURGERY"
    CLAIMED_PROGRESSION = "CLAIMED_PROGRESSION"
    DEATH = "DEATH"
    LAST_CONTACT = "LAST_CONTACT"
    WITHDRAWAL = "WITHDRAWAL"


NEW_THERAPIES = (
    EventKind.OTHER_THERAPY,
    EventKind.PRRT,
    EventKind.SYSTEMIC_THERAPY,
    EventKind.ABLATION,
    EventKind.RESECTION,
    EventKind.TRANSPLANT,
    EventKind.OFF_PROTOCOL_EMBOLIZATION,
)
"""Intercurrent unless the protocol says otherwise (rule book, section 4)."""

THERAPIES = (*NEW_THERAPIES, EventKind.SOMATOSTATIN_ANALOG, EventKind.PROTOCOL_SURGERY)
"""What a protocol may list as intercurrent; an analog and surgery by protocol are background unless it does."""

PROCEDURES = (
    EventKind.EMBOLIZATION,
    EventKind.OFF_PROTOCOL_EMBOLIZATION,
    EventKind.ABLATION,
    EventKind.RESECTION,
    EventKind.TRANSPLANT,
    EventKind.PROTOCOL_SURGERY,
)
"""What is done to the subject and no substance: SDTM PR."""


@dataclass(frozen=True)
class Event:
    """One row of the events table."""

    subject: str
    kind: EventKind
    date: dt.date
    detail: str = ""
