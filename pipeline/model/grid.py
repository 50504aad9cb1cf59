"""The voxel grid of a volume and its map to patient space (LPS mm)."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.model.terms import Point

__all__ = ["IN_FILES_MM", "Grid", "Point"]

IN_FILES_MM = 0.05
"""Grids of files that differ by less, in mm, are the same; own choice, above the rounding of file headers."""


@dataclass(frozen=True)
class Grid:
    """A regular grid. Arrays on it are indexed [k, j, i] = [slice, row, column].

    shape: (slices, rows, columns). spacing_mm: steps along (i, j, k).
    origin: LPS mm of voxel (0, 0, 0). directions: three unit vectors in LPS, the
    directions of growing i, j and k (the columns of ITK's direction matrix).
    """

    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    origin: Point
    directions: tuple[Point, Point, Point] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    def __post_init__(self) -> None:
        if min(self.shape) < 1 or min(self.spacing_mm) <= 0:
            raise ValueError(f"grid of shape {self.shape}, spacing {self.spacing_mm} mm; expected all > 0")

    @property
    def affine(self) -> NDArray[np.float64]:
        """4 x 4 matrix from (i, j, k, 1) to LPS mm."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.array(self.directions).T * np.array(self.spacing_mm)
        matrix[:3, 3] = self.origin
        return matrix

    @property
    def steps_mm(self) -> tuple[float, float, float]:
        """Steps along (k, j, i), the order of the arrays."""
        i, j, k = self.spacing_mm
        return (k, j, i)

    @property
    def slice_mm(self) -> Decimal:
        """Distance of two slices in mm, recorded at 0.001 mm: finer than any scanner states it."""
        return Decimal(repr(round(self.spacing_mm[2], 3)))

    @property
    def voxel_ml(self) -> float:
        """Volume of one voxel in ml."""
        return float(np.prod(self.spacing_mm)) / 1000.0

    def to_lps(self, ijk: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map continuous (i, j, k) indices, shape (..., 3), to LPS mm."""
        affine = self.affine
        mapped: NDArray[np.float64] = ijk @ affine[:3, :3].T + affine[:3, 3]
        return mapped

    def to_index(self, lps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map LPS mm, shape (..., 3), to continuous (i, j, k) indices."""
        inverse = np.linalg.inv(self.affine)
        mapped: NDArray[np.float64] = lps @ inverse[:3, :3].T + inverse[:3, 3]
        return mapped

    def same_as(self, other: "Grid", tolerance_mm: float = 0.01) -> bool:
        """Whether both grids place every voxel alike within the tolerance."""
        if self.shape != other.shape:
            return False
        k, j, i = (n - 1 for n in self.shape)
        corners = np.array([[0, 0, 0], [i, 0, 0], [0, j, 0], [0, 0, k]], dtype=float)
        return bool(np.abs(self.to_lps(corners) - other.to_lps(corners)).max() <= tolerance_mm)
