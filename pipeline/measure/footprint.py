"""Round footprints for in-plane morphology, sized in mm.

A width may be an even number of pixels here, which a ball around a pixel's center (pipeline.volume.morphology) never
is; the least widths of viable tissue were tuned with these.
"""

import numpy as np

from pipeline.volume.arrays import MaskArray


def disk(width_mm: float, spacing_mm: tuple[float, float, float], at_least: int = 1) -> MaskArray:
    """Return a disk [1, rows, columns] about width_mm wide, at least so many pixels; spacing is along (i, j, k)."""
    rows, columns = (max(round(width_mm / step), at_least) for step in (spacing_mm[1], spacing_mm[0]))
    y, x = ((np.arange(n) - (n - 1) / 2) / (n / 2) for n in (rows, columns))
    inside: MaskArray = y[:, None] ** 2 + x[None, :] ** 2 <= 1
    return inside[None]
