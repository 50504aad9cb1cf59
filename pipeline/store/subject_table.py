"""Read the subject dates of an ADSL table of others."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.endpoint.history import SubjectDates, Therapy
from pipeline.endpoint.reported import DateKind, Enrolled, Stated
from pipeline.model.errors import InputError
from pipeline.model.events import EventKind
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.conversions import Conversions

THERAPY_COLUMNS = (
    *("NACTDT", "NEWTXDT", "NEWTRTDT", "NEWTHDT", "NEWTHRDT", "NEWACTDT", "NTRTSDT", "NTXDT", "NWTRTDT", "SUBTRTDT"),
)
"""Names under which the first day of a new anticancer therapy is taken; of several the earliest counts."""

WITHDRAWAL_COLUMNS = ("WDRAWDT", "WITHDT")
"""Names under which the day of withdrawal is taken; else it is EOSDT where DCSREAS says WITHDRAW."""

DATES = ("RANDDT", "TRTSDT", "DTHDT", "LSTALVDT", "EOSDT", *THERAPY_COLUMNS, *WITHDRAWAL_COLUMNS)
"""Columns that hold a date."""


def read(
    path: Path,
    required: Sequence[str],
    *,
    last_alive_counts: bool = False,
    conversions: Conversions | None = None,
    faults: Faults | None = None,
) -> dict[str, Enrolled]:
    """Return the subjects in the order of the table; with faults, those without a fault.

    required: the columns that the parameter cannot do without (its start). Columns looked
    at: STUDYID, RANDDT, TRTSDT, DTHDT, DTHFL, LSTALVDT, new therapy, withdrawal, and EOSDT with
    DCSREAS (withdrawal, or LOST TO FOLLOW-UP). An empty date did not happen; a partial one is kept
    as it is written. LSTALVDT is held against the other dates only where last_alive_counts (survival).

    A subject that stands twice is a fault, and so is a date that does not exist or contradicts another.

    Raises:
        InputError: the table cannot be read or has no row; without faults also those of rows.
    """
    places: dict[str, str] = {}

    def enrolled(row: Row) -> Enrolled:
        where = f"{row.file} row {row.number}"
        first = places.setdefault(row.text("USUBJID"), where)
        if first != where:
            raise row.wrong("USUBJID", f"each subject once; {first} has it")
        return _enrolled(row, last_alive_counts)

    with recorded(faults) as kept:
        rows = datasets.read(path, ("USUBJID", *required), (), conversions, kept, dates=DATES)
        subjects = {each.subject: each for each in kept.each(rows, enrolled, "USUBJID")}
    if not places and not kept.all:
        raise InputError(f"{path.name}: found no subject; allowed: one row for each")
    return {name: subject for name, subject in subjects.items() if not kept.of(name)}


def _enrolled(row: Row, last_alive_counts: bool) -> Enrolled:
    if row.text("DTHFL").upper() == "Y" and not row.text("DTHDT"):
        raise row.wrong("DTHDT", "the date of death, in part if need be, for DTHFL is Y")
    dates = _dates(row)
    _check_order(row, "DTHDT", dates.death, dates)
    if last_alive_counts:
        _check_order(row, "LSTALVDT", dates.last_alive, dates)
    where, subject = f"{row.file} row {row.number}", row.text("USUBJID")
    return Enrolled(where, row.text("STUDYID"), subject, dates, tuple(_partial(row)), row.text("TRT01P"))


def _dates(row: Row) -> SubjectDates:
    therapies = [date for name in THERAPY_COLUMNS if (date := _date(row, name)) is not None]
    withdrawals = [date for name in WITHDRAWAL_COLUMNS if (date := _date(row, name)) is not None]
    ended, why = _date(row, "EOSDT"), row.text("DCSREAS").upper()
    if ended is not None and "WITHDRAW" in why:
        withdrawals.append(ended)
    treated = _date(row, "TRTSDT")
    return SubjectDates(
        randomized=_date(row, "RANDDT"),
        embolizations=() if treated is None else (treated,),
        death=_date(row, "DTHDT"),
        last_alive=_date(row, "LSTALVDT"),
        last_contact=ended if "LOST TO FOLLOW" in why else None,
        withdrawal=min(withdrawals, default=None),
        therapies=tuple(Therapy(EventKind.OTHER_THERAPY, date) for date in therapies),
    )


def _date(row: Row, column: str) -> dt.date | None:
    date = row.partial_date(column)
    return None if date is None or not date.complete else date.first()


def _partial(row: Row) -> Iterator[Stated]:
    """Yield the partial dates: of a start, of death, of what ends or censors a course."""
    why = row.text("DCSREAS").upper()
    kinds = {
        "RANDDT": DateKind.RANDOMIZED,
        "TRTSDT": DateKind.TREATED,
        "DTHDT": DateKind.DEATH,
        "LSTALVDT": DateKind.LAST_ALIVE,
        **dict.fromkeys(THERAPY_COLUMNS, DateKind.THERAPY),
        **dict.fromkeys(WITHDRAWAL_COLUMNS, DateKind.WITHDRAWAL),
    }
    if "WITHDRAW" in why or "LOST TO FOLLOW" in why:
        kinds["EOSDT"] = DateKind.WITHDRAWAL if "WITHDRAW" in why else DateKind.LAST_CONTACT
    for column, kind in kinds.items():
        date = row.partial_date(column)
        if date is not None and not date.complete:
            yield Stated(kind, column, date)


def _check_order(row: Row, column: str, last: dt.date | None, dates: SubjectDates) -> None:
    """Hold the last date of a subject against its first ones and against death."""
    if last is None:
        return
    for name, start in (("RANDDT", dates.randomized), ("TRTSDT", dates.treated)):
        if start is not None and last < start:
            raise row.wrong(column, f"a date on or after {name}, {start}")
    if dates.death is not None and last > dates.death:
        raise row.wrong(column, f"a date up to DTHDT, {dates.death}")
