"""Decide whether a grid can be that of an image of a patient: no voxel finer than a scanner's, no box beyond a body.

What is beyond is damage of a header. Images are resampled to steps in mm, so that such a header, not the file, would
decide how much memory and time they take.
"""

import math

from pipeline.model.grid import Grid

FINEST_MM = 0.01
"""mm, smallest step between voxels: a twentieth of what the finest clinical CT resolves (0.2 mm); own choice."""
COARSEST_MM = 100.0
"""mm, largest step between voxels: own choice, ten times that of a coarse localizer."""
LONGEST_MM = 3000.0
"""mm, longest edge of the box: own choice, above the 2 m that the tables of scanners travel."""
LARGEST_LITERS = 1500.0
"""Liters, largest box: own choice, above the 1000 of a bore of 70 cm over 2 m."""
_MM3_IN_LITER = 1e6
"""mm3 in a liter."""


def fault(grid: Grid) -> str:
    """Return why a grid is no patient's, with what is allowed; empty where it may be one's."""
    steps, counts = grid.spacing_mm, grid.shape[::-1]
    if min(steps) < FINEST_MM or max(steps) > COARSEST_MM:
        return f"voxels of {_shown(steps)} mm; expected {FINEST_MM:g} to {COARSEST_MM:g} mm"
    edges = [count * step for count, step in zip(counts, steps, strict=True)]
    if max(edges) > LONGEST_MM or math.prod(edges) > LARGEST_LITERS * _MM3_IN_LITER:
        return f"a box of {_shown(edges)} mm; expected at most {LONGEST_MM:g} mm and {LARGEST_LITERS:g} liters"
    return ""


def _shown(lengths: tuple[float, ...] | list[float]) -> str:
    return " x ".join(f"{length:.4g}" for length in lengths)
