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
from pipeline.register.both_ways import displacement_on, mismatch_mm
from pipeline.volume import coverage, resample
from pipeline.volume.arrays import MaskArray

MARGIN_MM = 36.0
"""mm around the lesion that are registered anew; own choice, three times the reach of the correlation window."""
NEAR_MM = 6.0
"""mm around the lesion in which the signs are read; own choice, two voxels of the working grid."""
EDGE_MM = 8.0
"""mm of depth in the liver over which the effect of its edge falls to a third; own choice: there the smooth field
hides that the liver slides along the wall."""
WEIGHTS = (0.05, 3.7, 0.03, 0.04, 0.26)
"""mm; mm per unit of strain; mm per mm of there_mm and mismatch_mm; mm at the edge. Set on the bench of moved real CT
(tests/benchmarks/accuracy/registration.py), each patient told by weights set on the others."""


@dataclass(frozen=True)
class Signs:
    """What speaks for an error around a lesion.

    strain: mean norm of the gradient of the displacement, without unit: near where tissue slides the smooth field
    bends. there_mm: mean length of what a more flexible engine would still move; mismatch_mm: how far its two
    ways miss each other (nothing is left to find where all is right). depth_mm: depth of the center below the liver's
    surface, 0 outside and where no liver is known.
    """

    strain: float
    there_mm: float
    mismatch_mm: float
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
    edge = exp(-read.depth_mm / EDGE_MM)
    return float(np.dot(WEIGHTS, (1.0, read.strain, read.there_mm, read.mismatch_mm, edge)))


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
        float(mismatch_mm(there, back, grid)[around].mean()),
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
