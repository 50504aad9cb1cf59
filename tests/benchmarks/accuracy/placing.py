"""Places for lesions: in normal liver, apart from each other, away from the patient's own tumors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image
from pipeline.volume import grids, resample
from pipeline.volume.arrays import FloatArray, MaskArray
from tests.benchmarks.accuracy.visits import Prepared, distance_inside

STEP_MM = 3.0
"""mm between the places that are tried."""
APART_MM = 5.0
"""mm of liver that stay between two lesions, and between a lesion and the patient's own tumors."""
VESSEL_HU = 25.0
"""HU above the liver from which a voxel of the smoothed scan is vessel; own choice."""
VESSEL_ML = 0.3
"""ml: smaller bright spots are no vessel to lie beside."""


@dataclass
class Places:
    """What is still free of a liver; every map on one grid, in mm."""

    grid: Grid
    depth: FloatArray
    from_own: FloatArray
    from_vessel: FloatArray
    from_taken: FloatArray

    def take(self, center: Point, radius_mm: float) -> None:
        """Note that a ball is taken."""
        away = np.linalg.norm(self._points() - np.array(center), axis=-1) - radius_mm
        self.from_taken = np.minimum(self.from_taken, away).astype(np.float32)

    def find(self, rng: np.random.Generator, where: str, radius_mm: float) -> Point | None:
        """Return a center for a ball; None where none is free.

        'inside': whole in the liver; 'capsule': its surface touches the liver's, or bulges by a fifth of the radius;
        'vessel': beside one.
        """
        free = (self.from_taken > radius_mm + APART_MM) & (self.from_own > radius_mm + APART_MM)
        bulge = 0.2 * radius_mm if where == "capsule" else 0.0
        free &= self.depth > radius_mm * 1.1 + 1.0 - bulge - (1.0 if where == "capsule" else 0.0)
        if where == "capsule":
            free &= self.depth < radius_mm * 1.1 + STEP_MM
        if where == "vessel":
            free &= np.abs(self.from_vessel - radius_mm) < STEP_MM
        elif where != "cluster":
            free &= self.from_vessel > min(radius_mm * 0.6, 6.0)
        at = np.argwhere(free)
        if not len(at):
            return None
        k, j, i = at[rng.integers(len(at))]
        x, y, z = self.grid.to_lps(np.array([i, j, k], dtype=float)) + rng.uniform(-1, 1, size=3)
        return float(x), float(y), float(z)

    def _points(self) -> NDArray[np.float64]:
        k, j, i = np.indices(self.grid.shape)
        return self.grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))


def of(prepared: Prepared) -> Places:
    """Return the places of a background."""
    background = prepared.background
    near = grids.crop(background.liver.grid, background.liver, 2 * STEP_MM)
    inside = distance_inside(resample.crop_mask(background.liver, near), STEP_MM)
    grid = inside.grid
    own = resample.resample_mask(background.own, grid).array
    bright = resample.resample(prepared.clean, grid).array > prepared.liver_hu + VESSEL_HU
    vessel = _large(bright & (inside.array > STEP_MM), VESSEL_ML / grid.voxel_ml)
    far = np.full(grid.shape, 1e3, dtype=np.float32)
    return Places(grid, inside.array, _distance(own, grid), _distance(vessel, grid), far)


def _distance(mask: MaskArray, grid: Grid) -> FloatArray:
    if not mask.any():
        return np.full(grid.shape, 1e3, dtype=np.float32)
    return np.asarray(ndimage.distance_transform_edt(~mask, grid.steps_mm), dtype=np.float32)


def _large(mask: MaskArray, voxels: float) -> MaskArray:
    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())
    large = sizes >= voxels
    large[0] = False
    return np.asarray(large[parts])


def offset(case: Image, other: Image, case_liver: MaskArray, other_liver: MaskArray) -> Point:
    """Return how far the liver of another phase lies from that of the case: between the centers of both, in mm."""
    one = case.grid.to_lps(np.array(ndimage.center_of_mass(case_liver))[::-1])
    two = other.grid.to_lps(np.array(ndimage.center_of_mass(other_liver))[::-1])
    x, y, z = two - one
    return float(x), float(y), float(z)
