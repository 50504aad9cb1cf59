"""estimate: curves, tests and hazard ratios of one time-to-event parameter."""

from pathlib import Path
from typing import Annotated

import typer

from flows import choices, faults
from pipeline.store.datasets import READERS


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(estimate)


def estimate(
    adtte: Annotated[
        Path, typer.Option("--adtte", help=f"ADTTE ({choices.either(READERS)}): USUBJID, PARAMCD, AVAL, CNSR.")
    ],
    param: Annotated[str, typer.Option("--param", help="PARAMCD to estimate, for example HPFS or THP.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for tables and figures.", file_okay=False)],
    arms: Annotated[
        Path | None,
        typer.Option(
            "--arms", help="Table of subject,arm or ADSL (TRT01P). For the unblinded role only.", dir_okay=False
        ),
    ] = None,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
) -> None:
    """Estimate survival or cumulative incidence; by arm, with tests and hazard ratios, only with --arms.

    A subject with a fault in its rows, or without arm, is left out (exit code 1); every fault is named.
    """
    from flows import screen
    from pipeline.procedures import estimate as estimating
    from pipeline.report import estimate_tables

    with faults.kept(faults_file, adtte, arms):
        result = estimating.estimate(adtte, param, arms, out, strict=strict)
    screen.note(result.notes)
    for line in estimate_tables.summary(result.estimates, param, result.left_out):
        typer.echo(line)
    typer.echo(f"tables and figures: {out}")
    faults.finish(result.faults, faults_file)
