"""A bright ellipsoid with a brighter ball in it, drawn at known places of the patient on grids of any orientation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality

LIVER_HU, LESION_HU, AROUND_HU = 100.0, 200.0, 0.0
LIVER_AT, LIVER_RADII_MM = (-20.0, 6.0, 4.0), (40.0, 30.0, 24.0)
LESION_AT, LESION_MM = (-36.0, 10.0, 8.0), 9.0
"""Center (LPS mm) and radius (mm) of the ball."""
ORIENTATIONS = {
    "LPS": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "RAI": ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, -1.0)),
    "ASL, coronal": ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)),
    "tilted by 10 degrees": ((1.0, 0.0, 0.0), (0.0, 0.98480775, 0.17364818), (0.0, -0.17364818, 0.98480775)),
}
"""Directions in which i, j and k grow, by a name."""


@dataclass(frozen=True)
class Ball:
    """An image and the two regions as drawn."""

    image: Image
    liver: Mask
    lesion: Mask


def ball(directions: str, spacing_mm: tuple[float, float, float] = (2.0, 2.5, 3.0)) -> Ball:
    """The ellipsoid and the ball on a grid of 130 mm around the middle of the patient."""
    axes = np.array(ORIENTATIONS[directions])
    i, j, k = (int(130 / step) for step in spacing_mm)
    half = (np.array([i, j, k]) - 1) / 2 * np.array(spacing_mm)
    x, y, z = (float(value) for value in -(axes.T @ half))
    grid = Grid((k, j, i), spacing_mm, (x, y, z), ORIENTATIONS[directions])
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)[..., ::-1]
    points = grid.to_lps(index.astype(float))
    liver = _inside(points, LIVER_AT, LIVER_RADII_MM)
    lesion = _inside(points, LESION_AT, (LESION_MM,) * 3)
    values = np.where(lesion, LESION_HU, np.where(liver, LIVER_HU, AROUND_HU)).astype(np.int16)
    values[:, 0] = -1000  # air at one side, as every CT has it
    return Ball(Image(values, grid, Modality.CT), Mask(liver, grid), Mask(lesion, grid))


def dice(one: Mask, other: Mask) -> float:
    """Overlap of two regions on one grid."""
    return float(2 * np.count_nonzero(one.array & other.array) / (one.array.sum() + other.array.sum()))


def _inside(points: NDArray[np.float64], center: tuple[float, ...], radii: tuple[float, ...]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (((points - np.array(center)) / np.array(radii)) ** 2).sum(axis=-1) <= 1
    return inside
