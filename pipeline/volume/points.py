"""Points of the fixed image taken to the moving image."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.transform import Transform
from pipeline.volume.arrays import FloatArray


def apply(transform: Transform, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points of shape (N, 3), LPS mm, from the fixed to the moving image.

    moving = linear (fixed + u(fixed)). u is interpolated linearly between the voxels of its grid,
    held constant in the outer half of its border voxels and zero outside, as ITK does.
    """
    moved = np.asarray(points, dtype=np.float64).reshape(-1, 3)
    if transform.displacement is not None and transform.displacement_grid is not None:
        moved = moved + _displacement(transform.displacement, transform.displacement_grid, moved)
    mapped: NDArray[np.float64] = moved @ transform.linear[:3, :3].T + transform.linear[:3, 3]
    return mapped


def _displacement(field: FloatArray, grid: Grid, points: NDArray[np.float64]) -> NDArray[np.float64]:
    kji = grid.to_index(points)[:, ::-1]
    inside = np.all((kji >= -0.5) & (kji < np.array(grid.shape) - 0.5), axis=1)
    shift = np.zeros_like(points)
    at = kji[inside].T
    for axis in range(3):
        shift[inside, axis] = ndimage.map_coordinates(field[..., axis], at, np.float64, order=1, mode="nearest")
    return shift
