"""Responses and subject dates as tables of others report them, before they are reduced to a history."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.endpoint.history import SubjectDates
from pipeline.model.errors import InputError
from pipeline.model.partial_date import PartialDate
from pipeline.model.response import Response


class Impute(StrEnum):
    """The day that a date without day or month takes."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Reported:
    """One overall response of RS.

    where: file and row. visit tells visits apart: VISITNUM, else VISIT, else the date. name
    is what the visit is called: VISIT, else the same.
    """

    where: str
    subject: str
    visit: str
    is_baseline: bool
    date: PartialDate
    response: Response
    evaluator: str
    evaluator_id: str
    accepted: bool
    criterion: str = ""
    scope: str = ""
    sequence: int | None = None
    name: str = ""

    @property
    def reader(self) -> str:
        """RSEVALID, else RSEVAL (INVESTIGATOR)."""
        return self.evaluator_id or self.evaluator


@dataclass(frozen=True)
class Enrolled:
    """One row of ADSL: where it stands, study, subject, dates. last_alive is LSTALVDT alone."""

    where: str
    study: str
    subject: str
    dates: SubjectDates


def whole(date: PartialDate, where: str, impute: Impute | None, no_later: dt.date | None = None) -> dt.date:
    """Return a date, whole or made whole; the last possible day is not after `no_later` (death) where that fits.

    Raises:
        InputError: day or month is missing and impute is None.
    """
    if date.complete:
        return date.first()
    if impute is None:
        raise InputError(f"{where}: found {date.text!r}; allowed: a whole date, or a day given by --impute first|last")
    if impute is Impute.FIRST:
        return date.first()
    return date.last() if no_later is None or no_later < date.first() else min(no_later, date.last())
