"""Align two image files on the liver, write the transform and say how good it is and whose livers it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.engines import greedy, shipped
from pipeline.model import flags
from pipeline.model.flags import Flags
from pipeline.model.image import Labels, Mask
from pipeline.model.quality import Registration
from pipeline.procedures import engines_file, image_file
from pipeline.procedures.image_file import LoadedImage
from pipeline.register.local_error import local_error_mm
from pipeline.register.register import register as align
from pipeline.store import place, transforms

GIVEN = "given"
"""Whose liver a mask from a file is."""
NOT_FOUND = "not found"
"""What stands in its place where the engine found none."""


@dataclass(frozen=True)
class LiverUsed:
    """The liver that one side rests on, and whose it is: GIVEN, an engine's identity, or NOT_FOUND."""

    liver: Mask | None
    source: str
    flags: Flags = ()


@dataclass(frozen=True)
class Registered:
    """A registration and the livers it rests on.

    local_errors_mm: for each lesion of the fixed image its label, and how far in mm the transform is expected to be off
    there; None where the moving image does not reach.
    """

    registration: Registration
    fixed: LiverUsed
    moving: LiverUsed
    local_errors_mm: tuple[tuple[str, float | None], ...] = ()


def register(
    fixed: Path,
    moving: Path,
    out: Path,
    *,
    fixed_mask: Path | None = None,
    moving_mask: Path | None = None,
    lesions: Path | None = None,
    engine: str | None = None,
) -> Registered:
    """Register `moving` to `fixed` on the livers; the transform is written to `out`.

    The transform leads from points of the fixed image to points of the moving one, LPS mm. A liver without a mask is
    outlined by the engine, as procedures/engines_file chooses it; None: networks where their runtime is installed, else
    classical. lesions: labels on the fixed image, for which the local error is estimated.

    Raises:
        InputError: out is no transform file or cannot be written, an image cannot be read, a mask or the labels lie on
            another grid than the image, or the engine is unknown or wrongly described.
        EngineError: something of the engine is missing, or it failed.
    """
    transforms.check(out)
    place.prepare(out, fixed, moving, fixed_mask, moving_mask, lesions)
    name = engine or ("networks" if shipped.installed() else "classical")
    still, moved = image_file.load(fixed), image_file.load(moving)
    masks = image_file.load_mask(fixed_mask, still.image), image_file.load_mask(moving_mask, moved.image)
    labels = None if lesions is None else image_file.load_labels(lesions, still.image)
    here, there = _outline(still, masks[0], name), _outline(moved, masks[1], name)
    registration = align(still.image, moved.image, here.liver, there.liver, greedy.between_visits())
    transforms.write(registration.transform, out)
    errors = () if labels is None else tuple(_local_errors(still, moved, registration, here, labels))
    return Registered(registration, here, there, errors)


def to_json(registered: Registered, out: Path) -> dict[str, Any]:
    """Return the quality as plain values: dice and shares from 0 to 1, distances in mm, volumes in ml."""
    quality = registered.registration.quality
    return {
        "verdict": quality.verdict.value,
        "fixed_liver": _described(registered.fixed),
        "moving_liver": _described(registered.moving),
        "doubted_liver": None if quality.doubted is None else quality.doubted.value,
        "disputed_ml": quality.disputed_ml,
        "liver_dice": quality.liver_dice,
        "liver_surface_p95_mm": quality.surface_p95_mm,
        "folded_share": quality.folded_share,
        "inverse_median_mm": quality.inverse_median_mm,
        "inverse_p95_mm": quality.inverse_p95_mm,
        "similarity": quality.similarity,
        "similarity_before": quality.similarity_before,
        "local_errors_mm": dict(registered.local_errors_mm),
        "reasons": list(quality.reasons),
        "engine": registered.registration.engine,
        "transform": str(out),
    }


def _local_errors(
    fixed: LoadedImage, moving: LoadedImage, registration: Registration, liver: LiverUsed, lesions: Labels
) -> Iterator[tuple[str, float | None]]:
    for name in lesions.present:
        error_mm = local_error_mm(
            fixed.image,
            moving.image,
            registration.transform,
            lesions.mask(name),
            liver.liver,
            engine=greedy.around_a_lesion(),
        )
        yield name, error_mm


def _outline(loaded: LoadedImage, mask: Mask | None, name: str) -> LiverUsed:
    if mask is not None:
        return LiverUsed(mask, GIVEN)
    engine = engines_file.chosen(name).liver
    proposal = engine.liver(loaded.image, loaded.phase)
    return LiverUsed(proposal.mask, engine.identity() if proposal.mask is not None else NOT_FOUND, proposal.flags)


def _described(outline: LiverUsed) -> str:
    return "; ".join(part for part in (outline.source, flags.text(outline.flags)) if part)
