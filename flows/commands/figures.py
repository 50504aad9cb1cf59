"""figures: waterfall, spider, swimmer and sums of diameters for a paper."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(figures)


def figures(
    timepoints: Annotated[Path, typer.Option("--timepoints", help="timepoints.csv of export.")],
    endpoint: Annotated[Path, typer.Option("--endpoint", help="endpoint.csv of export.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for SVG, PNG and CSV.", file_okay=False)],
    events: Annotated[
        Path | None, typer.Option("--events", help="CSV: subject,event,date,detail; treatments of the swimmer plot.")
    ] = None,
    arms: Annotated[
        Path | None, typer.Option("--arms", help="Table of subject,arm or ADSL (TRT01P). For the unblinded role only.")
    ] = None,
    param: Annotated[str, typer.Option("--param", help="Endpoint of the swimmer plot.")] = "HPFS",
    criteria: Annotated[
        str,
        typer.Option("--criteria", metavar="NAME", help="Sum and response to draw: a criterion of sums of lengths."),
    ] = "recist11",
    protocol: Annotated[
        Path | None,
        typer.Option(
            "--protocol",
            help="Trial protocol (YAML) with the thresholds; else the defaults.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Draw the response figures that journals expect, each with its data; by arm only with --arms."""
    from pipeline.assess import registry
    from pipeline.model.standard_protocol import STANDARD
    from pipeline.procedures import figures as drawing
    from pipeline.store import protocols

    settings = STANDARD if protocol is None else protocols.load(protocol)
    subjects = drawing.draw(
        timepoints,
        endpoint,
        out,
        events=events,
        arms=arms,
        param=param,
        criterion=registry.get(criteria),
        protocol=settings,
    )
    typer.echo(f"{subjects} subjects, figures and their data: {out}")
