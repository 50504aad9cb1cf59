"""Derive times to event and responses from RS and ADSL tables, of whatever origin."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.endpoint import doubts, from_tables, rule_book, until
from pipeline.endpoint import imputed as dates
from pipeline.endpoint.history import SubjectDates
from pipeline.endpoint.reported import Enrolled, Reader, Reported
from pipeline.export import dataset
from pipeline.export.dataset import Dataset
from pipeline.export.domains.adrs import ADRS
from pipeline.export.domains.adtte import ADTTE
from pipeline.export.rs import SCOPES
from pipeline.model import words
from pipeline.model.errors import InputError
from pipeline.model.parameters import FROM_TABLES, OS, RESPONSES, Clock, Parameter
from pipeline.model.partial_date import Imputed
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.procedures import derive_rows, evaluators
from pipeline.procedures.derive_rows import Record, SubjectRead
from pipeline.procedures.derive_terms import START_COLUMNS, Terms
from pipeline.procedures.evaluators import Agreement, Derivation
from pipeline.procedures.rates import RATE_CODES, Responder
from pipeline.store import response_table, subject_table, target_table
from pipeline.store.faults import Faults
from pipeline.store.table_forms.conversions import Conversions

ALL = "ALL"
"""What --param says for every parameter that the tables tell."""

_OF_DAYS = {OS.code, "DEATH"}
"""Parameters that look at no response and have no reader."""


@dataclass(frozen=True)
class Sources:
    """The tables to read; without TU nobody knows who had measurable disease."""

    rs: Path
    adsl: Path
    tu: Path | None = None


@dataclass(frozen=True)
class Derived:
    """The rows of ADRS and ADTTE (those that were asked for), and what their reader should know.

    codes: the parameters. notes: what was read as something else, and rows that count once. imputed: the partial
    dates that were made whole. responders: each subject's answers to the parameters that rates rest on, of every
    reader. agreements: of two readers.
    """

    tables: tuple[Dataset, ...]
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    imputed: tuple[Imputed, ...] = ()
    responders: tuple[Responder, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    faults: Faults = field(default_factory=Faults)


@dataclass
class _Tables:
    """What was read: subjects, all they have in RS, their scans alone (survival), responses by scope and reader.

    unread: by parameter, the subjects with a fault in the rows that it rests on. undated: those with a fault in ADSL.
    """

    enrolled: Mapping[str, Enrolled]
    reported: Mapping[str, list[Reported]]
    scans: Mapping[str, list[Reported]]
    chosen: dict[tuple[Scope, Reader], Mapping[str, list[Reported]]] = field(default_factory=dict)
    claimed: dict[tuple[Scope, Reader], Mapping[str, list[Reported]]] = field(default_factory=dict)
    measurable: dict[Reader, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: dict[str, None] = field(default_factory=dict)
    imputed: set[Imputed] = field(default_factory=set)
    faults: Faults = field(default_factory=Faults)
    unread: Mapping[str, frozenset[str]] = field(default_factory=dict)
    undated: tuple[str, ...] = ()
    left_out: dict[str, list[str]] = field(default_factory=dict)
    early: dict[str, list[str]] = field(default_factory=dict)

    def read(self, subject: Enrolled, reader: Reader, scope: Scope, without: Collection[str] = ()) -> SubjectRead:
        """Return one subject as one reader tells it in a scope, without the rows of some places."""
        key, name = (scope, reader), subject.subject
        measurable = None if reader not in self.measurable else name in self.measurable[reader]
        chosen = [row for row in self.chosen[key][name] if row.where not in without]
        return SubjectRead(subject, reader, chosen, self.claimed[key][name], measurable)

    def leave_out(self, subject: str, codes: Iterable[str], error: InputError | None = None) -> None:
        """Leave a subject out of parameters, for an error unless it is known already."""
        if error is not None:
            self.faults.add(error, subject)
        self.left_out.setdefault(subject, []).extend(codes)


def derive(
    sources: Sources, params: Sequence[str], terms: Terms, *, rates: bool = False, strict: bool = False
) -> Derived:
    """Return the rows of the parameters for each subject of ADSL in its order, by each reader.

    What is wrong with a subject in ADSL leaves it out; what is wrong with it in RS, out of the parameters that need
    its responses. strict: any fault ends it.

    ALL is every parameter that the tables tell. With two readers each row says what the other one has
    (pipeline.procedures.evaluators). rates: whether responders are asked for.

    Raises:
        InputError: no parameter or rule set of that name, or a table as a whole cannot be used (FaultsError, with every
            fault); file, row, column, found and allowed are named.
    """
    codes = _codes(params, sources)
    read = {terms.scope(terms.parameter(code)): None for code in codes if code not in _OF_DAYS}
    scopes = (*read, terms.endpoint.scope) if rates else tuple(read)
    tables = _read(sources, codes, terms, scopes, Faults(strict))
    if ALL in params:
        codes = _with_start(codes, tables, terms)
    made: list[Derivation] = []
    responders: list[Responder] = []
    subjects = 0
    for subject in tables.enrolled.values():
        try:
            anchored, imputed = dates.anchored(
                subject, tables.reported[subject.subject], terms.impute, last_alive_counts=OS.code in codes
            )
        except InputError as error:
            tables.leave_out(subject.subject, codes, error)
            _name_faults(_undated(subject.subject), codes, tables, terms)
            continue
        tables.imputed.update(imputed)
        if until.started(anchored.dates, terms.cut):
            subjects += 1
            made += _of_subject(anchored, codes, tables, terms)
            if rates and subject.subject not in tables.left_out:
                responders += [_responder(anchored, reader, tables, terms) for reader in terms.readers]
    for name in tables.undated:
        _name_faults(_undated(name), codes, tables, terms)
    tables.faults.check()
    return Derived(
        tuple(_datasets(made, codes, terms)),
        tuple(codes),
        tables.notes,
        (*tables.warnings, *_early(tables.early), *_missing(tables.left_out), *_remarks(made, codes, subjects)),
        tuple(sorted(tables.imputed)),
        tuple(responders),
        evaluators.agreements(made, terms.readers) if len(terms.readers) > 1 else (),
        tables.faults,
    )


def _codes(params: Sequence[str], sources: Sources) -> tuple[str, ...]:
    unknown = [param for param in params if param not in {*FROM_TABLES, ALL}]
    if unknown or not params:
        raise InputError(f"--param: found {', '.join(unknown) or 'none'}; allowed: {ALL}, {', '.join(FROM_TABLES)}")
    if "MDIS" in params and sources.tu is None:
        raise InputError("--param: found MDIS without --tu; allowed: MDIS with the table of target lesions")
    known = [code for code in FROM_TABLES if code != "MDIS" or sources.tu is not None]
    return tuple(known) if ALL in params else tuple(dict.fromkeys(params))


def _read(sources: Sources, codes: Sequence[str], terms: Terms, scopes: Sequence[Scope], faults: Faults) -> _Tables:
    """Read the tables; survival rests on days alone, so that no response can be in its way."""
    named = [] if set(codes) >= set(FROM_TABLES) - {"MDIS"} else codes
    required = dict.fromkeys(column for code in named for column in _required(terms.parameter(code)))
    conversions = Conversions()
    enrolled: dict[str, Enrolled] = {}
    usable: tuple[Reported, ...] = ()
    every: tuple[Reported, ...] = ()
    faulty: tuple[str, ...] = ()
    measurable: dict[Reader, frozenset[str]] = {}
    of_responses, of_targets = faults.part(), faults.part()
    with faults.kept():
        enrolled = subject_table.read(
            sources.adsl, tuple(required), last_alive_counts=OS.code in codes, conversions=conversions, faults=faults
        )
    known = {*enrolled, *faults.subjects}
    with faults.kept():
        usable, faulty = response_table.scans(sources.rs, conversions) if _OF_DAYS & set(codes) else ((), ())
    with faults.kept():
        every = response_table.read(sources.rs, conversions, of_responses) if scopes else ()
    with faults.kept():
        if sources.tu is not None and "MDIS" in codes:
            measurable = {r: target_table.read(sources.tu, r, conversions, of_targets) for r in terms.readers}
    faults.check()
    scans = [row for row in usable if row.subject in enrolled]
    assessed = dict.fromkeys((*(row.subject for row in (*usable, *every)), *of_responses.subjects))
    unmatched = tuple(from_tables.unmatched(assessed, [*enrolled, *(name for name in known if name not in enrolled)]))
    undated = tuple(name for name in known if name not in enrolled)
    everybody = {**enrolled, **{name: _undated(name) for name in undated}}
    reported = tuple(row for row in every if row.subject in everybody)
    understood = [row for row in reported if row.subject in enrolled and not of_responses.of(row.subject)]
    tables = _Tables(
        enrolled,
        from_tables.by_subject(understood or scans, enrolled),
        from_tables.by_subject(scans, enrolled),
        faults=faults,
        measurable=measurable,
        undated=undated,
        unread={code: frozenset(_unread(code, of_responses, of_targets)) for code in codes},
    )
    tables.warnings |= dict.fromkeys(doubts.of_starts(enrolled.values()))
    if OS.code in codes:
        tables.warnings |= {f"OS: passed over as a last date known alive: {message}": None for message in faulty}
        tables.warnings |= dict.fromkeys(_unused(tables, terms))
    for scope in dict.fromkeys(scopes):
        scoped, warning = from_tables.of_scope(reported, SCOPES[scope], terms.category(scope))
        mine = [code for code in codes if code not in _OF_DAYS and terms.scope(terms.parameter(code)) is scope]
        of_codes = ", ".join(mine) or "rates"
        if warning:
            tables.warnings[f"{of_codes}: {warning}"] = None
        for reader in terms.readers:
            of_nobody = not reported and bool(faults.all)
            chosen = () if of_nobody else from_tables.of_reader(scoped, reader, sources.rs.name)
            unchosen = "" if of_nobody else from_tables.unchosen(reported, chosen)
            tables.warnings |= {f"{of_codes}: {unchosen}": None} if unchosen else {}
            tables.warnings |= dict.fromkeys(doubts.among(row for row in chosen if row.subject in enrolled))
            counted = rule_book.get(terms.endpoint.rule_set).claims
            claims = from_tables.claims(scoped, chosen) if counted else ()
            tables.chosen[scope, reader] = from_tables.by_subject(chosen, everybody)
            tables.claimed[scope, reader] = from_tables.by_subject(claims, everybody)
    notes = (f"{note} ({words.often(count)})" for note, count in sorted(faults.notes.items()))
    tables.notes = (*conversions.lines(), *notes)
    tables.warnings |= dict.fromkeys(unmatched)
    return tables


def _unread(code: str, of_responses: Faults, of_targets: Faults) -> tuple[str, ...]:
    """The subjects whose rows in RS, or of MDIS in TU, are not understood, so that they have no such parameter."""
    return () if code in _OF_DAYS else of_targets.subjects if code == "MDIS" else of_responses.subjects


def _unused(tables: _Tables, terms: Terms) -> Iterator[str]:
    """Say which scans survival cannot use: after death or LSTALVDT, or of partial date where LSTALVDT is missing."""
    for name, subject in tables.enrolled.items():
        dates = subject.dates
        for row in tables.scans[name]:
            if dates.death is not None and row.date.first() > dates.death:
                yield f"OS: {row.where} of {name}: a scan on {row.date.text}, after death on {dates.death} (DTHDT)"
            elif dates.death is None and dates.last_alive is not None and row.date.first() > dates.last_alive:
                alive = f"after {dates.last_alive}, which ADSL has as last known alive (LSTALVDT) and which counts"
                yield f"OS: {row.where} of {name}: a scan on {row.date.text}, {alive}"
            elif dates.death is None and dates.last_alive is None and not row.date.complete and terms.impute is None:
                yield f"OS: {row.where} of {name}: {row.date.text} is passed over as a last date known alive"


def _required(parameter: Parameter | None) -> tuple[str, ...]:
    """The column that starts the clock; a response and a duration of response take what is there."""
    column = START_COLUMNS.get(parameter.clock) if parameter is not None else None
    return () if column is None else (column,)


def _with_start(codes: Sequence[str], tables: _Tables, terms: Terms) -> tuple[str, ...]:
    """The parameters whose start ADSL has in some subject."""
    known = {Clock.RESPONSE}
    for subject in tables.enrolled.values():
        partial = {each.column for each in subject.partial}
        if subject.dates.randomized or "RANDDT" in partial:
            known.add(Clock.RANDOMIZATION)
        if subject.dates.treated or "TRTSDT" in partial:
            known.add(Clock.TREATMENT)
    parameters = {code: terms.parameter(code) for code in codes}
    kept = tuple(code for code, each in parameters.items() if each is None or each.clock in known)
    if len(kept) < len(codes):
        tables.warnings[f"ADSL has no start of {', '.join(code for code in codes if code not in kept)}"] = None
    return kept


def _of_subject(subject: Enrolled, codes: Sequence[str], tables: _Tables, terms: Terms) -> Iterator[Derivation]:
    for code in codes:
        if subject.subject in tables.unread[code]:
            tables.leave_out(subject.subject, [code])
            _name_faults(subject, [code], tables, terms)
            continue
        made: list[Derivation] = []
        for reader in (Reader(),) if code in _OF_DAYS else terms.readers:
            records = tables.faults.tried(
                subject.subject, partial(_records, subject, code, reader, tables=tables, terms=terms)
            )
            if records is None:
                tables.leave_out(subject.subject, [code])
                break
            made += (Derivation(subject.subject, code, reader, record) for record in records)
        else:
            yield from made


def _undated(subject: str) -> Enrolled:
    """A subject of whom ADSL is not understood."""
    return Enrolled("", "", subject, SubjectDates())


def _name_faults(subject: Enrolled, codes: Iterable[str], tables: _Tables, terms: Terms) -> None:
    """Name what is wrong with the responses of a subject that is left out for another fault already."""
    for code in codes:
        for reader in () if code in _OF_DAYS else terms.readers:
            tables.faults.tried(subject.subject, partial(_records, subject, code, reader, tables=tables, terms=terms))


def _records(
    subject: Enrolled, code: str, reader: Reader, without: Collection[str], *, tables: _Tables, terms: Terms
) -> Sequence[Record]:
    parameter = terms.parameter(code)
    if code in _OF_DAYS:
        read = SubjectRead(subject, reader, tables.scans[subject.subject] if code == OS.code else ())
    else:
        read = tables.read(subject, reader, terms.scope(parameter), without)
    if parameter is not None:
        records, imputed = derive_rows.time(read, parameter, terms)
    else:
        known = derive_rows.followed(read, terms)
        imputed = () if known is None else known.history.imputed
        records = list(derive_rows.responses(read, code, known, terms))
    if not tables.faults.of(subject.subject):
        tables.imputed.update(imputed)
        start = terms.start_of(parameter, subject)
        for response in () if code in _OF_DAYS else doubts.before_start(read.rows, start):
            tables.early.setdefault(response, []).append(code)
    return records


def _responder(subject: Enrolled, reader: Reader, tables: _Tables, terms: Terms) -> Responder:
    read = tables.read(subject, reader, terms.endpoint.scope)
    known = derive_rows.followed(read, terms)
    answers = {code: next(iter(derive_rows.responses(read, code, known, terms)))["AVALC"] == "Y" for code in RATE_CODES}
    evaluable = known is not None and any(each.response is not Response.NE for each in known.counted)
    return Responder(subject.subject, subject.arm, reader, evaluable, answers)


def _datasets(made: Sequence[Derivation], codes: Sequence[str], terms: Terms) -> Iterator[Dataset]:
    for domain, of in ((ADRS, [c for c in codes if c in RESPONSES]), (ADTTE, [c for c in codes if c not in RESPONSES])):
        if of:
            mine = [each for each in made if each.code in of]
            compared = evaluators.compare(mine) if len(terms.readers) > 1 else mine
            wide = evaluators.beside(domain) if len(terms.readers) > 1 else domain
            yield dataset.of(wide, dataset.numbered((each.record for each in compared), "ASEQ"))


def _early(early: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Say which responses lie before the start of which parameters."""
    for response, codes in early.items():
        yield f"{response} of {', '.join(dict.fromkeys(codes))}, counts as baseline"


def _missing(left_out: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Say which subjects have no row of which parameters for the faults of their rows."""
    together: dict[tuple[str, ...], list[str]] = {}
    for subject, codes in left_out.items():
        together.setdefault(tuple(codes), []).append(subject)
    for missing, subjects in together.items():
        yield f"left out of {', '.join(missing)} for a fault: {', '.join(subjects)}"


def _remarks(made: Sequence[Derivation], codes: Sequence[str], subjects: int) -> Iterator[str]:
    """What the rows do not say by themselves."""
    empty: dict[str, int] = {}
    for each in made:
        if each.code != "LSTA" and each.record.get("AVAL") is None and each.record.get("AVALC") in {None, ""}:
            empty[each.code] = empty.get(each.code, 0) + 1
    for code, count in empty.items():
        of = sum(each.code == code for each in made)
        yield f"{count} of {of} subjects have no start of {code}; their AVAL is empty"
    without = subjects - len({each.subject for each in made if each.code == "DOR"})
    if "DOR" in codes and without:
        yield f"{without} of {subjects} subjects have no response (or no start), and so no row of DOR"
