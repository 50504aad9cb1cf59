"""Name the acquired plane and place in-plane lines in patient space."""

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid, Point
from pipeline.model.lesion import Axis

MAX_TILT_DEGREES = 20.0
"""Degrees: a plane tilted more than this against the body's planes is called oblique; own choice."""

NAMES = ("sagittal", "coronal", "axial")
"""Plane by the LPS axis its normal is nearest to."""


def name(grid: Grid) -> str:
    """Return 'axial', 'coronal', 'sagittal' or 'oblique' by the normal of the grid's slices."""
    normal = np.abs(np.cross(grid.directions[0], grid.directions[1]))
    nearest = int(np.argmax(normal))
    if normal[nearest] < np.cos(np.radians(MAX_TILT_DEGREES)):
        return "oblique"
    return NAMES[nearest]


def axis(grid: Grid, k: int, start: NDArray[np.float64], end: NDArray[np.float64]) -> Axis:
    """Return a line of slice k, given by (x, y) in mm from the slice's first pixel center, in LPS mm."""
    return Axis(_to_lps(grid, k, start), _to_lps(grid, k, end))


def _to_lps(grid: Grid, k: int, point: NDArray[np.float64]) -> Point:
    index = np.array([point[0] / grid.spacing_mm[0], point[1] / grid.spacing_mm[1], k])
    x, y, z = grid.to_lps(index)
    return float(x), float(y), float(z)
