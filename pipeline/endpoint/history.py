"""What is known of one subject, wherever it comes from: dated responses and dated facts.

Time points of our own study and RS/ADSL tables of others are reduced to this
(from_timepoints, from_tables); every rule looks at nothing else.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.endpoint import Traced
from pipeline.model.events import EventKind
from pipeline.model.partial_date import Imputed
from pipeline.model.response import Response

LAST_ALIVE = Traced("ADSL", "LSTALVDT")
"""Where the last date known alive stands, unless the last scan takes its place."""


@dataclass(frozen=True)
class Assessment:
    """One visit's response.

    date: of the visit's last scan. progressed: of the scan that shows the progression, None
    where that is the visit's date. adequate: the response is not NE and the visit was
    completed. by_sum: a progression rests on the sum of the targets alone. staged: the
    progression rests on a lobe before its first session. sequence: RSSEQ, where the response
    came from a table. imputed: what of the date was imputed, as --DTF says it (D, M); empty of
    a whole date. number: VISITNUM, where a table has it.
    """

    visit: str
    date: dt.date
    response: Response
    adequate: bool
    progressed: dt.date | None = None
    sequence: int | None = None
    provisional: bool = False
    reader: str = ""
    staged: bool = False
    by_sum: bool = False
    imputed: str = ""
    number: Decimal | None = None

    @property
    def event_date(self) -> dt.date:
        """The date that a progression takes."""
        return self.progressed or self.date


@dataclass(frozen=True)
class Therapy:
    """A therapy that may end the course: its kind and first day."""

    kind: EventKind
    date: dt.date


@dataclass(frozen=True)
class SubjectDates:
    """Dated facts; None or nothing where they did not happen or are not known.

    embolizations: in date order, the first starts the clock of treatment. last_contact says
    that follow-up ended. claims: progression that the investigator claims. imputed: variable
    and --DTF of each date that a table gave in part. alive: where last_alive stands.
    """

    randomized: dt.date | None = None
    embolizations: tuple[dt.date, ...] = ()
    death: dt.date | None = None
    last_alive: dt.date | None = None
    last_contact: dt.date | None = None
    withdrawal: dt.date | None = None
    therapies: tuple[Therapy, ...] = ()
    claims: tuple[dt.date, ...] = ()
    imputed: tuple[tuple[str, str], ...] = ()
    alive: Traced = LAST_ALIVE

    @property
    def treated(self) -> dt.date | None:
        """The first embolization."""
        return self.embolizations[0] if self.embolizations else None


@dataclass(frozen=True)
class ResponseHistory:
    """One subject in one scope.

    baseline: what was read at baseline (none or one). followed: all later visits in date
    order. baseline_complete: whether progression can be told from that baseline. imputed: the
    partial dates that were made whole.
    """

    subject: str
    baseline: tuple[Assessment, ...]
    followed: tuple[Assessment, ...]
    baseline_complete: bool
    dates: SubjectDates
    imputed: tuple[Imputed, ...] = ()

    @property
    def baseline_visit(self) -> str:
        """Name of a complete baseline, else empty."""
        return self.baseline[-1].visit if self.baseline and self.baseline_complete else ""
