"""The courses of subjects from ADTR, RS, ADTTE and ADSL, ours or anyone's: the same values as from our own tables."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.endpoint.reported import Enrolled, Reader, options
from pipeline.export.rs import SCOPES
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.store import datasets, response_table, subject_table
from pipeline.store.course_tables import Clocked, Point, SubjectCourse
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
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


def _sums(terms: CourseTerms) -> _Wanted:
    return _Wanted("PARAMCD", frozenset({terms.sum_code}), ("PARAMCD", "ADT", "AVAL"))


_RESPONSES = _Wanted("RSTESTCD", frozenset({"OVRLRESP", *_NEW}), ("RSTESTCD", "RSDTC"), "RS")


@dataclass
class _Course:
    """The visits of a subject by VISITNUM, else by date, as they are read."""

    sums: dict[str, Row] = field(default_factory=dict)
    responses: dict[str, Row] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    def add(self, visit: str, row: Row) -> None:
        """Take what a row of RS says of a visit."""
        if row.text("RSTESTCD").upper() == "OVRLRESP":
            self.responses[visit] = row
        elif {row.text("RSSTRESC").upper(), row.text("RSORRES").upper()} & _CERTAIN:
            self.new.add(visit)


def read(
    tables: CourseTables,
    terms: CourseTerms,
    arms: Mapping[str, str] | None = None,
    conversions: Conversions | None = None,
    faults: Faults | None = None,
) -> tuple[tuple[SubjectCourse, ...], tuple[str, ...]]:
    """Return the courses of all subjects of ADTR and RS without a fault, by name, and what was passed over.

    A visit of RS and one of ADTR are the same where VISITNUM and AVISITN agree, else where the dates do. A visit
    without a whole date cannot be drawn and is told. A subject with rows of several readers of whom none is chosen has
    a fault, and so has one without arm where arms are given.

    Raises:
        InputError: a table cannot be read, or has no row of a parameter or reader; without faults also those of rows:
            file, row, column, what was found and what is allowed.
    """
    courses: dict[str, _Course] = {}
    clocks: dict[str, Clocked] = {}
    enrolled: dict[str, Enrolled] = {}
    passed_over: dict[str, list[str]] = {}
    with recorded(faults) as kept:
        reading = _Reading(terms, conversions, kept)
        with kept.kept():
            for visit, row in reading.visits(tables.adtr, _sums(terms), "AVISITN", "ADT"):
                courses.setdefault(row.text("USUBJID"), _Course()).sums[visit] = row
        with kept.kept():
            for visit, row in reading.visits(tables.rs, _RESPONSES, "VISITNUM", "RSDTC"):
                courses.setdefault(row.text("USUBJID"), _Course()).add(visit, row)
        measured = [name for name in sorted(courses) if courses[name].sums]
        with kept.kept():
            clocks = _clocks(tables.adtte, reading)
        with kept.kept():
            if tables.adsl is not None:
                enrolled = subject_table.read(tables.adsl, (), conversions=conversions, faults=kept)
        for table, of in (
            (tables.adtr, measured),
            (tables.rs, [name for name in sorted(courses) if name not in measured]),
        ):
            kept.without_arm(f"{table.name}, column USUBJID", of, arms)
        points = {name: _points(name, courses[name], passed_over, kept) for name in sorted(courses)}
    sound = [subject for subject in points if not kept.of(subject)]
    for subject in sound:
        if subject not in measured:
            line = f"{subject}: {tables.adtr.name} has no {terms.sum_code}; it is in the swimmer alone"
            passed_over.setdefault(subject, []).insert(0, line)
    made = tuple(
        SubjectCourse(
            subject,
            "" if arms is None else arms[subject],
            points[subject],
            clocks.get(subject),
            tuple(_events(enrolled[subject])) if subject in enrolled else (),
        )
        for subject in sound
    )
    return made, tuple(line for subject in sound for line in passed_over.get(subject, ()))


@dataclass(frozen=True)
class _Reading:
    """What is drawn, and where what is remarkable in the tables goes."""

    terms: CourseTerms
    conversions: Conversions | None
    faults: Faults

    def visits(self, path: Path, wanted: _Wanted, number: str, date: str) -> Iterator[tuple[str, Row]]:
        """Yield the rows of a table that are drawn, each with the name of its visit."""
        rows = _of_scope(_chosen(path, wanted, self), self.terms)
        return self.faults.each(rows, lambda row: (_visit(row, number, date), row), "USUBJID")


def _chosen(path: Path, wanted: _Wanted, reading: _Reading) -> tuple[Row, ...]:
    """Return the rows of some codes by one reader; of a subject with accepted rows those, else of its only reader."""
    reader, faults = reading.terms.reader, reading.faults
    table = datasets.read(
        path,
        ("USUBJID", *wanted.required),
        conversions=reading.conversions,
        faults=faults,
        dates=response_table.DATES,
    )
    rows = [row for row in table if row.text(wanted.column).upper() in wanted.codes]
    if not rows:
        raise InputError(f"{path.name}, column {wanted.column}: found no row of {', '.join(sorted(wanted.codes))}")
    evaluation, identifier, accepted = (f"{wanted.prefix}{name}" for name in ("EVAL", "EVALID", "ACPTFL"))

    def name(row: Row) -> str:
        return f"{row.text(evaluation)} {row.text(identifier)}".strip()

    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        if reader.is_called(row.text(evaluation), row.text(identifier)):
            by_subject.setdefault(row.required("USUBJID"), []).append(row)
    readers = options((row.text(evaluation), row.text(identifier)) for row in rows)
    if not by_subject:
        raise InputError(f"{path.name}: found no row of the reader; allowed: {readers or 'none, for it names nobody'}")
    chosen: list[Row] = []
    for subject, mine in by_subject.items():
        marked = [row for row in mine if row.text(accepted).upper() == "Y"]
        if not marked and len({name(row) for row in mine}) > 1:
            several = InputError(
                f"{path.name}, {subject}: found rows of several readers, none with {accepted} = Y; allowed: one, by "
                f"{readers}"
            )
            faults.add(several, subject)
        chosen += marked if marked and reader.identifier is None else mine
    return tuple(chosen)


def _of_scope(rows: Sequence[Row], terms: CourseTerms) -> Sequence[Row]:
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


def _points(subject: str, course: _Course, passed_over: dict[str, list[str]], faults: Faults) -> tuple[Point, ...]:
    """The visits by date; of several on one date the last that has a sum."""
    by_date: dict[dt.date, Point] = {}
    for visit in sorted({*course.sums, *course.responses}, key=lambda name: name in course.sums):
        measured, responded = course.sums.get(visit), course.responses.get(visit)
        row = measured or responded
        assert row is not None
        try:
            stated = row.partial_date("ADT" if measured else "RSDTC")
            if stated is None or not stated.complete:
                text = "no date" if stated is None else stated.text
                line = f"{subject}: {row.file} row {row.number} has {text} and is not drawn"
                passed_over.setdefault(subject, []).append(line)
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
        except InputError as error:
            faults.add(error, subject)
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


def _clocks(path: Path, reading: _Reading) -> dict[str, Clocked]:
    of_times = _Wanted("PARAMCD", frozenset({reading.terms.param}), ("PARAMCD", "STARTDT", "ADT", "CNSR"))
    rows = _chosen(path, of_times, reading)
    reading.faults.once(rows, ("USUBJID", "PARAMCD"), "USUBJID")

    def clocked(row: Row) -> tuple[str, Clocked]:
        return row.text("USUBJID"), Clocked.of(row, "STARTDT", "ADT", "CNSR")

    return dict(reading.faults.each((row for row in rows if row.text("STARTDT")), clocked, "USUBJID"))


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
