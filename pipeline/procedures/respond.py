"""From tumor tables (SDTM TU, TR) to responses (RS), subject by subject."""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from pipeline.assess import (
    best_of_read,
    hepatic,
    history,
    registry,
    series,
    shown_on,
    stated_sums,
    target_limits,
    tumors,
)
from pipeline.assess.criteria import recist11
from pipeline.assess.method import Method, Read
from pipeline.assess.series import SumMethod
from pipeline.endpoint.history import SubjectDates
from pipeline.export import dataset, explanations, rs
from pipeline.export.domains.rs import RS
from pipeline.export.tables.certainty import CERTAINTY
from pipeline.model import words
from pipeline.model.certainty import CertaintyRow
from pipeline.model.errors import InputError
from pipeline.model.lesion import Organ
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope
from pipeline.model.tumor import Occasion, TumorRead, TumorTables
from pipeline.model.visit import BASELINE
from pipeline.procedures import adtr_rows, certainty
from pipeline.store import dataset_write, place, subject_table, tables, tumor_tables
from pipeline.store.faults import Faults
from pipeline.store.row_groups import ScatteredError
from pipeline.store.table_forms.conversions import Conversions

_LEFT_OUT = {"RSLNKGRP", "RSSTAT", "RSREASND", "RSDY"}
DOMAIN = replace(
    RS,
    variables=tuple(variable for variable in RS.variables if variable.name not in _LEFT_OUT),
)
"""RS as respond writes it: columns that it cannot fill are left out."""


UNKNOWN = SubjectDates()
"""Of a subject that ADSL does not have, and without ADSL."""


@dataclass
class Summary:
    """What was read and written: faults hold who is left out and what is remarkable, conversions what was converted."""

    subjects: int = 0
    reads: int = 0
    visits: int = 0
    rows: int = 0
    sorted: bool = False
    faults: Faults = field(default_factory=Faults)
    sure: list[CertaintyRow] = field(default_factory=list)
    analyzed: list[adtr_rows.Record] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    conversions: Conversions = field(default_factory=Conversions)


@dataclass(frozen=True)
class Order:
    """What to read, by which criterion, scope and protocol.

    explain: a file for the reasons. certainty: a CSV for how sure each PD is (pipeline.procedures.certainty). adtr: a
    file for the sums and targets of each visit with their changes (pipeline.procedures.adtr_rows).
    anatomy: a CSV that maps locations of TULOC to organs. adsl: for the start of treatment, which tells the baseline
    where no row does. strict: a fault of any subject ends it.
    """

    tu: Path
    tr: Path
    criterion: Method[Any]
    scope: Scope
    protocol: Protocol
    explain: Path | None = None
    certainty: Path | None = None
    anatomy: Path | None = None
    adsl: Path | None = None
    adtr: Path | None = None
    strict: bool = False


def respond(order: Order, out: Path) -> Summary:
    """Write the responses of every subject and reader, whole or not at all.

    A CSV is written as it is made; the other forms need all rows at once. Tables in which the
    rows of a subject do not stand together are sorted on disk, and read from the start.

    A subject with a fault in its rows is left out; the faults are in the summary.

    Raises:
        InputError: a table as a whole is not valid (FaultsError, with every fault), the ending of out is
            unknown, or a file to write is one of those to read or cannot be written; nothing is written.
    """
    dataset_write.check(out)
    if order.adtr is not None:
        dataset_write.check(order.adtr)
    for option, path in (("certainty", order.certainty), ("adtr", order.adtr)):
        if path is not None and not series.compares_lengths(order.criterion):
            comparing = ", ".join(name for name, each in registry.criteria().items() if series.compares_lengths(each))
            raise InputError(
                f"--criteria: found {order.criterion.name!r}; allowed with --{option}, for sums of lengths: {comparing}"
            )
    written = [path for path in (out, order.explain, order.certainty, order.adtr) if path is not None]
    for count, path in enumerate(written):
        place.prepare(path, order.tu, order.tr, order.anatomy, order.adsl, *written[:count])
    try:
        return _write(order, out, Summary(faults=Faults(order.strict)))
    except ScatteredError:
        return _write(order, out, Summary(faults=Faults(order.strict), sorted=True))


def _write(order: Order, out: Path, summary: Summary) -> Summary:
    with nullcontext() if order.explain is None else tables.whole(order.explain) as reasons:
        _write_rows(_records(order, out, summary, reasons), out)
        if order.certainty is not None:
            tables.write_csv(CERTAINTY.table(summary.sure), order.certainty)
    if order.adtr is not None:
        dataset_write.write(dataset.of(adtr_rows.DOMAIN, dataset.numbered(summary.analyzed, "ASEQ")), order.adtr)
    return summary


def _write_rows(records: Iterator[rs.Record], out: Path) -> None:
    if out.suffix.lower() == ".csv":
        names = DOMAIN.names
        tables.write_rows(names, ([_text(record[name]) for name in names] for record in records), out)
    else:
        dataset_write.write(dataset.of(DOMAIN, list(records)), out)


def _text(cell: dataset.Cell) -> str:
    return cell if type(cell) is str else dataset.text(cell)


def _records(order: Order, out: Path, summary: Summary, reasons: TextIO | None) -> Iterator[rs.Record]:
    organs: dict[str, Organ] = {}
    starts: dict[str, SubjectDates] = {}
    with summary.faults.kept():
        if order.anatomy is not None:
            organs = tables.read_anatomy(order.anatomy, summary.conversions, summary.faults)
    with summary.faults.kept():
        starts = _starts(order, summary)
    subjects = tumor_tables.subjects(
        order.tu,
        order.tr,
        needs_location=order.scope is Scope.LIVER,
        faults=summary.faults,
        sort=summary.sorted,
        own=organs,
        conversions=summary.conversions,
    )
    for subject in subjects:
        known = starts.get(subject.subject, UNKNOWN)
        made = summary.faults.tried(subject.subject, partial(_of_subject, order, subject, known))
        if made is not None:
            _check_fits(order, out, made, summary.faults)
        if made is None or summary.faults.of(subject.subject):
            continue
        summary.subjects += 1
        summary.reads += made.reads
        summary.visits += made.visits
        summary.rows += len(made.records)
        summary.sure += made.sure
        summary.analyzed += made.analyzed
        summary.faults.notes.update(made.warnings)
        if not subject.results:
            _example(summary, f"{order.tr.name} has no row of a subject of {order.tu.name}", subject.subject)
        for rule, example in made.limits:
            _example(summary, rule, example)
        if reasons is not None:
            reasons.writelines(made.reasons)
        for number, record in enumerate(made.records, start=1):
            yield {**record, "RSSEQ": number}
    summary.faults.check()


def _example(summary: Summary, note: str, example: str) -> None:
    """Count a note and keep its first example."""
    summary.faults.notes[note] += 1
    summary.examples.setdefault(note, example)


def _starts(order: Order, summary: Summary) -> dict[str, SubjectDates]:
    """The dates of each subject; none without ADSL."""
    if order.adsl is None:
        return {}
    enrolled = subject_table.read(order.adsl, (), conversions=summary.conversions, faults=summary.faults)
    return {name: subject.dates for name, subject in enrolled.items()}


@dataclass
class _Made:
    """What one subject gives: its rows, reasons, how sure each PD is, rows of ADTR, warnings, limits it goes beyond."""

    reads: int = 0
    visits: int = 0
    records: list[rs.Record] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    sure: list[CertaintyRow] = field(default_factory=list)
    analyzed: list[adtr_rows.Record] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    limits: list[tuple[str, str]] = field(default_factory=list)


def _check_fits(order: Order, out: Path, made: _Made, faults: Faults) -> None:
    """Record what the forms of the files to write cannot hold of a subject."""
    for domain, records, path in ((DOMAIN, made.records, out), (adtr_rows.DOMAIN, made.analyzed, order.adtr)):
        if path is not None and path.suffix.lower() == dataset_write.XPT.ending:
            dataset_write.fitting(dataset.of(domain, records), path, faults)


def _of_subject(order: Order, subject: TumorTables, dates: SubjectDates, without: Collection[str]) -> _Made:
    made = _Made()
    for read in tumors.reads(subject.without(without), _too_small(order), dates.treated or dates.randomized):
        made.reads += 1
        made.visits += len(read.visits)
        made.records += _of_read(order, read, dates.randomized or dates.treated, made)
    return made


def _of_read(order: Order, read: TumorRead, day_one: dt.date | None, made: _Made) -> Iterator[rs.Record]:
    whose = rs.ResponsesOf(
        read.study, read.subject, read.reader, order.criterion.facts.category, rs.SCOPES[order.scope]
    )
    arranged = history.build(read.visits, hepatic.within(read.findings, order.scope))
    made.limits += _limits(order, read, arranged)
    made.warnings += [f"{read.subject}: {warning}" for warning in read.warnings]
    if order.certainty is not None:
        made.sure += _sure(order, read, arranged)
    every = order.criterion.read(arranged, order.protocol, bar=False)
    if order.criterion.name == recist11.CRITERION.name and isinstance(order.criterion, SumMethod):
        differing = stated_sums.doubts(read, arranged, order.criterion, order.protocol, every)
        made.warnings += [f"{read.subject}: {doubt}" for doubt in differing]
    if order.adtr is not None:
        assert series.compares_lengths(order.criterion)  # checked before anything is read
        course = adtr_rows.ReadCourse(read, arranged, order.criterion, order.protocol, day_one)
        made.analyzed += adtr_rows.records(course, every)
    followed = [
        assessed for assessed in every if not _is_baseline(assessed) and not arranged.precedes_baseline(assessed.visit)
    ]
    occasions = [read.occasions[assessed.visit.name] for assessed in followed]
    shown = [shown_on.dtcs(read, assessed) for assessed in followed]
    for assessed, occasion, dtcs in zip(followed, occasions, shown, strict=True):
        responses = rs.Responses(
            assessed.target.response,
            assessed.non_target.response,
            assessed.new_lesions.answer,
            assessed.overall.response,
            dtcs,
        )
        if order.explain is not None:
            made.reasons.append(_reasons(read, occasion, assessed))
        yield from rs.visit(whose, occasion, responses)
    best = best_of_read.unconfirmed(
        read.occasions.get(BASELINE),
        [
            (replace(occasion, dtc=dtcs["OVRLRESP"]) if "OVRLRESP" in dtcs else occasion, assessed.overall.response)
            for assessed, occasion, dtcs in zip(followed, occasions, shown, strict=True)
        ],
        order.protocol.best_response,
        day_one,
    )
    yield rs.best(whose, best.response, bool(occasions) and all(occasion.accepted for occasion in occasions))


def _sure(order: Order, read: TumorRead, arranged: history.History) -> Iterator[CertaintyRow]:
    """Yield how sure each PD of a reader is, under the visit's name in the tables."""
    reader = " ".join(part for part in read.reader if part)
    assert series.compares_lengths(order.criterion)  # checked before anything is read
    course = certainty.CriterionCourse(
        read.subject, arranged, order.criterion, order.protocol, bar=False, reader=reader
    )
    for row in certainty.of_course(course):
        occasion = read.occasions[row.visit]
        yield replace(row, visit=occasion.visit or f"{occasion.number or 0:f}")


def _reasons(read: TumorRead, occasion: Occasion, assessed: Read) -> str:
    """One line of JSON: why each response of a visit is what it is."""
    line = {
        "USUBJID": read.subject,
        "RSEVAL": read.reader.kind,
        "RSEVALID": read.reader.name,
        "VISITNUM": None if occasion.number is None else f"{occasion.number:f}",
        "TRGRESP": explanations.plain(assessed.target),
        "NTRGRESP": explanations.plain(assessed.non_target),
        "NEWLPROG": {"answer": assessed.new_lesions.answer.value, "sentence": assessed.new_lesions.sentence},
        "OVRLRESP": explanations.plain(assessed.overall),
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def _is_baseline(assessed: Read) -> bool:
    return assessed.visit.name == BASELINE


def _too_small(order: Order) -> Decimal:
    return recist11.CRITERION.rules(order.protocol).too_small_value_mm


def _limits(order: Order, read: TumorRead, arranged: history.History) -> Iterator[tuple[str, str]]:
    """Yield each limit of target lesions that a read goes beyond, and where."""
    enhancing = isinstance(order.criterion, SumMethod) and order.criterion.needs_enhancing_targets
    for note in target_limits.check(arranged, order.protocol, enhancing=enhancing):
        who = ", ".join(part for part in (read.subject, *read.reader, note.lesion) if part)
        yield target_limits.RULES[note.rule], f"{who}: found {note.found}, allowed {note.allowed}"


def notes(summary: Summary) -> Mapping[str, str]:
    """Return each note with how often it holds and its first example."""
    return {
        note: words.often(count) + (f"; first {summary.examples[note]}" if note in summary.examples else "")
        for note, count in sorted(summary.faults.notes.items())
    }
