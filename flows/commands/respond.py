"""respond: responses (SDTM RS) from tumor tables (SDTM TU, TR) of any system."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from flows import choices, faults
from pipeline.model import words
from pipeline.model.scope import Scope
from pipeline.store.dataset_write import WRITERS
from pipeline.store.datasets import READERS


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("respond")(respond)


def respond(
    tu: Annotated[
        Path, typer.Option("--tu", help=f"TU table: {choices.either(READERS)}.", exists=True, dir_okay=False)
    ],
    tr: Annotated[
        Path, typer.Option("--tr", help=f"TR table: {choices.either(READERS)}.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option("--out", help=f"RS to write: {choices.either(WRITERS)}.", dir_okay=False)],
    criterion: Annotated[
        str,
        typer.Option(
            "--criteria",
            metavar="NAME",
            help="The criterion: a name in docs/methods/criteria.md, or that of one that an installed package brings.",
        ),
    ] = "recist11",
    scope: Annotated[Scope, typer.Option("--scope", help="Lesions that are regarded.")] = Scope.WHOLE_BODY,
    protocol: Annotated[
        Path | None,
        typer.Option("--protocol", help="Trial protocol (YAML); else the defaults.", exists=True, dir_okay=False),
    ] = None,
    explain: Annotated[
        Path | None, typer.Option("--explain", help="Reasons to write: one line of JSON per visit.", dir_okay=False)
    ] = None,
    certainty: Annotated[
        Path | None, typer.Option("--certainty", help="CSV to write: how sure each PD is.", dir_okay=False)
    ] = None,
    anatomy: Annotated[
        Path | None,
        typer.Option("--anatomy", help="CSV: the organ of each location that TULOC has.", exists=True, dir_okay=False),
    ] = None,
    adsl: Annotated[
        Path | None,
        typer.Option("--adsl", help="ADSL: its start of treatment tells the baseline.", exists=True, dir_okay=False),
    ] = None,
    adtr: Annotated[
        Path | None,
        typer.Option(
            "--adtr",
            help=f"ADTR to write: sums and targets with baseline, nadir, changes: {choices.either(WRITERS)}.",
            dir_okay=False,
        ),
    ] = None,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Assess the lesions of TU and TR: RS with responses per visit and reader, and best responses.

    Tables come as SAS, R or a spreadsheet writes them: ISO dates, DATE9., days of SAS; "." is missing. What is read as
    something else is told once a column; a date with two readings (03/04/2024) is an
    error unless its column shows the order.

    A subject with a fault in its rows is left out (exit code 1); every fault is named.
    """
    from flows import screen
    from pipeline.assess import registry
    from pipeline.model.standard_protocol import STANDARD
    from pipeline.procedures import respond as responding
    from pipeline.store import protocols

    loaded = STANDARD if protocol is None else protocols.load(protocol)
    method = registry.get(criterion)
    with faults.kept(faults_file, tu, tr, protocol, anatomy, adsl, out, explain, certainty, adtr):
        order = responding.Order(tu, tr, method, scope, loaded, explain, certainty, anatomy, adsl, adtr, strict)
        summary = responding.respond(order, out)
    notes = responding.notes(summary)
    counts = {name: getattr(summary, name) for name in ("subjects", "reads", "visits", "rows", "sorted")}
    if json:
        answer = {"out": str(out), **counts, "notes": notes, "conversions": list(summary.conversions.lines())}
        typer.echo(jsonlib.dumps({**answer, "faults": faults.as_json(summary.faults)}, indent=1))
        faults.finish(summary.faults, faults_file)
        return
    screen.note((*summary.conversions.lines(), *(f"{what} ({often})" for what, often in notes.items())))
    screen.console().print(
        f"{out.name}: {words.plural(summary.rows, 'row')} of {words.plural(summary.subjects, 'subject')}, "
        f"{words.plural(summary.reads, 'read')}, {words.plural(summary.visits, 'visit')}, by {criterion}, "
        f"{scope.value}",
        highlight=False,
    )
    rules = loaded.best_response
    known = "the start (RANDDT, else TRTSDT)" if adsl is not None and rules.sd_from == "start" else "the baseline scan"
    screen.console().print(f"best response: SD from {rules.min_sd_days} days after {known} on", highlight=False)
    faults.finish(summary.faults, faults_file)
