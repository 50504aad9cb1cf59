"""The deformable stage, and the way back as a check: by how much there and back miss the start."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from pipeline.model.engine import DeformableEngine
from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.register.prepare import Prepared
from pipeline.volume import coverage, resample
from pipeline.volume.arrays import FloatArray

BACK_MM = 4.5
"""mm, grid of the way back: a third of the voxels of the way there, and of its time; own choice."""


@dataclass(frozen=True)
class BothWays:
    """fixed to moving; mismatch_mm: per voxel of the fixed image, how far there and back ends from the start."""

    transform: Transform
    mismatch_mm: FloatArray


def deform(engine: DeformableEngine, fixed: Prepared, moving: Prepared, start: Transform) -> BothWays:
    """Return start (linear) refined by the engine, driven by the fixed region, and checked by the way back.

    The way back sets out from the moving image as the linear start carries it and knows nothing of the way there:
    where both agree, the same was found twice.

    Raises:
        EngineError: the engine is missing or failed.
    """
    there = engine(fixed.image, moving.image, fixed.region, start)
    grid = resample.with_spacing(fixed.image.grid, BACK_MM)
    carried = resample.resample(moving.image, grid, start, 0.0)
    covered = coverage.covered(moving.image.grid, grid, start)
    region = Mask(resample.resample_mask(fixed.region, grid).array & covered, grid)
    home = engine(carried, resample.resample(fixed.image, grid, fill=0.0), region, Transform.identity())
    return BothWays(there, mismatch_mm(there, home, fixed.image.grid))


def mismatch_mm(there: Transform, home: Transform, grid: Grid) -> FloatArray:
    """Return on the grid how far a displacement and the way back end from the start; linear parts count for nothing."""
    forth = displacement_on(there, grid)
    back = _after(home, forth, grid)
    distance: FloatArray = np.linalg.norm(forth + back, axis=-1).astype(np.float32)
    return distance


def displacement_on(transform: Transform, grid: Grid) -> FloatArray:
    """Return the displacement of a transform at the voxels of a grid, shape (slices, rows, columns, 3), LPS mm."""
    return _after(transform, np.zeros((*grid.shape, 3), np.float32), grid)


def _after(transform: Transform, shift: FloatArray, grid: Grid) -> FloatArray:
    """The displacement of a transform at x + shift(x), x on the grid; zero outside its own grid."""
    if transform.displacement is None or transform.displacement_grid is None:
        return np.zeros_like(shift)
    warped = sitk.Warp(
        _vectors(transform.displacement, transform.displacement_grid),
        _vectors(shift.astype(np.float64), grid),
        sitk.sitkLinear,
        grid.shape[::-1],
        grid.origin,
        grid.spacing_mm,
        np.array(grid.directions).T.ravel().tolist(),
    )
    values: FloatArray = sitk.GetArrayFromImage(warped)
    return values


def _vectors(field: FloatArray, grid: Grid) -> sitk.Image:
    image = sitk.GetImageFromArray(field, isVector=True)
    image.SetSpacing(grid.spacing_mm)
    image.SetOrigin(grid.origin)
    image.SetDirection(np.array(grid.directions).T.ravel().tolist())
    return image
