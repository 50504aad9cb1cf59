"""figures: waterfall, spider, swimmer and sums of diameters for a paper."""

from pathlib import Path
from typing import Annotated

import typer

from flows import faults
from pipeline.model import words
from pipeline.model.errors import InputError
from pipeline.model.scope import Scope

TableFile = Path | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(figures)


def figures(
    out: Annotated[Path, typer.Option("--out", help="Folder for SVG, PNG and CSV.", file_okay=False)],
    timepoints: Annotated[TableFile, typer.Option("--timepoints", help="timepoints.csv of export.")] = None,
    endpoint: Annotated[TableFile, typer.Option("--endpoint", help="endpoint.csv of export.")] = None,
    events: Annotated[
        TableFile, typer.Option("--events", help="CSV: subject,event,date,detail; treatments of the swimmer plot.")
    ] = None,
    adtr: Annotated[
        TableFile,
        typer.Option("--adtr", help="Instead: ADTR of anyone, with RS and ADTTE.", exists=True, dir_okay=False),
    ] = None,
    rs: Annotated[TableFile, typer.Option("--rs", help="RS beside ADTR.", exists=True, dir_okay=False)] = None,
    adtte: Annotated[TableFile, typer.Option("--adtte", help="ADTTE beside ADTR.", exists=True, dir_okay=False)] = None,
    adsl: Annotated[
        TableFile,
        typer.Option("--adsl", help="ADSL beside ADTR: treatment, new therapy, death.", exists=True, dir_okay=False),
    ] = None,
    scope: Annotated[Scope, typer.Option("--scope", help="RSSCAT of RS, where it has several.")] = Scope.LIVER,
    evaluator: Annotated[
        str | None, typer.Option("--eval", help="--EVAL of the reader; else the accepted rows.")
    ] = None,
    evalid: Annotated[str | None, typer.Option("--evalid", help="--EVALID of the reader.")] = None,
    arms: Annotated[
        TableFile, typer.Option("--arms", help="Table of subject,arm or ADSL (TRT01P). For the unblinded role only.")
    ] = None,
    param: Annotated[str, typer.Option("--param", help="Endpoint of the swimmer plot.")] = "HPFS",
    criteria: Annotated[
        str,
        typer.Option("--criteria", metavar="NAME", help="Sum and response to draw: a criterion of sums of lengths."),
    ] = "recist11",
    protocol: Annotated[
        TableFile,
        typer.Option(
            "--protocol",
            help="Trial protocol (YAML) with the thresholds; else the defaults.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
) -> None:
    """Draw the response figures that journals expect, each with its data; by arm only with --arms.

    From timepoints.csv and endpoint.csv of our own study, or from ADTR, RS and ADTTE of any.
    A subject with a fault in its rows, or without arm, is left out (exit code 1); every fault is named.
    """
    from flows import screen
    from pipeline.assess import registry
    from pipeline.endpoint.reported import Reader
    from pipeline.model.standard_protocol import STANDARD
    from pipeline.procedures import figures as drawing
    from pipeline.store import protocols
    from pipeline.store.course_cdisc import CourseTables

    source: drawing.OwnTables | CourseTables
    if timepoints and endpoint and not (adtr or rs or adtte or adsl):
        source = drawing.OwnTables(timepoints, endpoint, events)
    elif adtr and rs and adtte and not (timepoints or endpoint or events):
        source = CourseTables(adtr, rs, adtte, adsl)
    else:
        raise InputError(
            "figures: found no whole set of tables, or two; allowed: --timepoints with --endpoint, or --adtr with --rs "
            "and --adtte"
        )
    read = (timepoints, endpoint, events, adtr, rs, adtte, adsl, arms, protocol)
    with faults.kept(faults_file, *read):
        made = drawing.draw(
            source,
            out,
            arms=arms,
            param=param,
            criterion=registry.get(criteria),
            protocol=STANDARD if protocol is None else protocols.load(protocol),
            scope=scope,
            reader=Reader(evaluator, evalid),
            strict=strict,
        )
    screen.note(made.notes)
    typer.echo(f"{words.plural(made.subjects, 'subject')}, figures and their data: {out}")
    faults.finish(made.faults, faults_file)
