"""Outline a region of one slice by the half-level line of its mask, linearly interpolated.

The same line is measured and drawn, so that a picture shows what was measured.
"""

import numpy as np
from numpy.typing import NDArray
from skimage import measure

from pipeline.volume.arrays import MaskArray

HALF_LEVEL = 0.5
"""Level of the line, half-way between a pixel inside (1) and a pixel outside (0)."""


def outlines(mask2d: MaskArray) -> tuple[NDArray[np.float64], ...]:
    """Return the closed half-level lines of a mask (marching squares, Lorensen 1987, in two dimensions).

    Points are (row, column) in pixels, pixel centers at whole numbers; each line ends where it
    starts. Pixels that touch by a corner only belong to different lines. A hole has its own
    line. A region at the border of the slice is closed half a pixel outside it. The order of
    the lines is fixed by the mask; an empty mask has none. A line runs beside all pixels of
    the region, so a row of n pixels is n pixels long.

    Raises:
        ValueError: the mask is not two-dimensional.
    """
    if mask2d.ndim != 2:
        raise ValueError(f"mask of {mask2d.ndim} dimensions; expected one slice (rows, columns)")
    rows, columns = np.any(mask2d, axis=1).nonzero()[0], np.any(mask2d, axis=0).nonzero()[0]
    if rows.size == 0:
        return ()
    corner = np.array([rows[0], columns[0]], dtype=float)
    region = mask2d[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    padded = np.pad(region, 1).astype(float)
    lines = measure.find_contours(padded, HALF_LEVEL, fully_connected="low")
    return tuple(np.asarray(line, dtype=float) + corner - 1 for line in lines)
