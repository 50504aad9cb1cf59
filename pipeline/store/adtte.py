"""The rows of one parameter of ADTTE, for estimation."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.export.form import CNSR, LENGTH
from pipeline.model.errors import InputError
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.conversions import Conversions

REQUIRED = ("USUBJID", "PARAMCD", "AVAL", "CNSR")
LEFT, RIGHT = "ICL", "ICR"
"""Interval (ICL, ICR] in days that holds the event; ICR is empty where none was seen, both where there is none."""


@dataclass(frozen=True)
class FollowUp:
    """One subject: days, CNSR (0 event, else why censored), interval in days where the file has it."""

    subject: str
    days: Decimal
    cnsr: int
    interval: tuple[Decimal, Decimal | None] | None
    row: Row


@dataclass(frozen=True)
class TimeToEvent:
    """The subjects of one parameter; left_out counts those without AVAL (no start date, no response)."""

    param: str
    subjects: tuple[FollowUp, ...]
    left_out: int


def read(path: Path, param: str, conversions: Conversions | None = None, faults: Faults | None = None) -> TimeToEvent:
    """Return the rows of a parameter from a table of any form (datasets), of subjects without a fault.

    Of several rows of a subject the one with ACPTFL = Y counts. An arm in the file is not
    read, so that it goes nowhere. Faults: a subject twice, a row without PARAMCD, AVAL that is no number >= 0, a
    missing or wrong CNSR, an interval that is given in part or whose ends are in the wrong order.

    Raises:
        InputError: see datasets; also an unknown parameter (the message lists those present), no row with AVAL.
    """
    with recorded(faults) as kept:
        rows = datasets.read(path, REQUIRED, conversions=conversions, faults=kept)
        coded = list(kept.each(rows, lambda row: (row.required("PARAMCD"), row), "USUBJID"))
        wanted = _accepted([row for code, row in coded if code == param])
        if not wanted:
            present = ", ".join(dict.fromkeys(code for code, _ in coded)) or "none, for the table has no row"
            raise InputError(f"{path.name}, column PARAMCD: found no row of {param!r}; allowed: {present}")
        kept.once(wanted, ("USUBJID", "PARAMCD"), "USUBJID")
        if not any(row.text("AVAL") for row in wanted):
            raise InputError(f"{path.name}, column AVAL: every row of {param} is empty; expected days in at least one")
        subjects = tuple(kept.each((row for row in wanted if row.text("AVAL")), _follow_up, "USUBJID"))
    sound = [row for row in wanted if not kept.of(row.text("USUBJID"))]
    timed = tuple(subject for subject in subjects if not kept.of(subject.subject))
    return TimeToEvent(param, timed, len(sound) - len(timed))


def _accepted(rows: list[Row]) -> list[Row]:
    """Of a subject with several rows (several readers) keep the accepted one, ACPTFL = Y, if one is marked."""
    marked = {row.text("USUBJID") for row in rows if row.text("ACPTFL") == "Y"}
    return [row for row in rows if row.text("USUBJID") not in marked or row.text("ACPTFL") == "Y"]


def _follow_up(row: Row) -> FollowUp:
    cnsr, days = row.needed("CNSR", CNSR), row.needed("AVAL", LENGTH)
    return FollowUp(row.required("USUBJID"), days, cnsr, _interval(row), row)


def _interval(row: Row) -> tuple[Decimal, Decimal | None] | None:
    left, right = row.length(LEFT), row.length(RIGHT)
    if left is None and right is None:
        return None
    if left is None:
        raise row.wrong(LEFT, f"a number >= 0, for {RIGHT} is given")
    if right is not None and right < left:
        raise row.wrong(RIGHT, f"at least {LEFT}, {left}, or empty where no event was seen")
    return left, right
