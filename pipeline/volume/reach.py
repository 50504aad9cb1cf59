"""Which part of a fixed grid a transform can take into a box of the moving image."""

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.volume import grids, points
from pipeline.volume.arrays import Window

STEP_MM = 6.0
"""mm between the points that are tried, or the grid's own spacing where that is coarser; own choice."""
STRETCH = 3.0
"""Factor by which a displacement is taken to stretch a distance at most; the box is widened accordingly. Own choice."""


def reach(grid: Grid, box: Grid, transform: Transform) -> Window | None:
    """Return the part of `grid` that holds every voxel which lands in `box`, None if there is none.

    It spares resampling a whole scan for a small lesion; the result is the same.
    """
    i, j, k = (max(STEP_MM, step) for step in grid.spacing_mm)
    coarse = grids.with_spacing(grid, (i, j, k))
    kji = np.indices(coarse.shape).reshape(3, -1)
    landed = box.to_index(points.apply(transform, coarse.to_lps(kji[::-1].T.astype(float))))
    stretch = STRETCH * float(np.linalg.norm(transform.linear[:3, :3], 2))
    margin = 0.5 * float(np.linalg.norm(coarse.spacing_mm)) * stretch / np.array(box.spacing_mm) + 1
    hit = np.all((landed >= -margin) & (landed <= np.array(box.shape[::-1]) - 1 + margin), axis=1)
    if not hit.any():
        return None
    near = grids.crop(grid, Mask(hit.reshape(coarse.shape), coarse), max(coarse.spacing_mm))
    return grids.window(grid, near)
