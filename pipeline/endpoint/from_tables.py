"""Reduce responses (RS) and subject dates (ADSL) of others to a history: reader, visits, baseline.

A row before the start of the clock, or of a visit named BASELINE, belongs to the baseline.
RS seldom has such a row: without one the baseline is taken as complete; where the last one
is NE, it is not.

Our reading [D] of RS and ADSL (rule book, sections 4 and 6).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.endpoint import imputed, until
from pipeline.endpoint.history import Assessment, ResponseHistory, SubjectDates
from pipeline.endpoint.reported import Enrolled, Impute, Reader, Reported, options
from pipeline.model import same_day, words
from pipeline.model.endpoint import Traced
from pipeline.model.errors import InputError
from pipeline.model.partial_date import Imputed
from pipeline.model.response import Response

INVESTIGATOR = "INVESTIGATOR"
LIVER = "LIVER"
"""RSSCAT of responses of the liver alone (pipeline.export.rs)."""
_NAMED = 50
"""Subjects whose names a warning lists before it only counts: own choice, some lines of a screen."""


def of_reader(reported: Sequence[Reported], reader: Reader, file: str) -> tuple[Reported, ...]:
    """Return the rows of one reader; without a name the accepted rows (RSACPTFL = Y).

    RSEVALID names one reader: all its rows are his. RSEVAL may be of several readers: of those the accepted rows
    count where there are any. reader.accepted says otherwise for both.

    Raises:
        InputError: there is no such row; the message names the readers of the table.
    """
    rows = [row for row in reported if reader.is_called(row.evaluator, row.evaluator_id)]
    must = reader.accepted or (reader.accepted is None and reader.unnamed)
    of_several = reader.accepted is None and reader.identifier is None
    if must or (of_several and any(row.accepted for row in rows)):
        rows = [row for row in rows if row.accepted]
    if not rows:
        named = options((row.evaluator, row.evaluator_id) for row in reported)
        named = named or "--no-acptfl for all rows, since the table names no reader"
        raise InputError(f"{file}: found {_lacking(reader, must=must)}; allowed: {named}")
    return tuple(rows)


def _lacking(reader: Reader, *, must: bool) -> str:
    asked = [f"of reader {reader.identifier!r}"] if reader.identifier is not None else []
    asked += [f"with RSEVAL {reader.evaluator!r}"] if reader.evaluator is not None else []
    asked += ["with RSACPTFL = Y"] if must else []
    return f"no overall response {' '.join(asked)}"


def of_scope(reported: Sequence[Reported], scope: str, criterion: str) -> tuple[tuple[Reported, ...], str]:
    """Return the rows of a scope (RSSCAT) and criterion (RSCAT), and a warning where the table has another scope only.

    A table without RSSCAT has one scope, taken for that of the parameter; where that is the liver it is told. Of
    several criteria one is taken; where there is one it is taken, and told if it is another.

    Raises:
        InputError: several criteria, none of them the one that is asked for.
    """
    scopes = {row.scope.upper() for row in reported if row.scope}
    warning = ""
    if scope in scopes:
        reported = tuple(row for row in reported if row.scope.upper() in {scope, ""})
    elif scopes:
        warning = f"RSSCAT is {', '.join(sorted(scopes))}, not {scope}: the parameter is derived from another scope"
    elif scope == LIVER and reported:
        warning = "RSSCAT is empty: whether the responses regard the liver alone is not known; they are taken for it"
    categories = sorted({row.criterion.upper() for row in reported})
    if len(categories) > 1:
        if criterion not in categories:
            raise InputError(
                f"RS, column RSCAT: found {', '.join(filter(None, categories))}; allowed: {criterion} among several, "
                "or one alone. Name the criterion in a protocol (criteria.primary)"
            )
        reported = tuple(row for row in reported if row.criterion.upper() == criterion)
    elif categories not in ([], [""], [criterion]):
        other = f"RSCAT is {categories[0]}, not {criterion}: the parameter is derived from another criterion"
        warning = "; ".join(filter(None, (warning, other)))
    return tuple(reported), warning


def unchosen(reported: Iterable[Reported], chosen: Iterable[Reported]) -> str:
    """Say which subjects have responses, but none of the scope, criterion and reader that were chosen; else nothing."""
    taken = {row.subject for row in chosen}
    left = list(dict.fromkeys(row.subject for row in reported if row.subject not in taken))
    if not left:
        return ""
    return (
        f"{words.plural(len(left), 'subject')} with responses, but none of the scope, criterion and reader asked for, "
        f"and so without an assessment (censored at the start, response NE): {_named(left)}"
    )


def claims(reported: Sequence[Reported], chosen: Sequence[Reported]) -> tuple[Reported, ...]:
    """Return the progressions that the investigator claims beside the chosen reader."""
    taken = {row.where for row in chosen}
    return tuple(
        row
        for row in reported
        if row.evaluator.upper() == INVESTIGATOR and row.response is Response.PD and row.where not in taken
    )


def history(
    enrolled: Enrolled,
    chosen: Sequence[Reported],
    claimed: Sequence[Reported],
    *,
    start: dt.date | None,
    impute: Impute | None,
    cut: dt.date | None = None,
) -> ResponseHistory:
    """Return the history of one subject on a clock.

    Of several rows of a visit the latest scan dates it. Raises where they differ. Of several visits on one date
    the worst response counts. What lies after the cut did not happen; days are imputed before it is drawn.

    Raises:
        InputError: two different responses at one visit, a scan after death, or a partial
            date without impute; the message names the row.
    """
    starts = sorted({day for day in (start, enrolled.dates.randomized, enrolled.dates.treated) if day is not None})
    days = imputed.visits(chosen, enrolled.dates, starts, impute)
    visits: dict[str, Assessment] = {}
    baseline: dict[str, Assessment] = {}
    by_visit: dict[str, Reported] = {}
    for row in (row for row in chosen if cut is None or days[row.where] <= cut):
        first = by_visit.setdefault(row.visit, row)
        if first.response is not row.response:
            raise InputError(
                f"{row.where}: found {row.response.value} on {row.date.text} at visit {row.visit} of {row.subject}, "
                f"where {first.where} says {first.response.value} on {first.date.text}; allowed: one response of one "
                "reader at one visit. Give each visit a VISITNUM of its own"
            )
        assessment = _assessment(row, days[row.where])
        before = row.is_baseline or (start is not None and assessment.date < start)
        place = baseline if before else visits
        if row.visit not in place or place[row.visit].date < assessment.date:
            place[row.visit] = assessment
    at_baseline = sorted(baseline.values(), key=lambda a: a.date)
    each_visit = sorted(visits.values(), key=lambda a: (a.sequence or 0, a.visit))
    followed = same_day.worst(each_visit, lambda a: (a.date, a.response))
    shown = [
        days[row.where]
        for row in chosen
        if row.response is Response.PD and days[row.where] >= min(starts, default=dt.date.min)
    ]
    dates, later = imputed.after_visits(enrolled, shown, starts, impute)
    claimed_on = imputed.visits(claimed, dates, starts, impute)
    alive = _alive(dates, [*at_baseline, *followed])
    return ResponseHistory(
        subject=enrolled.subject,
        baseline=tuple(at_baseline[-1:]),
        followed=followed,
        baseline_complete=not at_baseline or at_baseline[-1].response is not Response.NE,
        dates=until.known(replace(alive, claims=tuple(sorted(claimed_on.values()))), cut),
        imputed=(*_made(chosen, days), *_made(claimed, claimed_on), *later),
    )


def without_responses(
    enrolled: Enrolled, reported: Sequence[Reported], *, impute: Impute | None, cut: dt.date | None = None
) -> ResponseHistory:
    """Return the history of a subject whose responses are not looked at (survival).

    Without LSTALVDT the last scan is the last date known alive; a scan whose date is partial counts under impute
    alone, and one after death does not count.
    """
    usable = [row for row in reported if row.date.complete or impute is not None]
    death = enrolled.dates.death
    living = [row for row in usable if death is None or row.date.first() <= death]
    starts = sorted(day for day in (enrolled.dates.randomized, enrolled.dates.treated) if day is not None)
    days = imputed.visits(living, enrolled.dates, starts, impute)
    scans = [_assessment(row, days[row.where]) for row in living if cut is None or days[row.where] <= cut]
    dates, later = imputed.after_visits(enrolled, [], starts, impute)
    made = () if dates.last_alive is not None or dates.death is not None else _made(living, days)
    known = until.known(_alive(dates, scans), cut)
    return ResponseHistory(enrolled.subject, (), (), baseline_complete=True, dates=known, imputed=(*made, *later))


def _alive(dates: SubjectDates, scans: Sequence[Assessment]) -> SubjectDates:
    """The dates with the last scan as last date known alive where LSTALVDT is missing."""
    last = max(scans, key=lambda scan: scan.date, default=None)
    if dates.last_alive is not None or last is None:
        return dates
    marks = (*dates.imputed, ("RSDTC", last.imputed)) if last.imputed else dates.imputed
    return replace(dates, last_alive=last.date, alive=Traced("RS", "RSDTC", last.sequence), imputed=marks)


def _made(rows: Iterable[Reported], days: Mapping[str, dt.date]) -> Iterator[Imputed]:
    for row in rows:
        if not row.date.complete:
            where = f"{row.where}, column RSDTC"
            yield Imputed(row.subject, where, row.date.text, days[row.where], row.date.flag)


def by_subject(reported: Iterable[Reported], enrolled: Mapping[str, Enrolled]) -> dict[str, list[Reported]]:
    """Return the rows of every subject of ADSL; a subject may have none, and rows of others are left out."""
    rows: dict[str, list[Reported]] = {subject: [] for subject in enrolled}
    for row in reported:
        if row.subject in rows:
            rows[row.subject].append(row)
    return rows


def unmatched(subjects: Collection[str], enrolled: Collection[str]) -> Iterator[str]:
    """Yield a warning where RS has subjects that ADSL has not, or the other way round; each is named.

    ADSL says who belongs to the trial (ADaMIG 1.3, section 2.3.1: one record for each subject): nobody else is derived,
    and everybody in it is, also who was never assessed.

    Raises:
        InputError: the tables have no subject in common, as where one writes a subject in another way.
    """
    if subjects and not any(name in enrolled for name in subjects):
        first, other = next(iter(subjects)), next(iter(enrolled))
        raise InputError(
            f"RS, column USUBJID: found no subject of ADSL; RS has {first!r}, ADSL {other!r}. Write both in one way"
        )
    if strangers := [name for name in subjects if name not in enrolled]:
        yield f"{words.plural(len(strangers), 'subject')} of RS not in ADSL, and so not derived: {_named(strangers)}"
    if unseen := [name for name in enrolled if name not in subjects]:
        yield (
            f"{words.plural(len(unseen), 'subject')} of ADSL without an overall response in RS, and so without an "
            f"assessment (censored at the start, response NE): {_named(unseen)}"
        )


def _named(subjects: Sequence[str]) -> str:
    more = f" and {len(subjects) - _NAMED} more" if len(subjects) > _NAMED else ""
    return ", ".join(subjects[:_NAMED]) + more


def _assessment(row: Reported, date: dt.date) -> Assessment:
    return Assessment(
        visit=row.name or row.visit,
        date=date,
        response=row.response,
        adequate=row.response is not Response.NE,
        sequence=row.sequence,
        reader=row.reader,
        imputed=row.date.flag,
        number=row.number,
    )
