"""The endpoint row of one subject and one parameter."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class EndpointRow:
    """One row of endpoint.csv.

    paramcd: HPFS (from first embolization) or HPFSR (from randomization). days is
    date - start_date + 1. cnsr: 0 event, a positive integer per censoring reason, None
    without a start date. event: what happened, empty if censored; reason: one sentence's worth of why
    in capitals (for example HEPATIC PROGRESSION, DEATH, NO START DATE).
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
