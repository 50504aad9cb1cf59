"""A spatial transform from points of the fixed image to points of the moving image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid


@dataclass(frozen=True)
class Transform:
    """Fixed to moving points in LPS mm: moving = linear (fixed + u(fixed)).

    linear: 4 x 4 matrix. displacement: None for a linear transform, else u in LPS mm
    with shape (slices, rows, columns, 3) on displacement_grid, zero outside it.
    """

    linear: NDArray[np.float64]
    displacement: NDArray[np.float32] | None = None
    displacement_grid: Grid | None = None

    def __post_init__(self) -> None:
        if self.linear.shape != (4, 4):
            raise ValueError(f"linear part of shape {self.linear.shape}; expected (4, 4)")
        if (self.displacement is None) != (self.displacement_grid is None):
            raise ValueError("a displacement needs its grid, and a grid its displacement")

    @staticmethod
    def identity() -> "Transform":
        """The transform that moves nothing."""
        return Transform(np.eye(4))
