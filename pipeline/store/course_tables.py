"""The courses of subjects from our own tables: timepoints.csv, endpoint.csv, events, arms."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.assess import plan, registry
from pipeline.export.column import Layout
from pipeline.export.form import CNSR
from pipeline.export.tables import timepoints as timepoint_table
from pipeline.export.tables.endpoints import ENDPOINTS
from pipeline.model.criterion import CriterionFacts
from pipeline.model.errors import InputError
from pipeline.model.events import Event
from pipeline.model.response import NewLesion, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.conversions import Conversions


@dataclass(frozen=True)
class Point:
    """One visit: sum in mm (None: not measured), nadir before it, response, whether a new lesion was seen."""

    date: dt.date
    baseline: bool
    sum_mm: Decimal | None
    nadir_mm: Decimal | None
    response: Response
    new_lesion: bool


@dataclass(frozen=True)
class Clocked:
    """The endpoint of a subject: start of its clock, date of event or censoring, CNSR."""

    start: dt.date
    date: dt.date
    cnsr: int

    @classmethod
    def of(cls, row: Row, start: str, date: str, cnsr: str) -> "Clocked":
        """Return what a row says in these columns.

        Raises:
            InputError: one is empty or wrong, or the date lies before the start.
        """
        clocked = cls(row.date(start), row.date(date), row.needed(cnsr, CNSR))
        if clocked.date < clocked.start:
            raise row.wrong(date, f"on or after {start}, {clocked.start}")
        return clocked


@dataclass(frozen=True)
class SubjectCourse:
    """One subject: arm (empty while blinded), accepted visits by date, endpoint (None: no start date), events."""

    subject: str
    arm: str
    points: tuple[Point, ...]
    endpoint: Clocked | None
    events: tuple[Event, ...]

    @property
    def baseline(self) -> Point | None:
        """The baseline visit, if its sum was measured."""
        return next((point for point in self.points if point.baseline and point.sum_mm is not None), None)


def read(
    timepoints: Path,
    endpoint: Path,
    param: str,
    criterion: CriterionFacts,
    *,
    events: Sequence[Event] = (),
    arms: Mapping[str, str] | None = None,
    conversions: Conversions | None = None,
    faults: Faults | None = None,
) -> tuple[SubjectCourse, ...]:
    """Return the courses of all subjects of timepoints.csv without a fault, in the order of their names.

    criterion: whose sum, of lengths, and response to follow, both of the liver. Rows that are not accepted are passed
    over. Only the endpoint rows of `param` are used. Two accepted visits of a subject on one day are a fault, and so
    is a subject without arm where arms are given.

    Raises:
        InputError: a table cannot be read, or has no row of the parameter (the message lists those present); without
            faults also those of rows: file, row, column, what was found and what is allowed.
    """
    points: dict[str, list[Point]] = {}
    clocked: dict[str, Clocked] = {}
    with recorded(faults) as kept:
        with kept.kept():
            points = _points(timepoints, criterion, conversions, kept)
        with kept.kept():
            clocked = _clocked(endpoint, param, conversions, kept)
        kept.without_arm(f"{timepoints.name}, column subject", points, arms)
    return tuple(
        SubjectCourse(
            subject=subject,
            arm="" if arms is None else arms[subject],
            points=tuple(sorted(points[subject], key=lambda point: point.date)),
            endpoint=clocked.get(subject),
            events=tuple(sorted((e for e in events if e.subject == subject), key=lambda e: (e.date, e.kind))),
        )
        for subject in sorted(points)
        if not kept.of(subject)
    )


def _points(
    path: Path, criterion: CriterionFacts, conversions: Conversions | None, faults: Faults
) -> dict[str, list[Point]]:
    begin = timepoint_table.prefix(criterion)
    needed = (f"{begin}sum_mm", f"{begin}nadir_mm", f"hepatic_{criterion.name}", "new_lesion")
    required = ("subject", "visit", "date", *needed, "accepted")
    table = _every_column()
    optional = [name for name in table.names if name not in required]
    rows = datasets.read_known(path, required, optional, conversions=conversions, faults=faults)
    accepted = [row for row in rows if row.text("accepted") == "Y"]
    if not accepted:
        raise InputError(f"{path.name}, column accepted: found no row with Y; allowed: Y in the rows to draw")
    faults.once(accepted, ("subject", "date"), "subject")

    def point(row: Row) -> tuple[str, Point]:
        return row.required("subject"), Point(
            date=row.date("date"),
            baseline=row.required("visit") == BASELINE,
            sum_mm=row.optional(needed[0], table.form(needed[0])),
            nadir_mm=row.optional(needed[1], table.form(needed[1])),
            response=row.optional(needed[2], table.form(needed[2])) or Response.NONE,
            new_lesion=row.needed("new_lesion", table.form("new_lesion")) is NewLesion.YES,
        )

    by_subject: dict[str, list[Point]] = {}
    for subject, made in faults.each(accepted, point, "subject"):
        by_subject.setdefault(subject, []).append(made)
    return by_subject


def _every_column() -> Layout[TimePoint]:
    """The table with the columns of every criterion, for a study may have another primary than those drawn."""
    others = (method.facts for method in registry.criteria().values() if method not in plan.PUBLISHED)
    return timepoint_table.layout((facts, scope) for facts in others for scope in Scope)


def _clocked(path: Path, param: str, conversions: Conversions | None, faults: Faults) -> dict[str, Clocked]:
    required = ("subject", "paramcd", "start_date", "date", "cnsr", "accepted")
    optional = [name for name in ENDPOINTS.names if name not in required]
    rows = datasets.read_known(path, required, optional, conversions=conversions, faults=faults)
    coded = list(faults.each(rows, lambda row: (row.required("paramcd"), row), "subject"))
    wanted = [row for code, row in coded if code == param and row.text("accepted") == "Y"]
    if not wanted:
        present = ", ".join(dict.fromkeys(code for code, _ in coded)) or "none, for the table has no row"
        raise InputError(f"{path.name}, column paramcd: found no accepted row of {param!r}; allowed: {present}")
    faults.once(wanted, ("subject", "paramcd"), "subject")

    def clocked(row: Row) -> tuple[str, Clocked]:
        return row.required("subject"), Clocked.of(row, "start_date", "date", "cnsr")

    return dict(faults.each((row for row in wanted if row.text("start_date")), clocked, "subject"))
