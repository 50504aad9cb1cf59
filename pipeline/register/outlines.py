"""Where the two liver outlines contradict each other after alignment, and which of them the images speak against.

The deformable stage follows the images alone. Where one outline still holds what the other lacks, one of them is wrong,
or the liver itself has lost or gained a part (surgery).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.quality import ImageSide
from pipeline.model.transform import Transform
from pipeline.register.prepare import Prepared
from pipeline.volume import coverage, morphology, resample
from pipeline.volume.arrays import MaskArray

THICK_MM = 6.0
"""mm, radius of the ball that must fit where only one outline is liver, lest thin shells of the surface count; own
choice, two voxels of the working grid."""
LEAST_SHARE = 0.02
"""Share of the liver from which disputed parts are stated; own choice, well below the limit of the verdict."""
CORE_PERCENTILES = (5.0, 95.0)
"""Percentiles of what both outlines call liver between which a voxel looks like liver; own choice."""
LIKE_LIVER = 0.75
"""Share of a part's voxels that look like liver from which on the part is liver (0.9 by definition inside it);
own choice, from the bench."""
UNLIKE_LIVER = 0.6
"""The same below which it is not; between them, or where both outlines are in doubt alike, either can be wrong."""
SURFACE_PERCENTILE = 95.0
"""Percentile of the distances of both surfaces that is stated."""


@dataclass(frozen=True)
class Dispute:
    """How far both outlines lie apart, what thick parts only one of them holds, and which one is doubted.

    surface_p95_mm: 95th percentile of the distances between the surfaces, both ways, in mm. disputed_ml: volume of the
    parts; share: the same of the mean of both livers. doubted is None where there is nothing to tell.
    """

    surface_p95_mm: float
    disputed_ml: float
    share: float
    doubted: ImageSide | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """A thick part that only the outline of one side holds: volume, and how much looks like liver (0 to 1)."""

    holder: ImageSide
    ml: float
    like: float


def compare(fixed: Prepared, moving: Prepared, transform: Transform) -> Dispute | None:
    """Compare the fixed liver and the moving one carried over, where the moving image reaches; None without both."""
    if fixed.liver is None or moving.liver is None:
        return None
    grid = fixed.image.grid
    reached = coverage.covered(moving.image.grid, grid, transform)
    own = fixed.liver.array & reached
    carried = resample.resample_mask(moving.liver, grid, transform).array & reached
    core = own & carried
    if not core.any():
        both_ml = float((np.count_nonzero(own) + np.count_nonzero(carried)) * grid.voxel_ml)
        return Dispute(float("inf"), both_ml, 1.0, ImageSide.EITHER, ("the liver outlines do not meet",))
    there = resample.resample(moving.image, grid, transform, 0.0).array
    parts = [
        *_parts(ImageSide.FIXED, own & ~carried, core, fixed.image.array, grid),
        *_parts(ImageSide.MOVING, carried & ~own, core, there, grid),
    ]
    total_ml = sum(part.ml for part in parts)
    mean_ml = float((np.count_nonzero(own) + np.count_nonzero(carried)) / 2 * grid.voxel_ml)
    large = sorted((part for part in parts if part.ml >= LEAST_SHARE * mean_ml), key=lambda part: -part.ml)
    doubted = {_doubted(part) for part in large}
    return Dispute(
        _surface_p95(own, carried, grid),
        total_ml,
        total_ml / mean_ml,
        None if not large else doubted.pop() if len(doubted) == 1 else ImageSide.EITHER,
        tuple(_reason(part) for part in large),
    )


def _parts(holder: ImageSide, only: MaskArray, core: MaskArray, image: NDArray[np.float32], grid: Grid) -> list[_Part]:
    """The parts in which a ball of THICK_MM fits, with their rims."""
    thick = morphology.opened(only, THICK_MM, grid.steps_mm)
    low, high = np.percentile(image[core], CORE_PERCENTILES)
    labels, count = ndimage.label(morphology.dilated(thick, THICK_MM, grid.steps_mm) & only)
    parts = []
    for number in range(1, count + 1):
        values = image[labels == number]
        like = float(((values >= low) & (values <= high)).mean())
        parts.append(_Part(holder, values.size * grid.voxel_ml, like))
    return parts


def _doubted(part: _Part) -> ImageSide:
    if part.like >= LIKE_LIVER:
        return ImageSide.MOVING if part.holder is ImageSide.FIXED else ImageSide.FIXED
    return part.holder if part.like < UNLIKE_LIVER else ImageSide.EITHER


def _reason(part: _Part) -> str:
    other = ImageSide.MOVING if part.holder is ImageSide.FIXED else ImageSide.FIXED
    if part.like >= LIKE_LIVER:
        return f"the {other} liver outline lacks {part.ml:.0f} ml that look like liver"
    if part.like < UNLIKE_LIVER:
        return f"the {part.holder} liver outline holds {part.ml:.0f} ml that do not look like its liver"
    return f"{part.ml:.0f} ml are liver on the {part.holder} outline alone; either can be wrong"


def _surface_p95(one: MaskArray, other: MaskArray, grid: Grid) -> float:
    distances = [_distances(one, other, grid), _distances(other, one, grid)]
    return float(np.percentile(np.concatenate(distances), SURFACE_PERCENTILE))


def _distances(of: MaskArray, to: MaskArray, grid: Grid) -> NDArray[np.float64]:
    """Distances of the border voxels of one mask to the border of another, mm."""
    away: NDArray[np.float64] = ndimage.distance_transform_edt(~_border(to), sampling=grid.steps_mm)
    return away[_border(of)]


def _border(mask: MaskArray) -> MaskArray:
    border: MaskArray = mask & ~ndimage.binary_erosion(mask)
    return border
