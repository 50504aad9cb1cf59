"""derive: times to event, responses and rates from RS and ADSL tables of others."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import choices, faults, moments, screen
from pipeline.endpoint import rule_book
from pipeline.endpoint.reported import Impute
from pipeline.endpoint.rule import AfterTherapy, WithoutResponse
from pipeline.model import words
from pipeline.model.errors import InputError
from pipeline.model.parameters import FROM_TABLES, RESPONSES, Clock
from pipeline.model.protocol import BestResponse, Endpoint, Schedule
from pipeline.model.scope import Scope
from pipeline.store.dataset_write import WRITERS
from pipeline.store.datasets import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.export.dataset import Dataset
    from pipeline.export.tables.rates import RateRow
    from pipeline.model.partial_date import Imputed
    from pipeline.procedures.derive import Derived
    from pipeline.procedures.derive_terms import Terms

_BEST = BestResponse()
_SCHEDULE = Schedule()
_LISTED = 40
"""Lines that list imputed dates on the screen: own choice, one page; the table flags all."""
_ALL = "ALL"


class Start(StrEnum):
    """Columns of ADSL that a clock may start from."""

    RANDDT = "RANDDT"
    TRTSDT = "TRTSDT"


_CLOCKS = {Start.RANDDT: Clock.RANDOMIZATION, Start.TRTSDT: Clock.TREATMENT}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("derive")(derive)


def derive(
    rs: Annotated[
        Path,
        typer.Option("--rs", help=f"RS with OVRLRESP rows: {choices.either(READERS)}.", exists=True, dir_okay=False),
    ],
    adsl: Annotated[
        Path, typer.Option("--adsl", help="ADSL: who is derived, and the dates.", exists=True, dir_okay=False)
    ],
    param: Annotated[
        list[str],
        typer.Option(
            "--param", metavar=choices.one_of((_ALL, *FROM_TABLES)), help="What to derive; repeat for several."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", help=f"Table to write: {choices.either(WRITERS)}; or a folder for adrs.csv and adtte.csv."
        ),
    ],
    tu: Annotated[
        Path | None, typer.Option("--tu", help="TU table, for MDIS (measurable disease).", exists=True, dir_okay=False)
    ] = None,
    evaluator: Annotated[
        list[str] | None,
        typer.Option("--eval", help="RSEVAL of the reader (INVESTIGATOR); two of them are held against each other."),
    ] = None,
    evalid: Annotated[
        list[str] | None,
        typer.Option(
            "--evalid",
            help="RSEVALID of the reader, or its RSEVAL; two of them are compared. Without either: RSACPTFL = Y.",
        ),
    ] = None,
    acptfl: Annotated[
        bool | None,
        typer.Option(
            "--acptfl/--no-acptfl",
            help="Only rows with RSACPTFL = Y, or all; else of --eval alone those with Y where there are any.",
        ),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(
            "--rates", help="CSV to write: ORR, CORR, DCR, CBR with exact intervals, by TRT01P.", dir_okay=False
        ),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            "--rules",
            metavar=choices.one_of(rule_book.BY_NAME),
            help="Rule set of events and censors; else the protocol's (FDA-A).",
        ),
    ] = None,
    protocol: Annotated[
        Path | None, typer.Option("--protocol", help="Trial protocol (YAML).", exists=True, dir_okay=False)
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option(
            "--cut", help="Last date (2024-03-31 or 31MAR2024): what was scanned or happened later is not there."
        ),
    ] = None,
    scope: Annotated[
        Scope | None, typer.Option("--scope", help="Scope of responses, HPFS, DOR; else the protocol's (liver).")
    ] = None,
    start: Annotated[
        Start | None, typer.Option("--start", help="Day 1 of PFS, TTP, OS and of responses; else RANDDT.")
    ] = None,
    every_days: Annotated[
        int | None,
        typer.Option(
            "--every-days",
            help=f"Days from visit to visit ({_SCHEDULE.every_days}).",
        ),
    ] = None,
    window_days: Annotated[
        int | None,
        typer.Option("--window-days", help=f"Days that a visit may be off ({_SCHEDULE.window_days}).", min=0),
    ] = None,
    min_sd_days: Annotated[
        int | None,
        typer.Option(
            "--min-sd-days",
            help=f"BOR, CBOR, DCR: SD counts so many days after the start or later ({_BEST.min_sd_days}); "
            "RECIST 1.1, 4.4 says after baseline (protocol: best_response.sd_from).",
            min=0,
        ),
    ] = None,
    min_cb_days: Annotated[
        int | None,
        typer.Option("--min-cb-days", help="CB, CCB: benefit from so many days on; else --min-sd-days.", min=0),
    ] = None,
    confirm_days: Annotated[
        int | None, typer.Option("--confirm-days", help=f"CBOR: days to a confirmation ({_BEST.confirm_days}).", min=0)
    ] = None,
    allow_ne: Annotated[
        int | None,
        typer.Option(
            "--allow-ne", help=f"CBOR: visits not evaluable before a confirmation ({_BEST.max_ne_between}).", min=0
        ),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="BOR, CBOR of a subject without any assessment: MISSING, not NE.")
    ] = False,
    after_therapy: Annotated[
        AfterTherapy | None,
        typer.Option(
            "--after-therapy", help="Responses after new therapy; else counted, and in DOR as the rule set says."
        ),
    ] = None,
    without_response: Annotated[
        WithoutResponse | None,
        typer.Option("--without-response", help="DOR of who did not respond; else as the rule set says (no-row)."),
    ] = None,
    impute: Annotated[
        Impute | None,
        typer.Option(
            "--impute", help="A partial date takes the first or last day that is possible; else it is an error."
        ),
    ] = None,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
) -> None:
    """Derive times to event (ADTTE), responses (ADRS) and rates from RS and ADSL, subject by subject.

    A subject with a fault in its rows is left out of what rests on them (exit code 1); every fault is named.
    Tables come as SAS, R or a spreadsheet writes them: ISO dates, DATE9., days of SAS; "." is missing. What is read as
    something else is told once a column; a date with two readings (03/04/2024) is an
    error unless its column shows the order. ADSL says who is derived.
    """
    from pipeline.procedures import derive as deriving
    from pipeline.procedures import derive_terms
    from pipeline.procedures import rates as rating
    from pipeline.store import dataset_write, place, protocols

    read = (rs, adsl, tu, protocol)
    written = [path for path in (rates, out if out.suffix else None) if path is not None]
    place.check(out.parent if out.suffix else out)
    for path in written:
        place.prepare(path, *read, *(other for other in written if other is not path))
    loaded = None if protocol is None else protocols.load(protocol)
    chosen = {"min_sd_days": min_sd_days, "confirm_days": confirm_days, "max_ne_between": allow_ne}
    best = _BEST if loaded is None else loaded.best_response
    endpoint = Endpoint() if loaded is None else loaded.endpoint
    schedule = _SCHEDULE if loaded is None else loaded.schedule
    terms = derive_terms.Terms(
        schedule=derive_terms.spaced(schedule, every_days, window_days),
        endpoint=endpoint.model_copy(update=_given(rule_set=rules, scope=scope)),
        best=best.model_copy(update=_given(**chosen)),
        categories={} if loaded is None else derive_terms.categories(loaded),
        readers=derive_terms.readers(evaluator or [], evalid or [], acptfl),
        impute=impute,
        cut=moments.day(cut, "--cut"),
        start=None if start is None else _CLOCKS[start],
        min_benefit_days=min_cb_days,
        missing=missing,
        after_therapy=after_therapy,
        without_response=without_response,
    )
    with faults.kept(faults_file, *read, *written):
        derived = deriving.derive(deriving.Sources(rs, adsl, tu), param, terms, rates=rates is not None, strict=strict)
        paths = _paths(out, derived.tables)
        pairs = zip(paths, derived.tables, strict=True)
        fitting = [dataset_write.fitting(table, path, derived.faults) for path, table in pairs]
        derived.faults.check()
    for path, table in zip(paths, fitting, strict=True):
        dataset_write.write(table, path)
    _warn(derived)
    shown = screen.console()
    for path, table in zip(paths, fitting, strict=True):
        rows = words.plural(len(table.rows), "row")
        shown.print(f"{path.name}: {rows} of {_params(table, derived)}, by {_by(table, terms)}")
    for line in _stated(derived, terms):
        shown.print(line)
    if rates is not None:
        rated = rating.estimate(derived.responders, terms.readers)
        rating.write(rated, rates)
        shown.print(_rate_table(rated))
    faults.finish(derived.faults, faults_file)


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _paths(out: Path, tables: "Sequence[Dataset]") -> list[Path]:
    if not out.suffix:
        return [out / f"{table.domain.name.lower()}.csv" for table in tables]
    if len(tables) > 1:
        raise InputError(f"--out: found {out.name} for {len(tables)} datasets; allowed: a folder for ADRS and ADTTE")
    return [out]


def _warn(derived: "Derived") -> None:
    screen.note(derived.notes)
    warnings = screen.errors()
    for line in (*derived.warnings, *_listed(derived.imputed)):
        warnings.print(screen.complaint(line, "yellow"))


def _listed(imputed: "Sequence[Imputed]") -> "Iterator[str]":
    """Say which partial dates were made whole."""
    if imputed:
        yield f"{words.plural(len(imputed), 'partial date')} made whole (--DTF D or M in the table):"
    for one in imputed[:_LISTED]:
        yield f"  {one.subject} {one.where}: {one.text} is taken as {one.date} ({one.flag})"
    if len(imputed) > _LISTED:
        yield f"  and {len(imputed) - _LISTED} more"


def _params(table: "Dataset", derived: "Derived") -> str:
    responses = table.domain.name == "ADRS"
    return ", ".join(code for code in derived.codes if (code in RESPONSES) is responses)


def _by(table: "Dataset", terms: "Terms") -> str:
    if table.domain.name == "ADRS":
        return "RECIST 1.1, table 3"
    return ", ".join(dict.fromkeys(str(name) for name in table.column("RULESET") if name)) or terms.endpoint.rule_set


def _stated(derived: "Derived", terms: "Terms") -> "Iterator[str]":
    """Say which switches the rows follow, and how two readers agree."""
    codes = set(derived.codes)
    if codes & {"BOR", "CBOR", "RSP", "CRSP", "CB", "CCB", "DCR"}:
        counted = terms.after_therapy or AfterTherapy.COUNTED
        yield (
            f"responses: SD from {terms.best.min_sd_days} days after the {terms.best.sd_from} on, benefit from "
            f"{terms.benefit(None).benefit_days}, confirmed after {terms.best.confirm_days}; after new therapy "
            f"{counted.value} (--after-therapy)"
        )
    if "DOR" in codes:
        by = "as the rule set says" if terms.after_therapy is None else terms.after_therapy.value
        yield f"DOR: responses after new therapy {by}; without a response: {terms.unresponsive.value}"
    if terms.cut is not None:
        yield f"data cut {terms.cut}"
    for each in derived.agreements:
        events = "" if each.events is None else f"; events {each.events[0]} and {each.events[1]}"
        names = " and ".join(reader.name for reader in terms.readers)
        apart = f"dates at most {each.most_days} days apart"
        yield f"{each.code}: {names} agree in {each.agree} of {each.of}, {apart}{events}"


def _rate_table(rows: "Sequence[RateRow]") -> object:
    from rich.table import Table

    table = Table("Rate", "Evaluator", "Arm", "Denominator", "n / N", "%", "95 % CI (Clopper-Pearson)", box=None)
    for row in rows:
        none = row.percent is None or row.lower is None or row.upper is None
        share, limits = ("", "") if none else (f"{row.percent:.1f}", f"{row.lower:.1f} to {row.upper:.1f}")
        cells = (row.rate, row.evaluator, row.arm, row.denominator, f"{row.count} / {row.of}", share, limits)
        table.add_row(*cells)
    return table
