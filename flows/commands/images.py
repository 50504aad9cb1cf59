"""scan, register, segment, measure: one stage at a time, on files, without a study."""

import json as jsonlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from flows import screen
from pipeline.engines import greedy
from pipeline.model import flags
from pipeline.model.errors import InputError
from pipeline.model.image import Labels, Mask
from pipeline.model.quality import Verdict
from pipeline.procedures import image_file
from pipeline.procedures import measure as measuring
from pipeline.procedures import scan as scanning
from pipeline.register.register import register as align
from pipeline.segment.lesion import propose as lesions
from pipeline.segment.liver import propose as liver
from pipeline.store import nifti, transforms

Source = Annotated[Path, typer.Argument(help="A folder of DICOM files.", exists=True, file_okay=False)]
ImagePath = Annotated[Path, typer.Argument(help="A NIfTI file, or a DICOM folder with one volume.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class What(StrEnum):
    """What to segment."""

    LIVER = "liver"
    LESIONS = "lesions"


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
    json: Json = False,
) -> None:
    """Tell what is in a folder: every file accounted for, volumes with geometry, phase and flags. Changes nothing."""
    found = scanning.scan([source], headers_only)
    if json:
        typer.echo(jsonlib.dumps(scanning.to_json(found), indent=1))
    else:
        _show(found, screen.console())


def register_images(
    fixed: ImagePath,
    moving: ImagePath,
    out: Annotated[
        Path, typer.Option("--out", help="Transform to write (.tfm or .h5), fixed to moving points, LPS mm.")
    ],
    fixed_mask: Annotated[
        Path | None, typer.Option("--fixed-mask", help="Liver on FIXED (NIfTI).", exists=True)
    ] = None,
    moving_mask: Annotated[
        Path | None, typer.Option("--moving-mask", help="Liver on MOVING (NIfTI).", exists=True)
    ] = None,
    json: Json = False,
) -> None:
    """Align MOVING with FIXED on the liver and judge the result; exit code 1 if it failed."""
    fixed_image, moving_image = image_file.load(fixed), image_file.load(moving)
    masks = (image_file.load_mask(fixed_mask, fixed_image.image), image_file.load_mask(moving_mask, moving_image.image))
    found = align(fixed_image.image, moving_image.image, *masks, greedy.between_visits())
    transforms.write(found.transform, out)
    quality = found.quality
    facts = {
        "verdict": quality.verdict.value,
        "liver_dice": quality.liver_dice,
        "folded_share": quality.folded_share,
        "similarity": quality.similarity,
        "similarity_before": quality.similarity_before,
        "reasons": list(quality.reasons),
        "engine": found.engine,
        "transform": str(out),
    }
    _tell(facts, json)
    raise typer.Exit(1 if quality.verdict is Verdict.FAILED else 0)


def segment(
    image: ImagePath,
    what: Annotated[What, typer.Option("--what", help="What to outline.")],
    out: Annotated[Path, typer.Option("--out", help="Mask to write (NIfTI), on the image's grid.")],
    liver_mask: Annotated[
        Path | None, typer.Option("--liver", help="Liver mask for lesions; proposed if missing.", exists=True)
    ] = None,
    json: Json = False,
) -> None:
    """Propose the liver, or the lesions in it; exit code 1 if no plausible liver was found."""
    loaded = image_file.load(image)
    outline = image_file.load_mask(liver_mask, loaded.image)
    facts: dict[str, Any] = {"image": str(image), "phase": loaded.phase.value, "flags": ""}
    if outline is None:
        proposal = liver.propose(loaded.image, loaded.phase)
        facts |= {"liver_confidence": proposal.confidence, "flags": flags.text(proposal.flags)}
        outline = proposal.mask
    if outline is None:
        _tell(facts, json)
        raise typer.Exit(1)
    facts["liver_ml"] = round(outline.volume_ml, 1)
    if what is What.LIVER:
        nifti.write_mask(outline, out)
    else:
        proposed = lesions.propose(loaded.image, outline, loaded.phase)
        nifti.write_labels(proposed.labels, out)
        facts["lesions"] = [
            {"label": n + 1, "volume_ml": round(proposed.labels.mask(name).volume_ml, 2), "confidence": round(c, 3)}
            for n, (name, c) in enumerate(zip(proposed.labels.names, proposed.confidences, strict=True))
        ]
    _tell(facts | {"mask": str(out)}, json)


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
    """Measure each label: long axis, perpendicular, viable axis, volume, plane, end points in LPS mm."""
    loaded = image_file.load(image)
    labels: Labels = nifti.read_mask(mask)
    if not labels.grid.same_as(loaded.image.grid, tolerance_mm=0.05):
        raise InputError(
            f"{mask.name}: grid {labels.grid.shape} differs from that of {image.name} {loaded.image.grid.shape}; "
            "expected the same grid. Resample the mask onto the image."
        )
    viable_on = image_file.load(arterial) if arterial else None
    outline: Mask | None = image_file.load_mask(liver_mask, loaded.image)
    rows = measuring.measure(labels, viable_on, outline)
    if json:
        typer.echo(jsonlib.dumps(rows, indent=1))
        return
    table = Table("label", "long mm", "short mm", "viable mm", "ml", "plane", "slice")
    for row in rows:
        table.add_row(
            *(
                str(row[key])
                for key in ("label", "long_axis_mm", "short_axis_mm", "viable_axis_mm", "volume_ml", "plane", "slice")
            )
        )
    screen.console().print(table)


def _show(found: scanning.Scan, console: Console) -> None:
    facts = scanning.to_json(found)
    table = Table(Column("volume", overflow="fold"), "phase", "conf.", "slices", "spacing mm", "flags")
    for v in facts["volumes"]:
        spacing = " x ".join(f"{s:g}" for s in v["spacing_mm"])
        table.add_row(
            v["id"], v["phase"], f"{v['phase_confidence']:.2f}", str(v["shape"][0]), spacing, " ".join(v["flags"])
        )
    console.print(table)
    counts: dict[tuple[str, str], int] = {}
    for entry in facts["files"]:
        key = (entry["status"], entry["reason"])
        counts[key] = counts.get(key, 0) + 1
    for (status, reason), count in sorted(counts.items()):
        console.print(
            f"{count:6d} {status.replace('_', ' ')}{': ' + reason if reason else ''}", soft_wrap=True, markup=False
        )


def _tell(facts: dict[str, Any], json: bool) -> None:
    if json:
        typer.echo(jsonlib.dumps(facts, indent=1))
    else:
        for name, value in facts.items():
            screen.console().print(f"{name}: {value}", soft_wrap=True, markup=False)
