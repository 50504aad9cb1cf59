"""Align two image files on the liver, write the transform and say how good it is."""

from pathlib import Path
from typing import Any

from pipeline.engines import greedy
from pipeline.model.quality import Registration
from pipeline.procedures import image_file
from pipeline.register.register import register as align
from pipeline.store import place, transforms


def register(
    fixed: Path, moving: Path, out: Path, fixed_mask: Path | None = None, moving_mask: Path | None = None
) -> Registration:
    """Register `moving` to `fixed`, on liver masks where they are given; the transform is written to `out`.

    The transform leads from points of the fixed image to points of the moving one, LPS mm.

    Raises:
        InputError: out is no transform file or cannot be written, an image cannot be read, or a mask lies on
            another grid than its image.
    """
    transforms.check(out)
    place.prepare(out, fixed, moving, fixed_mask, moving_mask)
    fixed_image, moving_image = image_file.load(fixed).image, image_file.load(moving).image
    fixed_liver = image_file.load_mask(fixed_mask, fixed_image)
    moving_liver = image_file.load_mask(moving_mask, moving_image)
    registration = align(fixed_image, moving_image, fixed_liver, moving_liver, greedy.between_visits())
    transforms.write(registration.transform, out)
    return registration


def to_json(registration: Registration, out: Path) -> dict[str, Any]:
    """Return the quality as plain values; dice and shares from 0 to 1."""
    quality = registration.quality
    return {
        "verdict": quality.verdict.value,
        "liver_dice": quality.liver_dice,
        "folded_share": quality.folded_share,
        "similarity": quality.similarity,
        "similarity_before": quality.similarity_before,
        "reasons": list(quality.reasons),
        "engine": registration.engine,
        "transform": str(out),
    }
