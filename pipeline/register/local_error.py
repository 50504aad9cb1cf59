"""How far the registration is off at one lesion, told from the images alone."""

from dataclasses import dataclass

import numpy as np

from pipeline.model.engine import DeformableEngine
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import prepare, quality
from pipeline.register.both_ways import mismatch_mm
from pipeline.volume import coverage, resample
from pipeline.volume.arrays import FloatArray

MARGIN_MM = 36.0
"""mm around the lesion that are registered anew; own choice, three times the reach of the correlation window."""
NEAR_MM = 6.0
"""mm around the lesion in which the new displacement is read; own choice, two voxels of the working grid."""


@dataclass(frozen=True)
class Signs:
    """What speaks for an error around a lesion.

    there_mm, back_mm: mean length of the displacement that registering the aligned images anew finds, from either side
    (nothing is left to find where all is right). mismatch_mm: mean of how far these two miss each other.
    correlation: local agreement of the aligned images, -1 to 1.
    """

    there_mm: float
    back_mm: float
    mismatch_mm: float
    correlation: float


def signs(fixed: Image, moving: Image, transform: Transform, lesion: Mask, engine: DeformableEngine) -> Signs | None:
    """Return the signs of an error at a lesion of the fixed image; None where the moving image does not reach.

    Raises:
        EngineError: the engine is missing or failed.
        ValueError: the lesion is empty.
    """
    near = resample.crop(fixed.grid, lesion, MARGIN_MM)
    grid = resample.with_spacing(near, prepare.WORKING_MM)
    still = resample.resample(prepare.smoothed(resample.crop_image(fixed, near)), grid)
    carried = resample.resample(prepare.smoothed(moving), grid, transform, 0.0)
    region = Mask(coverage.covered(moving.grid, grid, transform), grid)
    around = prepare.grown(_placed(lesion, grid), NEAR_MM)
    if not (region.array & around.array).any():
        return None
    there = engine(still, carried, region, Transform.identity())
    back = engine(carried, still, region, Transform.identity())
    lengths = (_length(there), _length(back), mismatch_mm(there, back, grid))
    forth_mm, back_mm, apart_mm = (float(length[around.array].mean()) for length in lengths)
    return Signs(forth_mm, back_mm, apart_mm, quality.local_agreement(fixed, moving, transform, lesion))


def _placed(lesion: Mask, grid: Grid) -> Mask:
    """The lesion on the grid; the voxel at its center where it is too small to fill one."""
    placed = resample.resample_mask(lesion, grid)
    if not placed.array.any():
        i, j, k = np.clip(np.rint(grid.to_index(prepare.center(lesion))).astype(int), 0, np.array(grid.shape[::-1]) - 1)
        placed.array[k, j, i] = True
    return placed


def _length(transform: Transform) -> FloatArray:
    assert transform.displacement is not None
    length: FloatArray = np.linalg.norm(transform.displacement, axis=-1)
    return length
