"""Round footprints for in-plane morphology, sized in mm."""

import numpy as np
from numpy.typing import NDArray


def disk(width_mm: float, spacing_mm: tuple[float, float, float], at_least: int = 1) -> NDArray[np.bool_]:
    """Return a disk [1, rows, columns] about width_mm wide, at least so many pixels; spacing is along (i, j, k)."""
    rows, columns = (max(round(width_mm / step), at_least) for step in (spacing_mm[1], spacing_mm[0]))
    y, x = ((np.arange(n) - (n - 1) / 2) / (n / 2) for n in (rows, columns))
    inside: NDArray[np.bool_] = y[:, None] ** 2 + x[None, :] ** 2 <= 1
    return inside[None]
