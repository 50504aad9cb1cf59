"""Derive a time to event or a best response from RS and ADSL tables, of whatever origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.assess import best_response, registry
from pipeline.endpoint import derive as engine
from pipeline.endpoint import from_tables, rule_book
from pipeline.endpoint import imputed as dates
from pipeline.endpoint.reported import Enrolled, Impute, Reported
from pipeline.export import adrs, adtte, dataset
from pipeline.export.dataset import Cell, Dataset
from pipeline.export.domains.adrs import ADRS
from pipeline.export.domains.adtte import ADTTE
from pipeline.export.rs import SCOPES
from pipeline.model import deciding
from pipeline.model.errors import InputError
from pipeline.model.parameters import BY_CODE, FROM_TABLES, OS, Clock, Parameter, ParameterScope
from pipeline.model.partial_date import Imputed
from pipeline.model.protocol import BestResponse, Endpoint, Protocol, Schedule
from pipeline.model.scope import Scope
from pipeline.store import response_table, subject_table

START_COLUMNS = {Clock.TREATMENT: "TRTSDT", Clock.RANDOMIZATION: "RANDDT"}
"""The column of ADSL that starts a clock."""


@dataclass(frozen=True)
class Terms:
    """What the derivation follows: the protocol's sections, reader, partial dates.

    categories: RSCAT, in capital letters, of what decides in each scope; RECIST 1.1 where a scope has none.
    """

    schedule: Schedule
    endpoint: Endpoint
    best: BestResponse
    categories: Mapping[Scope, str] = field(default_factory=dict)
    evalid: str | None = None
    impute: Impute | None = None


def categories(protocol: Protocol) -> dict[Scope, str]:
    """Return RSCAT, in capital letters, of what decides in each scope under a protocol."""
    by = {scope: deciding.in_scope(protocol, scope).criterion for scope in Scope}
    return {scope: registry.get(name).facts.category.upper() for scope, name in by.items()}


@dataclass(frozen=True)
class Derived:
    """The rows, what the reader of them should know, and the partial dates that were made whole."""

    rows: Dataset
    warnings: tuple[str, ...]
    imputed: tuple[Imputed, ...] = ()


def derive(rs: Path, adsl: Path, param: str, terms: Terms) -> Derived:
    """Return ADTTE rows (a time to event) or ADRS rows (BOR, CBOR), one for each subject of ADSL in its order.

    Raises:
        InputError: no parameter or rule set of that name, or a table cannot be used; file, row, column, found and
            allowed are named.
    """
    if param not in FROM_TABLES:
        raise InputError(f"--param: found {param!r}; allowed: {', '.join(FROM_TABLES)}")
    parameter = BY_CODE.get(param)
    survival = parameter is OS
    enrolled = subject_table.read(adsl, _required(parameter), last_alive_counts=survival)
    reported = response_table.scans(rs) if survival else response_table.read(rs)
    scanned = from_tables.by_subject((row for row in reported if not survival or row.subject in enrolled), enrolled)
    scoped, warning = from_tables.of_scope(reported, _scope(parameter, terms), _category(parameter, terms))
    chosen = () if survival else from_tables.of_reader(scoped, terms.evalid, rs.name)
    counted = rule_book.get(terms.endpoint.rule_set).claims
    claimed = from_tables.by_subject(from_tables.claims(scoped, chosen) if counted else (), enrolled)
    rows = scanned if survival else from_tables.by_subject(chosen, enrolled)
    records, imputed = [], []
    for subject in enrolled.values():
        anchored, made = dates.anchored(subject, scanned[subject.subject], terms.impute, last_alive_counts=survival)
        mine = rows[subject.subject], claimed[subject.subject]
        record, later = (
            _best(anchored, param, mine[0], terms) if parameter is None else _time(anchored, parameter, *mine, terms)
        )
        records.append(record)
        imputed += [*made, *later]
    domain = ADRS if parameter is None else ADTTE
    table = dataset.of(domain, dataset.numbered(records, "ASEQ"))
    told = (warning, *from_tables.same_date(chosen), _missing_start(table, param))
    return Derived(table, tuple(filter(None, told)), tuple(imputed))


def _required(parameter: Parameter | None) -> tuple[str, ...]:
    """The column that starts the clock; a best response and a duration of response take what is there."""
    column = START_COLUMNS.get(parameter.clock) if parameter is not None else None
    return () if column is None else (column,)


def _scope(parameter: Parameter | None, terms: Terms) -> str:
    """RSSCAT of the responses that a parameter looks at."""
    return SCOPES[_scope_of(parameter, terms)]


def _category(parameter: Parameter | None, terms: Terms) -> str:
    """RSCAT of the responses that a parameter looks at."""
    return terms.categories.get(_scope_of(parameter, terms), "RECIST 1.1")


def _scope_of(parameter: Parameter | None, terms: Terms) -> Scope:
    scope = ParameterScope.PROTOCOL if parameter is None else parameter.scope
    return terms.endpoint.scope if scope is ParameterScope.PROTOCOL else Scope(scope.value)


def _time(
    subject: Enrolled, parameter: Parameter, rows: list[Reported], claimed: list[Reported], terms: Terms
) -> tuple[dict[str, Cell], tuple[Imputed, ...]]:
    if parameter is OS:
        history = from_tables.without_responses(subject, rows, impute=terms.impute)
    else:
        start = subject.dates.randomized if parameter.clock is Clock.RANDOMIZATION else subject.dates.treated
        history = from_tables.history(subject, rows, claimed, start=start, impute=terms.impute)
    row = engine.row(
        history,
        parameter,
        schedule=terms.schedule,
        endpoint=terms.endpoint,
        whole_body=_scope_of(parameter, terms) is Scope.WHOLE_BODY,
    )
    return adtte.record(row, subject.study, _evaluator(rows)), history.imputed


def _best(
    subject: Enrolled, param: str, rows: list[Reported], terms: Terms
) -> tuple[dict[str, Cell], tuple[Imputed, ...]]:
    start = subject.dates.randomized or subject.dates.treated
    if start is None:
        return adrs.best(subject.subject, param, None, subject.study, evaluator=_evaluator(rows)), ()
    history = from_tables.history(subject, rows, [], start=start, impute=terms.impute)
    visits = [best_response.DatedResponse(a.date, a.response) for a in history.followed]
    best = best_response.BY_CODE[param](visits, start, terms.best)
    flag = next((a.imputed for a in history.followed if a.date == best.date), "")
    record = adrs.best(
        subject.subject, param, best, subject.study, start=start, imputed=flag, evaluator=_evaluator(rows)
    )
    return record, history.imputed


def _evaluator(rows: list[Reported]) -> dict[str, Cell]:
    """EVAL, EVALID and ACPTFL, where all rows of the subject agree on them."""
    evaluators = {(row.evaluator, row.evaluator_id, "Y" if row.accepted else "") for row in rows}
    return dict(zip(("EVAL", "EVALID", "ACPTFL"), evaluators.pop(), strict=True)) if len(evaluators) == 1 else {}


def _missing_start(table: Dataset, param: str) -> str:
    count = table.column("AVAL").count(None)
    return f"{count} of {len(table.rows)} subjects have no start of {param}; their AVAL is empty" if count else ""
