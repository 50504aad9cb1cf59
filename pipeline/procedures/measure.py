"""Measure every label of a mask file, as the command `measure` shows it."""

from pathlib import Path
from typing import Any

from pipeline.measure import density, diameters, viable
from pipeline.model import flags
from pipeline.model.errors import InputError
from pipeline.model.grid import IN_FILES_MM
from pipeline.model.image import Labels, Mask, Phase
from pipeline.model.lesion import Axis
from pipeline.model.recording import record_hu, record_mm
from pipeline.procedures import image_file
from pipeline.procedures.image_file import LoadedImage
from pipeline.segment.liver import propose as liver
from pipeline.store import nifti


def measure(
    image: Path, mask: Path, arterial: Path | None = None, liver_mask: Path | None = None
) -> list[dict[str, Any]]:
    """Return one row per label: recorded lengths in mm, volumes in ml, density in HU, end points in LPS mm.

    What is viable needs an arterial image on the same grid, and a liver: proposed where none is given.

    Raises:
        InputError: a file cannot be read or lies on another grid, or no liver is found for the viable axis.
    """
    loaded = image_file.load(image)
    labels: Labels = nifti.read_mask(mask)
    if not labels.grid.same_as(loaded.image.grid, IN_FILES_MM):
        raise InputError(
            f"{mask.name}: grid {labels.grid.shape} differs from that of {image.name} {loaded.image.grid.shape}; "
            "expected the same grid. Resample the mask onto the image."
        )
    viable_on = image_file.load(arterial) if arterial else None
    return of_labels(labels, loaded, viable_on, image_file.load_mask(liver_mask, loaded.image))


def of_labels(
    labels: Labels, image: LoadedImage, arterial: LoadedImage | None, outline: Mask | None
) -> list[dict[str, Any]]:
    """Return the rows of labels on the grid of an image; without a liver it is proposed on the arterial image.

    Raises:
        InputError: the arterial image lies on another grid, or no liver is found for the viable axis.
    """
    if arterial is not None and not arterial.image.grid.same_as(labels.grid, IN_FILES_MM):
        raise InputError("the arterial image lies on another grid than the mask; expected the same. Resample it.")
    if arterial is not None and outline is None:
        outline = liver.propose(arterial.image, arterial.phase).mask
        if outline is None:
            raise InputError("no liver found for the viable axis; give one with --liver")
    return [_row(name, labels.mask(name), image, arterial, outline) for name in labels.present]


def _row(
    name: str, mask: Mask, image: LoadedImage, arterial: LoadedImage | None, outline: Mask | None
) -> dict[str, Any]:
    axes = diameters.measure(mask)
    assert axes is not None
    row: dict[str, Any] = {
        "label": name,
        "long_axis_mm": float(record_mm(axes.long.length_mm)),
        "short_axis_mm": float(record_mm(axes.short.length_mm)),
        "viable_axis_mm": None,
        "viable_short_axis_mm": None,
        "volume_ml": round(mask.volume_ml, 2),
        "viable_volume_ml": None,
        "density_hu": _density(image, mask),
        "plane": axes.plane,
        "slice": axes.slice_index,
        "long": _points(axes.long),
        "short": _points(axes.short),
        "viable": None,
        "flags": "",
    }
    if arterial is not None and outline is not None:
        tissue = viable.measure(arterial.image, mask, outline)
        row["flags"] = flags.text(tissue.flags)
        if tissue.evaluable:
            row |= {
                "viable_axis_mm": 0.0,
                "viable_short_axis_mm": 0.0,
                "viable_volume_ml": round(tissue.mask.volume_ml, 2),
            }
        if tissue.axis is not None:
            row |= {
                "viable_axis_mm": _length(tissue.axis),
                "viable_short_axis_mm": _length(tissue.short),
                "viable": _points(tissue.axis),
            }
    return row


def _length(axis: Axis | None) -> float | None:
    return None if axis is None else float(record_mm(axis.length_mm))


def _density(image: LoadedImage, mask: Mask) -> float | None:
    """Return the mean density on a portal venous CT; None on anything else."""
    hu = density.mean_hu(image.image, mask) if image.phase is Phase.PORTAL_VENOUS else None
    return None if hu is None else float(record_hu(hu))


def _points(axis: Axis) -> list[list[float]]:
    return [[round(float(c), 2) for c in point] for point in (axis.start, axis.end)]
