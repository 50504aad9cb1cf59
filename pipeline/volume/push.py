"""Carry a region along a transform: where its voxels land on another grid."""

from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.volume import points

POINTS_PER_EDGE = 3
"""Points along the shortest edge of a target voxel that the region's points must reach; own choice."""

AT_ONCE = 2_000_000
"""Points moved at the same time, to bound memory: a large lesion has many."""


def push_mask(mask: Mask, grid: Grid, transform: Transform) -> Mask:
    """Return the mask's region on `grid` after moving each of its points by the transform.

    transform leads from points on the mask's grid to points on `grid` (LPS mm); it is not
    inverted. Each voxel is laid out as points of equal volume; a target voxel belongs to the
    region where at least half of its own volume has landed. What lands outside is dropped.
    """
    landed = np.zeros(grid.shape, dtype=np.float64)
    index = np.argwhere(mask.array)[:, ::-1].astype(np.float64)
    if index.size == 0:
        return Mask(landed > 0, grid)
    shifts = _shifts(mask.grid, min(grid.spacing_mm) / POINTS_PER_EDGE)
    for part in np.array_split(index, ceil(len(index) * len(shifts) / AT_ONCE)):
        lps = mask.grid.to_lps((part[:, None] + shifts[None]).reshape(-1, 3))
        target = np.rint(grid.to_index(points.apply(transform, lps))).astype(int)[:, ::-1]
        inside = ((target >= 0) & (target < np.array(grid.shape))).all(axis=1)
        np.add.at(landed, tuple(target[inside].T), mask.grid.voxel_ml / len(shifts))
    filled = ndimage.binary_fill_holes(landed >= 0.5 * grid.voxel_ml)
    return Mask(filled, grid)


def _shifts(grid: Grid, step_mm: float) -> NDArray[np.float64]:
    """Return offsets (i, j, k) within a voxel, evenly spaced by at most step_mm."""
    counts = (ceil(spacing / step_mm) for spacing in grid.spacing_mm)
    axes = [(np.arange(count) + 0.5) / count - 0.5 for count in counts]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
