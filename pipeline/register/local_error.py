"""How far the registration is off at one lesion, told without knowing the truth."""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy import ndimage

from pipeline.model.engine import DeformableEngine
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import prepare
from pipeline.register.both_ways import displacement_on
from pipeline.volume import coverage, resample
from pipeline.volume.arrays import MaskArray

MARGIN_MM = 36.0
"""mm around the lesion that are registered anew; own choice, three times the reach of the correlation window."""
NEAR_MM = 6.0
"""mm around the lesion in which the signs are read; own choice, two voxels of the working grid."""
EDGE_MM = 8.0
"""mm of depth in the liver over which the effect of its edge falls to a third; own choice: there the smooth field
hides that the liver slides along the wall."""
EDGE_ERROR_MM = 0.6
"""mm of error at the liver's edge. This and the next: set on 80 places in 5 patients of the bench of moved real CT
(tests/benchmarks/accuracy/registration.py), each patient checked by weights set on the others."""
BENT_ERROR = 3.0
"""mm of error per mm that a flexible engine would still move, where the field bends by a strain of 1."""
LEAST_ERROR_MM = 0.3
"""mm of error where no sign speaks: the mean of the best fifth of those places."""
STRAY_MM = 1.4
"""mm that the flexible engine moves tissue both ways alike where nothing is off: 95 % of those places moved less."""


@dataclass(frozen=True)
class Signs:
    """What speaks for an error around a lesion.

    strain: mean norm of the gradient of the displacement, without unit: near where tissue slides the smooth field
    bends. there_mm: mean length of what a more flexible engine would still move (nothing is left where all is right).
    shift_mm: length of the mean shift that its two ways agree on: above all a lesion that lies elsewhere. depth_mm:
    depth of the center below the liver's surface, 0 outside and where no liver is known.
    """

    strain: float
    there_mm: float
    shift_mm: float
    depth_mm: float


def local_error_mm(
    fixed: Image, moving: Image, transform: Transform, lesion: Mask, liver: Mask | None, *, engine: DeformableEngine
) -> float | None:
    """Return how far in mm the transform is expected to be off at a lesion of the fixed image, in the mean.

    lesion and liver lie on the fixed grid; engine is a flexible one (engines/greedy.around_a_lesion). The value follows
    the true error in rank and in the mean of many lesions; at a single one the error can be twice as large and more
    (docs/methods/registration.md). None where the moving image does not reach.

    Raises:
        EngineError: the engine is missing or failed.
        ValueError: the lesion is empty.
    """
    read = signs(fixed, moving, transform, lesion, liver, engine=engine)
    return None if read is None else expected_mm(read)


def expected_mm(read: Signs) -> float:
    """Return the error in mm that the signs stand for."""
    smooth = EDGE_ERROR_MM * exp(-read.depth_mm / EDGE_MM) + BENT_ERROR * read.strain * read.there_mm
    return max(LEAST_ERROR_MM, smooth, read.shift_mm - STRAY_MM)


def signs(
    fixed: Image, moving: Image, transform: Transform, lesion: Mask, liver: Mask | None, *, engine: DeformableEngine
) -> Signs | None:
    """Return the signs of an error at a lesion of the fixed image; None where the moving image does not reach.

    Raises:
        EngineError: the engine is missing or failed.
        ValueError: the lesion is empty.
    """
    near = resample.crop(fixed.grid, lesion, MARGIN_MM)
    grid = resample.with_spacing(near, prepare.WORKING_MM)
    region = Mask(coverage.covered(moving.grid, grid, transform), grid)
    placed = _placed(lesion, grid)
    around = prepare.grown(placed, NEAR_MM).array
    if not (region.array & around).any():
        return None
    still = resample.resample(prepare.smoothed(resample.crop_image(fixed, near)), grid)
    carried = resample.resample(prepare.smoothed(moving), grid, transform, 0.0)
    there = engine(still, carried, region, Transform.identity())
    back = engine(carried, still, region, Transform.identity())
    return Signs(
        _strain(transform, grid, around),
        _mean_length(there, around),
        _common_shift(there, back, around),
        _depth(liver, placed),
    )


def _placed(lesion: Mask, grid: Grid) -> Mask:
    """The lesion on the grid; the voxel at its center where it is too small to fill one."""
    placed = resample.resample_mask(lesion, grid)
    if not placed.array.any():
        i, j, k = np.clip(np.rint(grid.to_index(prepare.center(lesion))).astype(int), 0, np.array(grid.shape[::-1]) - 1)
        placed.array[k, j, i] = True
    return placed


def _mean_length(transform: Transform, inside: MaskArray) -> float:
    assert transform.displacement is not None
    return float(np.linalg.norm(transform.displacement, axis=-1)[inside].mean())


def _common_shift(there: Transform, back: Transform, inside: MaskArray) -> float:
    assert there.displacement is not None
    assert back.displacement is not None
    return float(np.linalg.norm((there.displacement - back.displacement)[inside].mean(axis=0)) / 2)


def _strain(transform: Transform, grid: Grid, inside: MaskArray) -> float:
    """Mean norm of the displacement's gradient; 0 for a linear transform."""
    field = displacement_on(transform, grid)
    parts = [np.gradient(field[..., axis], *grid.steps_mm) for axis in range(3)]
    norm = np.sqrt(sum(part**2 for of_axis in parts for part in of_axis))
    return float(norm[inside].mean())


def _depth(liver: Mask | None, lesion: Mask) -> float:
    """Depth of the lesion's center in the liver, on the lesion's grid (which ends MARGIN_MM away), mm."""
    if liver is None:
        return 0.0
    inside = resample.resample_mask(liver, lesion.grid).array
    depth = ndimage.distance_transform_edt(inside, sampling=lesion.grid.steps_mm)
    i, j, k = np.rint(lesion.grid.to_index(prepare.center(lesion))).astype(int)
    return float(depth[k, j, i])
