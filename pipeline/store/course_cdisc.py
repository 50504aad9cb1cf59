"""The courses of subjects from ADTR, RS, ADTTE and ADSL, ours or anyone's: the same values as from our own tables."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.endpoint.reported import Enrolled, Reader
from pipeline.export.rs import SCOPES
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.store import csv_rows, datasets, response_table, subject_table
from pipeline.store.course_tables import Clocked, Point, SubjectCourse
from pipeline.store.csv_rows import Row
from pipeline.store.table_forms.conversions import Conversions

_NEW = {"NEWLPROG", "NEWLIND"}
"""Codes of RSTESTCD that say whether there is a new lesion (S24)."""
_CERTAIN = {"Y", "YES", "UNEQUIVOCAL"}


@dataclass(frozen=True)
class CourseTables:
    """The tables: sums, responses, the endpoint, and where it is there the dates of the subjects."""

    adtr: Path
    rs: Path
    adtte: Path
    adsl: Path | None = None


@dataclass(frozen=True)
class CourseTerms:
    """What is drawn: PARAMCD of the sum and of the endpoint, RSCAT and scope of the responses, whose they are."""

    sum_code: str
    param: str
    category: str
    scope: Scope
    reader: Reader


class _Wanted(NamedTuple):
    """Which rows of a table are read: those with one of these codes in a column; prefix of its reader's variables."""

    column: str
    codes: frozenset[str]
    required: tuple[str, ...]
    prefix: str = ""


@dataclass
class _Course:
    """The visits of a subject by VISITNUM, else by date, as they are read."""

    sums: dict[str, Row] = field(default_factory=dict)
    responses: dict[str, Row] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)


def read(
    tables: CourseTables,
    terms: CourseTerms,
    arms: Mapping[str, str] | None = None,
    conversions: Conversions | None = None,
) -> tuple[tuple[SubjectCourse, ...], tuple[str, ...]]:
    """Return the courses of all subjects of ADTR and RS, in the order of their names, and what was passed over.

    A visit of RS and one of ADTR are the same where VISITNUM and AVISITN agree, else where the dates do. A visit
    without a whole date cannot be drawn and is told.

    Raises:
        InputError: file, row, column, what was found and what is allowed; also no row of a parameter or reader, and
            a subject without arm where arms are given.
    """
    courses: dict[str, _Course] = {}
    of_sums = _Wanted("PARAMCD", frozenset({terms.sum_code}), ("PARAMCD", "ADT", "AVAL"))
    of_responses = _Wanted("RSTESTCD", frozenset({"OVRLRESP", *_NEW}), ("RSTESTCD", "RSDTC"), "RS")
    for row in _chosen(tables.adtr, of_sums, terms.reader, conversions):
        courses.setdefault(row.required("USUBJID"), _Course()).sums[_visit(row, "AVISITN", "ADT")] = row
    for row in _of_scope(_chosen(tables.rs, of_responses, terms.reader, conversions), terms):
        course, visit = courses.setdefault(row.required("USUBJID"), _Course()), _visit(row, "VISITNUM", "RSDTC")
        if row.text("RSTESTCD").upper() == "OVRLRESP":
            course.responses[visit] = row
        elif {row.text("RSSTRESC").upper(), row.text("RSORRES").upper()} & _CERTAIN:
            course.new.add(visit)
    clocks = _clocks(tables.adtte, terms, conversions)
    enrolled = {} if tables.adsl is None else subject_table.read(tables.adsl, (), conversions=conversions)
    lacking = [subject for subject in sorted(courses) if arms is not None and subject not in arms]
    if lacking:
        raise InputError(
            f"{tables.adtr.name}, column USUBJID: found {lacking[0]!r} without arm; allowed: one in --arms"
        )
    passed_over: list[str] = []
    made = tuple(
        SubjectCourse(
            subject,
            "" if arms is None else arms[subject],
            _points(subject, courses[subject], passed_over),
            clocks.get(subject),
            tuple(_events(enrolled[subject])) if subject in enrolled else (),
        )
        for subject in sorted(courses)
    )
    return made, tuple(passed_over)


def _chosen(path: Path, wanted: _Wanted, reader: Reader, conversions: Conversions | None) -> tuple[Row, ...]:
    """Return the rows of some codes by one reader; of a subject with accepted rows those, else of its only reader."""
    table = datasets.read(path, ("USUBJID", *wanted.required), conversions=conversions, dates=response_table.DATES)
    rows = [row for row in table if row.text(wanted.column).upper() in wanted.codes]
    if not rows:
        raise InputError(f"{path.name}, column {wanted.column}: found no row of {', '.join(sorted(wanted.codes))}")
    evaluation, identifier, accepted = (f"{wanted.prefix}{name}" for name in ("EVAL", "EVALID", "ACPTFL"))

    def name(row: Row) -> str:
        return f"{row.text(evaluation)} {row.text(identifier)}".strip()

    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        evalid = row.text(identifier) or row.text(evaluation)
        if _is(row.text(evaluation), reader.evaluator) and _is(evalid, reader.identifier):
            by_subject.setdefault(row.required("USUBJID"), []).append(row)
    readers = ", ".join(sorted({name(row) for row in rows}))
    if not by_subject:
        raise InputError(f"{path.name}: found no row of the reader; allowed: --eval or --evalid of: {readers}")
    chosen: list[Row] = []
    for subject, mine in by_subject.items():
        marked = [row for row in mine if row.text(accepted).upper() == "Y"]
        if not marked and len({name(row) for row in mine}) > 1:
            raise InputError(
                f"{path.name}, {subject}: found rows of several readers, none with {accepted} = Y; allowed: --eval or "
                f"--evalid with one of: {readers}"
            )
        chosen += marked if marked and reader.identifier is None else mine
    return tuple(chosen)


def _is(text: str, wanted: str | None) -> bool:
    return wanted is None or text.upper() == wanted.strip().upper()


def _of_scope(rows: Sequence[Row], terms: CourseTerms) -> Iterable[Row]:
    """The rows of the scope and criterion asked for, where the table tells several apart."""
    scope = SCOPES[terms.scope]
    scopes = {row.text("RSSCAT").upper() for row in rows if row.text("RSSCAT")}
    kept = [row for row in rows if scope not in scopes or row.text("RSSCAT").upper() in {scope, ""}]
    categories = {row.text("RSCAT").upper() for row in kept}
    several = len(categories) > 1 and terms.category.upper() in categories
    return [row for row in kept if not several or row.text("RSCAT").upper() == terms.category.upper()]


def _visit(row: Row, number: str, date: str) -> str:
    value = row.coordinate(number)
    return row.text(date)[: len("2014-02-03")] if value is None else f"{value.normalize():f}"


def _points(subject: str, course: _Course, passed_over: list[str]) -> tuple[Point, ...]:
    """The visits by date; of several on one date the last that has a sum."""
    by_date: dict[dt.date, Point] = {}
    for visit in sorted({*course.sums, *course.responses}, key=lambda name: name in course.sums):
        measured, responded = course.sums.get(visit), course.responses.get(visit)
        row = measured or responded
        assert row is not None
        stated = row.partial_date("ADT" if measured else "RSDTC")
        if stated is None or not stated.complete:
            text = "no date" if stated is None else stated.text
            passed_over.append(f"{subject}: {row.file} row {row.number} has {text} and is not drawn")
            continue
        date = stated.first()
        by_date[date] = Point(
            date=date,
            baseline=measured is not None and measured.text("ABLFL").upper() == "Y",
            sum_mm=None if measured is None else measured.length("AVAL"),
            nadir_mm=None if measured is None else measured.length("NADIR"),
            response=Response.NONE if responded is None else _response(responded),
            new_lesion=visit in course.new,
        )
    return tuple(by_date[date] for date in sorted(by_date))


def _response(row: Row) -> Response:
    text = row.text("RSSTRESC") or row.text("RSORRES")
    if not text and row.text("RSSTAT"):
        return Response.NONE
    known = {response.value.upper(): response for response in Response if response.value}
    response = response_table.SPELLINGS.get(text.upper()) or known.get(text.upper())
    if response is None:
        raise row.wrong("RSSTRESC" if row.text("RSSTRESC") else "RSORRES", ", ".join(known))
    return response.plain


def _clocks(path: Path, terms: CourseTerms, conversions: Conversions | None) -> dict[str, Clocked]:
    of_times = _Wanted("PARAMCD", frozenset({terms.param}), ("PARAMCD", "STARTDT", "ADT", "CNSR"))
    rows = _chosen(path, of_times, terms.reader, conversions)
    csv_rows.unique(rows, ("USUBJID", "PARAMCD"))
    clocks = {}
    for row in (row for row in rows if row.text("STARTDT")):
        cnsr = row.integer("CNSR")
        if cnsr is None:
            raise row.wrong("CNSR", "0 for an event, a positive whole number for a reason of censoring")
        clocked = Clocked(row.date("STARTDT"), row.date("ADT"), cnsr)
        if clocked.date < clocked.start:
            raise row.wrong("ADT", f"on or after STARTDT, {clocked.start}")
        clocks[row.required("USUBJID")] = clocked
    return clocks


def _events(enrolled: Enrolled) -> Iterable[Event]:
    """What ADSL tells as events of the swimmer plot."""
    dates, subject = enrolled.dates, enrolled.subject
    dated: list[tuple[EventKind, dt.date | None]] = [
        (EventKind.EMBOLIZATION, dates.treated),
        (EventKind.DEATH, dates.death),
        (EventKind.WITHDRAWAL, dates.withdrawal),
        (EventKind.LAST_CONTACT, dates.last_contact),
        *((therapy.kind, therapy.date) for therapy in dates.therapies),
    ]
    known = [Event(subject, kind, date) for kind, date in dated if date is not None]
    return sorted(known, key=lambda event: (event.date, event.kind))
