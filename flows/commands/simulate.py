"""simulate: a sample study as images, or a whole trial as measurements."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.simulate.seed import SEED
from pipeline.simulate.trial.design import NO_EFFECT, PLANNED_SUBJECTS, Design


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write; its files are made anew.", file_okay=False)],
    images: Annotated[bool, typer.Option("--images", help="Write the sample study as DICOM.")] = False,
    measurements: Annotated[bool, typer.Option("--measurements", help="Write a whole trial as tables (CSV).")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator.", min=0)] = SEED,
    subjects: Annotated[int, typer.Option("--subjects", help="Subjects of the trial.")] = PLANNED_SUBJECTS,
    hr: Annotated[
        float, typer.Option("--hr", help="Hazard ratio of the second arm: first of PD and death.")
    ] = NO_EFFECT,
    arms_labels: Annotated[str, typer.Option("--arms-labels", help="Labels of the two arms.")] = "A,B",
    median_days: Annotated[
        float, typer.Option("--median-days", help="Median time to event in the first arm.")
    ] = Design.median_days,
    shape: Annotated[float, typer.Option("--shape", help="Weibull shape; 1: constant hazard.")] = Design.shape,
    visits_every: Annotated[
        int, typer.Option("--visits-every", help="Days between scheduled visits.")
    ] = Design.every_days,
    jitter: Annotated[
        float, typer.Option("--jitter", help="SD of the days a visit is early or late.")
    ] = Design.jitter_days,
    missed: Annotated[float, typer.Option("--missed", help="Chance that a visit is missed.")] = Design.visit_missed,
    dropout: Annotated[float, typer.Option("--dropout", help="Share lost to follow-up in a year.")] = Design.dropout,
    therapy: Annotated[float, typer.Option("--therapy", help="Share with another therapy in a year.")] = Design.therapy,
    extrahepatic: Annotated[
        float, typer.Option("--extrahepatic", help="Share with a new extrahepatic lesion in a year.")
    ] = Design.extrahepatic,
    exact: Annotated[bool, typer.Option("--exact", help="Readers make no error.")] = False,
) -> None:
    """Make a sample study with known truth: --images or --measurements."""
    if images == measurements:
        raise typer.BadParameter("say what to make: --images or --measurements")
    if images:
        from pipeline.procedures import simulate as simulating

        simulating.make(out, seed)
        return
    from pipeline.procedures import simulate_trial

    first, _, second = arms_labels.partition(",")
    design = Design(
        subjects=subjects,
        hazard_ratio=hr,
        seed=seed,
        arms=(first.strip(), second.strip()),
        median_days=median_days,
        shape=shape,
        every_days=visits_every,
        jitter_days=jitter,
        visit_missed=missed,
        dropout=dropout,
        therapy=therapy,
        extrahepatic=extrahepatic,
        exact=exact,
    )
    simulate_trial.make(out, design)
