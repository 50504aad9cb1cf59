"""scan, register, segment, measure: one stage at a time, on files, without a study."""

import json as jsonlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import screen

Source = Annotated[Path, typer.Argument(help="A folder of DICOM files.", exists=True, file_okay=False)]
ImagePath = Annotated[Path, typer.Argument(help="A NIfTI file, or a DICOM folder with one volume.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Structure(StrEnum):
    """What to outline."""

    LIVER = "liver"
    LESIONS = "lesions"
    LESION = "lesion"


def register(app: typer.Typer) -> None:
    """Add the commands on single images."""
    app.command("scan")(scan)
    app.command("register")(register_images)
    app.command("segment")(segment)
    app.command("measure")(measure)


def scan(
    source: Source,
    headers_only: Annotated[
        bool, typer.Option("--headers-only", help="Do not decode pixels: no phase from organs.")
    ] = False,
    paths: Annotated[
        bool,
        typer.Option(
            "--paths",
            help="Tell files by their paths, and whole tracebacks. Else by SHA-256 (its first 12 digits): names of "
            "folders and files may be those of patients.",
        ),
    ] = False,
    visits: Annotated[
        Path | None,
        typer.Option(
            "--visits", help="A list of visits to try on the folder, as `ingest --visits` reads it.", exists=True
        ),
    ] = None,
    visits_template: Annotated[
        Path | None,
        typer.Option(
            "--visits-template",
            help="Write a list of visits (CSV) with a row for each study; visit and date are to be filled in.",
            dir_okay=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Tell what is in a folder: every file accounted for, volumes with geometry, phase and flags.

    Exit code 2 where there is no volume; the message says what was there. 1 where a row of --visits is wrong.
    """
    from pipeline.model import internal, words
    from pipeline.model.errors import InputError
    from pipeline.procedures import internal_log, no_images, source_names
    from pipeline.procedures import scan as scanning
    from pipeline.procedures import visits_template as template
    from pipeline.store import place, visits_table
    from pipeline.store.table_forms.conversions import Conversions

    if visits_template is not None and visits_template.exists():
        raise InputError(f"{visits_template}: is there already and may be filled in. Choose another name.")
    if visits_template is not None:
        place.prepare(visits_template)
    conversions = Conversions()
    listed = visits_table.read(visits, conversions) if visits else None
    screen.note(conversions.lines())
    scanned = scanning.scan([source], headers_only or visits_template is not None, listed)
    names = source_names.of_files([source], scanned.files)
    facts = scanning.to_json(scanned, names, paths=paths)
    if json:
        typer.echo(jsonlib.dumps(facts, indent=1))
    else:
        _show(facts)
    faults = internal_log.of_files(scanned.files)
    if faults:
        typer.echo(faults if paths else internal.places(faults), err=True)
        raise typer.Exit(1)
    if not scanned.volumes:
        reasons = (entry.reason for entry in scanned.files)
        raise InputError(no_images.message(1, reasons if paths else map(names.hidden, reasons)))
    if visits_template is not None:
        count = template.write(scanned.volumes, visits_template)
        typer.echo(
            f"{visits_template}: {words.plural(count, 'row')}. Fill in visit (the baseline is BASELINE) and date, "
            f"then: hepatrack scan {source} --visits {visits_template}",
            err=True,
        )
    wrong = scanning.of_list(scanned)
    for line in wrong:
        typer.echo(f"list of visits: {line}", err=True)
    if wrong:
        raise typer.Exit(1)


def register_images(
    fixed: ImagePath,
    moving: ImagePath,
    out: Annotated[
        Path, typer.Option("--out", help="Transform to write (.tfm or .h5), fixed to moving points, LPS mm.")
    ],
    fixed_mask: Annotated[
        Path | None, typer.Option("--fixed-mask", help="Liver on FIXED (NIfTI); found if missing.", exists=True)
    ] = None,
    moving_mask: Annotated[
        Path | None, typer.Option("--moving-mask", help="Liver on MOVING (NIfTI); found if missing.", exists=True)
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            help="Who finds the livers, as of segment. Without it the networks, where onnxruntime is installed.",
        ),
    ] = None,
    lesions: Annotated[
        Path | None,
        typer.Option(
            "--lesions", help="Lesion labels on FIXED (NIfTI): tell the error in mm expected at each.", exists=True
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Align MOVING with FIXED on the liver and judge the result; exit code 1 if it failed."""
    from pipeline.model.quality import Verdict
    from pipeline.procedures import register as registering

    registered = registering.register(
        fixed,
        moving,
        out,
        fixed_mask=fixed_mask,
        moving_mask=moving_mask,
        lesions=lesions,
        engine=engine,
    )
    _tell(registering.to_json(registered, out), json)
    raise typer.Exit(1 if registered.registration.quality.verdict is Verdict.FAILED else 0)


def segment(
    image: ImagePath,
    what: Annotated[Structure, typer.Option("--what", help="What to outline.")],
    out: Annotated[Path, typer.Option("--out", help="Mask to write (NIfTI), on the image's grid.")],
    liver_mask: Annotated[
        Path | None, typer.Option("--liver", help="Liver mask for lesions; proposed if missing.", exists=True)
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            help="Who outlines: built-in (both that follow, joined), networks (the trained ones that come along), "
            "classical (image analysis alone), or an engines file (.yaml) that describes others.",
        ),
    ] = "built-in",
    axis: Annotated[
        str, typer.Option("--axis", help="Long axis of the lesion, from edge to edge: x1,y1,z1,x2,y2,z2 in LPS mm.")
    ] = "",
    point: Annotated[str, typer.Option("--point", help="Instead: a point in the lesion, x,y,z.")] = "",
    box: Annotated[str, typer.Option("--box", help="Instead: a box around the lesion, two opposite corners.")] = "",
    json: Json = False,
) -> None:
    """Propose the liver, the lesions in it, or one lesion from a mark; exit code 1 if no plausible liver was found."""
    from pipeline.procedures import prompt as prompting
    from pipeline.procedures import segment as segmenting

    if what is Structure.LESION:
        marked = prompting.segment(image, out, prompting.read(axis, point, box), liver_mask, engine)
        _tell(prompting.to_json(marked, image, out), json)
        return

    outlined = segmenting.segment(image, out, liver_mask, engine, with_lesions=what is Structure.LESIONS)
    _tell(segmenting.to_json(outlined, image, out), json)
    raise typer.Exit(0 if outlined.liver is not None else 1)


def measure(
    image: ImagePath,
    mask: Annotated[
        Path, typer.Argument(help="Lesion labels (NIfTI) on the image's grid.", exists=True, dir_okay=False)
    ],
    arterial: Annotated[
        Path | None,
        typer.Option("--arterial", help="Arterial image (NIfTI) on the same grid, for the viable axis.", exists=True),
    ] = None,
    liver_mask: Annotated[
        Path | None, typer.Option("--liver", help="Liver mask on the same grid; proposed if missing.", exists=True)
    ] = None,
    json: Json = False,
) -> None:
    """Measure each label: axes and volume, whole and viable, density in the portal phase, end points in LPS mm."""
    from rich.table import Table

    from pipeline.procedures import measure as measuring

    rows = measuring.measure(image, mask, arterial, liver_mask)
    if json:
        typer.echo(jsonlib.dumps(rows, indent=1))
        return
    shown = {
        "label": "label",
        "long mm": "long_axis_mm",
        "short mm": "short_axis_mm",
        "viable mm": "viable_axis_mm",
        "across mm": "viable_short_axis_mm",
        "ml": "volume_ml",
        "viable ml": "viable_volume_ml",
        "HU": "density_hu",
        "plane": "plane",
        "slice": "slice",
    }
    table = Table(*shown)
    for row in rows:
        table.add_row(*("" if row[key] is None else str(row[key]) for key in shown.values()))
    screen.console().print(table)


def _show(facts: dict[str, Any]) -> None:
    from rich.table import Column, Table

    from pipeline.model.catalog import FileStatus
    from pipeline.procedures import source_names

    console = screen.console()
    visits = [Column("visit", overflow="fold")] if any(v["visit"] for v in facts["volumes"]) else []
    table = Table(Column("volume", overflow="fold"), *visits, "kind", "phase", "conf.", "slices", "spacing mm", "flags")
    for v in facts["volumes"]:
        spacing = " x ".join(f"{s:g}" for s in v["spacing_mm"])
        table.add_row(
            v["id"],
            *([v["visit"]] if visits else []),
            f"{v['modality']} {v['kind']}",
            v["phase"],
            f"{v['phase_confidence']:.2f}",
            str(v["shape"][0]),
            spacing,
            " ".join(v["flags"]),
        )
    if facts["volumes"]:
        console.print(table)
    for v in (v for v in facts["volumes"] if v["varying_tags"]):
        varying = ", ".join(v["varying_tags"])
        console.print(f"{v['id']}: differs between slices: {varying}", soft_wrap=True)
    for each in source_names.counted((FileStatus(file["status"]), file["reason"]) for file in facts["files"]):
        why = f": {each.reason}" if each.reason else ""
        console.print(f"{each.count:6d} {each.status.replace('_', ' ')}{why}", soft_wrap=True)


def _tell(facts: dict[str, Any], json: bool) -> None:
    if json:
        typer.echo(jsonlib.dumps(facts, indent=1))
    else:
        for name, value in facts.items():
            screen.console().print(f"{name}: {value}", soft_wrap=True)
