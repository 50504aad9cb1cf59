"""The endpoint row of one subject and one parameter."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """Where an event lies: after `left`, at the latest on `right` (left, right].

    left is the last adequate assessment without progression, the start without one. An
    event known to the day (death) has left = right. right is None while none was seen.
    """

    left: dt.date
    right: dt.date | None


@dataclass(frozen=True)
class Traced:
    """Which SDTM or ADSL value the date of a row is taken from; sequence is its --SEQ, if known."""

    domain: str = ""
    variable: str = ""
    sequence: int | None = None


@dataclass(frozen=True)
class EndpointRow:
    """One row of endpoint.csv or of ADTTE.

    paramcd: as in pipeline.model.parameters (HPFS, HPFSR, THP, ...). days is
    date - start_date + 1. cnsr: 0 event, a positive integer per censoring reason, None
    without a start date. event: what happened, empty if censored; reason: one sentence's worth of why
    in capitals (for example HEPATIC PROGRESSION, DEATH, NO START DATE). censored_at: what the
    date of a censored row is, in capitals; empty for an event. date_imputed, start_imputed: what of
    the dates was imputed, as --DTF says it (D, M); empty of whole dates.
    """

    subject: str
    paramcd: str
    start_date: dt.date | None
    date: dt.date | None
    days: int | None
    cnsr: int | None
    event: str
    reason: str
    source_visit: str
    provisional: bool
    reader: str = ""
    accepted: bool = True
    censored_at: str = ""
    rule_set: str = ""
    interval: Interval | None = None
    traced: Traced = Traced()
    date_imputed: str = ""
    start_imputed: str = ""
