"""The day that a partial date takes: within what is known, so that it hides and reorders nothing.

Our decision [D] (docs/decisions/0027-partial-dates.md). The first or the last day that is possible, where possible is:

1. a start: RANDDT up to TRTSDT, both up to the first progression and up to death;
2. death: from the start, every scan and LSTALVDT on; LSTALVDT: the same up to death;
3. a visit: up to death; between the visits whose VISITNUM lies below and above; not before the start, the BASELINE
   up to it; a progression up to a therapy or a withdrawal of the same month or year;
4. a therapy, a withdrawal: from the start and from a progression of the same month or year on, up to death.

A bound that the date as written excludes does not count; where death excludes it the subject contradicts itself.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.endpoint.doubts import BEFORE_START
from pipeline.endpoint.history import SubjectDates, Therapy
from pipeline.endpoint.reported import DateKind, Enrolled, Impute, Reported, Stated
from pipeline.model.errors import InputError
from pipeline.model.events import EventKind
from pipeline.model.partial_date import DateWindow, Imputed, PartialDate
from pipeline.model.response import Response


def take(window: DateWindow, date: PartialDate, impute: Impute | None, where: str) -> dt.date:
    """Return the day of a date: its own, else the first or last of its window.

    Raises:
        InputError: day or month is missing and impute is None.
    """
    if date.complete:
        return date.first()
    if impute is None:
        raise InputError(f"{where}: found {date.text!r}; allowed: a whole date, or a day given by --impute first|last")
    return window.first if impute is Impute.FIRST else window.last


def anchored(
    enrolled: Enrolled, scanned: Sequence[Reported], impute: Impute | None, *, last_alive_counts: bool
) -> tuple[Enrolled, tuple[Imputed, ...]]:
    """Return a subject whose starts, death and last date known alive are whole, and what was imputed.

    scanned: every scan of the subject, by whomever it was read. A partial LSTALVDT stays out where it does not
    count (last_alive_counts: survival) and impute is None.

    Raises:
        InputError: a partial date without impute, or a month of death that is over before a start or a scan.
    """
    stated = {each.kind: each for each in enrolled.partial if each.kind in _ANCHORS}
    if not last_alive_counts and impute is None:
        stated.pop(DateKind.LAST_ALIVE, None)
    scans = sorted(row.date.first() for row in scanned if row.date.complete)
    progressed = min((r.date.first() for r in scanned if r.date.complete and r.response is Response.PD), default=None)
    dates, made = enrolled.dates, []

    def settle(
        kind: DateKind, *, after: Iterable[dt.date | None] = (), until: Iterable[dt.date | None] = ()
    ) -> dt.date:
        each = stated[kind]
        window = each.date.window
        for day in until:
            window = window.not_after(day)
        for day in sorted(filter(None, after)):
            window = window.not_before(day)
        day = take(window, each.date, impute, _where(enrolled, each))
        made.append(Imputed(enrolled.subject, _where(enrolled, each), each.date.text, day, each.date.flag))
        return day

    if DateKind.RANDOMIZED in stated:
        day = settle(DateKind.RANDOMIZED, until=[dates.death, progressed, dates.treated])
        dates = replace(dates, randomized=day)
    if DateKind.TREATED in stated:
        day = settle(DateKind.TREATED, until=[dates.death, progressed], after=[dates.randomized])
        dates = replace(dates, embolizations=(day,))
    if DateKind.DEATH in stated:
        alive = [day for day in (dates.randomized, dates.treated, dates.last_alive, *scans) if day is not None]
        _check_alive(enrolled, stated[DateKind.DEATH], alive)
        dates = replace(dates, death=settle(DateKind.DEATH, after=alive, until=[]))
    if DateKind.LAST_ALIVE in stated:
        day = settle(DateKind.LAST_ALIVE, until=[dates.death], after=[dates.randomized, dates.treated, *scans])
        dates = replace(dates, last_alive=day)
    marks = tuple((each.column, each.date.flag) for each in stated.values())
    rest = tuple(each for each in enrolled.partial if each.kind not in _ANCHORS)
    return replace(enrolled, dates=replace(dates, imputed=marks), partial=rest), tuple(made)


def _check_alive(enrolled: Enrolled, death: Stated, alive: Sequence[dt.date]) -> None:
    latest = max(alive, default=None)
    if latest is not None and latest > death.date.last():
        raise InputError(
            f"{_where(enrolled, death)}: found {death.date.text!r}; allowed: a date from {latest} on, when "
            f"{enrolled.subject} was alive"
        )


_ANCHORS = {DateKind.RANDOMIZED, DateKind.TREATED, DateKind.DEATH, DateKind.LAST_ALIVE}
"""What is made whole before any visit is."""


def visits(
    rows: Sequence[Reported], dates: SubjectDates, starts: Iterable[dt.date], impute: Impute | None
) -> dict[str, dt.date]:
    """Return the date of every row of one reader by where it stands.

    Raises:
        InputError: a partial date without impute, or a date after death.
    """
    placed = _in_order(rows)
    days = {row.where: row.date.first() for row in rows if row.date.complete}
    partial = sorted(
        (row for row in rows if not row.date.complete),
        key=lambda row: (row.number is None, row.number or 0, row.date.first(), row.where),
        reverse=impute is Impute.LAST,
    )
    for row in partial:
        window = _window(row, placed, dates, sorted(starts))
        days[row.where] = take(window, row.date, impute, f"{row.where}, column RSDTC")
        if row.number is not None:
            placed.setdefault(row.number, days[row.where])
    for row in rows:
        if dates.death is not None and days[row.where] > dates.death:
            raise InputError(
                f"{row.where}, column RSDTC: found {days[row.where]}; allowed: up to death on {dates.death} (DTHDT)"
            )
    return days


def _window(
    row: Reported, placed: Mapping[Decimal, dt.date], dates: SubjectDates, starts: Sequence[dt.date]
) -> DateWindow:
    window = row.date.window.not_after(dates.death)
    if row.number is not None:
        same = placed.get(row.number)
        if same is not None and window.first <= same <= window.last:
            return DateWindow(same, same)
        window = window.after(max((day for number, day in placed.items() if number < row.number), default=None))
        window = window.before(min((day for number, day in placed.items() if number > row.number), default=None))
    before = row.is_baseline or row.name.upper().startswith(BEFORE_START)
    for start in starts:
        window = window.not_after(start) if before else window.not_before(start)
    if row.response is Response.PD and not before:
        ends = [*(therapy.date for therapy in dates.therapies), *filter(None, [dates.withdrawal])]
        for end in sorted(end for end in ends if not starts or end >= starts[0]):
            window = window.not_after(end)
    return window


def _in_order(rows: Iterable[Reported]) -> dict[Decimal, dt.date]:
    """Return VISITNUM and date of the visits of whole date, the most of them that rise together.

    Where the two contradict each other (an unscheduled visit 900 between 2 and 3) those of the longest series
    count, of two equally long ones that with the lower numbers.
    """
    known: dict[Decimal, dt.date] = {}
    for row in rows:
        if row.date.complete and row.number is not None:
            known[row.number] = max(row.date.first(), known.get(row.number, dt.date.min))
    best: list[tuple[Decimal, ...]] = []
    for number in sorted(known):
        before = [series for series in best if known[series[-1]] <= known[number]]
        best.append((*max(before, key=len, default=()), number))
    return {number: known[number] for number in max(best, key=len, default=())}


def after_visits(
    enrolled: Enrolled, progressions: Sequence[dt.date], starts: Iterable[dt.date], impute: Impute | None
) -> tuple[SubjectDates, tuple[Imputed, ...]]:
    """Return the dates of a subject with therapies, withdrawal and end of follow-up whole, and what was imputed.

    progressions: the days on which a progression shows; the first of them bounds.

    Raises:
        InputError: a partial date without impute.
    """
    dates, made = enrolled.dates, []
    for each in enrolled.partial:
        window = each.date.window.not_after(dates.death)
        for day in (*sorted(starts), *sorted(progressions)[:1]):
            window = window.not_before(day)
        where = _where(enrolled, each)
        day = take(window, each.date, impute, where)
        made.append(Imputed(enrolled.subject, where, each.date.text, day, each.date.flag))
        dates = _with(dates, each, day)
    return dates, tuple(made)


def _with(dates: SubjectDates, each: Stated, day: dt.date) -> SubjectDates:
    if each.kind is DateKind.THERAPY:
        return replace(dates, therapies=(*dates.therapies, Therapy(EventKind.OTHER_THERAPY, day)))
    if each.kind is DateKind.WITHDRAWAL:
        return replace(dates, withdrawal=min(day, dates.withdrawal or day))
    return replace(dates, last_contact=day)


def _where(enrolled: Enrolled, each: Stated) -> str:
    return f"{enrolled.where}, column {each.column}"
