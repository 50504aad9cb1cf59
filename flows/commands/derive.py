"""derive: times to event and best responses from RS and ADSL tables of others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows import choices
from pipeline.endpoint import rule_book
from pipeline.endpoint.reported import Impute
from pipeline.model.parameters import FROM_TABLES
from pipeline.model.protocol import BestResponse, Endpoint, Schedule
from pipeline.store.dataset_write import WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.partial_date import Imputed
    from pipeline.procedures import derive as deriving

_BEST = BestResponse()
_LISTED = 40
"""Lines that list imputed dates on the screen: own choice, one page; the table flags all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("derive")(derive)


def derive(
    rs: Annotated[Path, typer.Option("--rs", help="RS table with OVRLRESP rows.", exists=True, dir_okay=False)],
    adsl: Annotated[Path, typer.Option("--adsl", help="ADSL table with the dates.", exists=True, dir_okay=False)],
    param: Annotated[str, typer.Option("--param", metavar=choices.one_of(FROM_TABLES), help="What to derive.")],
    out: Annotated[Path, typer.Option("--out", help=f"Table to write: {choices.either(WRITERS)}.", dir_okay=False)],
    evalid: Annotated[
        str | None, typer.Option("--evalid", help="The reader (RSEVALID, or INVESTIGATOR); else RSACPTFL = Y.")
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
    min_sd_days: Annotated[
        int | None,
        typer.Option("--min-sd-days", help=f"BOR, CBOR: SD counts from so many days on ({_BEST.min_sd_days}).", min=0),
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
    impute: Annotated[
        Impute | None, typer.Option("--impute", help="The day of a partial date; else it is an error.")
    ] = None,
) -> None:
    """Derive a time to event (ADTTE) or a best response (ADRS) from RS and ADSL, one row a subject."""
    from rich.console import Console

    from flows import screen
    from pipeline.procedures import derive as deriving
    from pipeline.store import dataset_write, place, protocols

    place.prepare(out, rs, adsl)
    loaded = None if protocol is None else protocols.load(protocol)
    options = {"min_sd_days": min_sd_days, "confirm_days": confirm_days, "max_ne_between": allow_ne}
    best = _BEST if loaded is None else loaded.best_response
    endpoint = Endpoint() if loaded is None else loaded.endpoint
    terms = deriving.Terms(
        schedule=Schedule() if loaded is None else loaded.schedule,
        endpoint=endpoint if rules is None else endpoint.model_copy(update={"rule_set": rules}),
        best=best.model_copy(update={key: value for key, value in options.items() if value is not None}),
        categories={} if loaded is None else deriving.categories(loaded),
        evalid=evalid,
        impute=impute,
    )
    derived = deriving.derive(rs, adsl, param, terms)
    dataset_write.write(derived.rows, out)
    warnings = Console(stderr=True, soft_wrap=True, highlight=False)
    for warning in derived.warnings:
        warnings.print(f"[bold]hepatrack:[/] {warning}", style="yellow")
    for line in _listed(derived.imputed):
        warnings.print(f"[bold]hepatrack:[/] {line}", style="yellow")
    screen.console().print(f"{out.name}: {len(derived.rows.rows)} rows of {param}, by {_terms(derived, terms)}")


def _listed(imputed: "Sequence[Imputed]") -> "Iterator[str]":
    """Say which partial dates were made whole."""
    each = sorted(set(imputed))
    if each:
        yield f"{len(each)} partial dates made whole (--DTF D, M in the table):"
    for one in each[:_LISTED]:
        yield f"  {escape(one.subject)} {escape(one.where)}: {one.text} is taken as {one.date} ({one.flag})"
    if len(each) > _LISTED:
        yield f"  and {len(each) - _LISTED} more"


def _terms(derived: "deriving.Derived", terms: "deriving.Terms") -> str:
    return terms.endpoint.rule_set if derived.rows.domain.name == "ADTTE" else "RECIST 1.1, table 3"
