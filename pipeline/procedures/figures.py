"""Read our own result tables, or ADTR, RS and ADTTE of anyone, and draw the figures on response of journals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.assess import registry, series
from pipeline.assess.criteria import mrecist, recist11
from pipeline.assess.method import Method
from pipeline.endpoint.reported import Reader
from pipeline.model import parameters
from pipeline.model.criterion import CriterionFacts
from pipeline.model.errors import InputError
from pipeline.model.events import Event
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope
from pipeline.model.standard_protocol import STANDARD
from pipeline.report.figures import drawn, spider, sums, swimmer, waterfall
from pipeline.store import arm_table, course_cdisc, course_tables, folder
from pipeline.store import tables as files
from pipeline.store.arm_table import Arms
from pipeline.store.course_cdisc import CourseTables, CourseTerms
from pipeline.store.course_tables import SubjectCourse
from pipeline.store.faults import Faults
from pipeline.store.table_forms.conversions import Conversions

ANYONE = Reader()
"""The accepted rows, else those of the only reader."""


@dataclass(frozen=True)
class OwnTables:
    """Our own result tables: timepoints.csv, endpoint.csv, and the events table."""

    timepoints: Path
    endpoint: Path
    events: Path | None = None


@dataclass(frozen=True)
class Drawing:
    """How many subjects were drawn, what was read as something else or passed over, who is left out and why."""

    subjects: int
    notes: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)


def draw(
    source: OwnTables | CourseTables,
    out: Path,
    *,
    arms: Path | None = None,
    param: str = parameters.HPFS.code,
    criterion: Method[Any] = recist11.CRITERION,
    protocol: Protocol = STANDARD,
    scope: Scope = Scope.LIVER,
    reader: Reader = ANYONE,
    strict: bool = False,
) -> Drawing:
    """Draw waterfall, spider, swimmer and sums into a folder, whole or not at all.

    source: our own tables, which hold the liver, or ADTR, RS and ADTTE of anyone, of which scope and reader choose.
    Lines and captions have the protocol's thresholds of the criterion. A subject with a fault in its rows, or without
    arm, is left out; strict: any fault ends it.

    Raises:
        InputError: a table as a whole cannot be used (FaultsError, with every fault), nobody is left, an unknown
            parameter, or a criterion that compares something else than sums of lengths.
    """
    if not series.compares_lengths(criterion):
        allowed = ", ".join(name for name, each in registry.criteria().items() if series.compares_lengths(each))
        raise InputError(f"--criteria: found {criterion.name!r}; allowed, with sums of lengths: {allowed}")
    if param not in parameters.BY_CODE:
        raise InputError(f"--param: found {param!r}; allowed: {', '.join(parameters.BY_CODE)}")
    conversions, faults = Conversions(), Faults(strict)
    armed: Arms | None = None
    with faults.kept():
        armed = arm_table.read(arms, conversions, faults) if arms else None
    arm_of = None if armed is None else armed.by_subject
    if isinstance(source, OwnTables):
        events, passed_over = source.events, tuple[str, ...]()
        courses = _of_own(source, param, criterion.facts, arms=arm_of, conversions=conversions, faults=faults)
    else:
        events = source.adsl
        code = "SVDIAM" if criterion.name == mrecist.CRITERION.name else "SDIAM"
        terms = CourseTerms(code, param, criterion.facts.category, scope, reader)
        courses, passed_over = course_cdisc.read(source, terms, arm_of, conversions, faults)
    if faults.all and not courses:
        faults.add(InputError("figures: found no subject without a fault; allowed: one or more"))
    faults.check()
    name, thresholds = f"sum of {criterion.facts.added}", criterion.rules(protocol).thresholds
    clock = parameters.BY_CODE[param].clock.value
    made = {
        "waterfall": waterfall.draw(courses, name, thresholds),
        "spider": spider.draw(courses, name, thresholds),
        "swimmer": swimmer.draw(courses, param, clock, events_known=events is not None),
        "sums": sums.draw(courses, name, thresholds),
    }
    with folder.written(out, [file for figure in made for file in drawn.files(figure)]) as fresh:
        for figure, content in made.items():
            drawn.write(content, fresh, figure)
    return Drawing(len(courses), (*conversions.lines(), *(armed.notes if armed else ()), *passed_over), faults)


def _of_own(
    source: OwnTables,
    param: str,
    criterion: CriterionFacts,
    *,
    arms: Mapping[str, str] | None,
    conversions: Conversions,
    faults: Faults,
) -> tuple[SubjectCourse, ...]:
    events: tuple[Event, ...] = ()
    with faults.kept():
        events = files.read_events(source.events, conversions, faults) if source.events else ()
    return course_tables.read(
        source.timepoints,
        source.endpoint,
        param,
        criterion,
        events=events,
        arms=arms,
        conversions=conversions,
        faults=faults,
    )
