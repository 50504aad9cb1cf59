"""Describe places in a liver by the shape of its outline alone, alike for livers of any size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.volume import grids, resample
from pipeline.volume.arrays import FloatArray, MaskArray

STEP_MM = 4.0
"""mm: steps of the grid that shapes are described on, that of the label maps the model was learned from."""
MARGIN_MM = 2 * STEP_MM
"""mm of empty grid around a liver."""
INNER = (3.0, 97.0)
"""Percentiles that stand for the ends of a liver, so that a thin tip moves nothing; own choice."""
LEAST_ML = 250.0
"""ml: less is no liver or a small part of one; own choice, the smallest of the label maps has 869 ml."""
FEATURES = 15
"""Numbers that describe one place."""

Places = NDArray[np.float32]
"""Features of places (N, FEATURES), see `describe`."""


@dataclass(frozen=True)
class LiverShape:
    """A liver on a grid of 4 mm along LPS: array [k, j, i] grows up, to the back and to the left."""

    array: MaskArray
    grid: Grid


def shape(liver: Mask) -> LiverShape:
    """Return a liver on the grid that shapes are described on.

    Raises:
        ValueError: the mask is empty.
    """
    box = grids.crop(liver.grid, liver, 0.0)
    lps = _corners(box)
    low, high = lps.min(axis=0) - MARGIN_MM, lps.max(axis=0) + MARGIN_MM
    i, j, k = (int(count) for count in np.ceil((high - low) / STEP_MM) + 1)
    grid = Grid((k, j, i), (STEP_MM,) * 3, grids.point(low))
    return LiverShape(resample.resample_mask(resample.crop_mask(liver, box), grid).array, grid)


def voxels_of(lesion: Mask, liver: LiverShape) -> NDArray[np.intp]:
    """Return which of the liver's voxels, in their order, a lesion covers; of one between the voxels the nearest."""
    number = np.cumsum(liver.array).reshape(liver.array.shape) - 1
    held = resample.crop_mask(lesion, grids.crop(lesion.grid, lesion, MARGIN_MM))
    covered = number[resample.resample_mask(held, liver.grid).array & liver.array]
    if covered.size:
        return covered
    k, j, i = np.argwhere(lesion.array).mean(axis=0)
    center = liver.grid.to_index(lesion.grid.to_lps(np.array([i, j, k])))
    away = np.argwhere(liver.array)[:, ::-1] - center
    return np.array([np.argmin((away**2).sum(axis=1))])


def describe(liver: MaskArray) -> Places:
    """Return the features of every voxel of a liver [k, j, i] on the grid of `shape`, in the order of its voxels.

    Of each axis (left, back, up): the distance from the liver's center in twice its standard deviation; the place
    between its ends, -1 to 1; the same between the 3rd and 97th percentile. Then how far the liver goes on without
    a gap to the right, left, front, back, bottom and top of the voxel, in twice the standard deviation.
    """
    at = np.argwhere(liver)[:, ::-1].astype(np.float32)
    scale = 2 * at.std(axis=0) + 1e-3
    low, high = np.percentile(at, INNER, axis=0)
    runs = [run[liver] / scale[2 - axis] for axis in (2, 1, 0) for run in (_run(liver, axis), _rest(liver, axis))]
    return np.column_stack(
        [
            (at - at.mean(axis=0)) / scale,
            _between(at, at.min(axis=0), at.max(axis=0)),
            _between(at, low, high),
            *runs,
        ]
    ).astype(np.float32)


def _corners(grid: Grid) -> NDArray[np.float64]:
    """The outermost voxel centers of a grid in LPS mm (8, 3)."""
    ends = np.indices((2, 2, 2)).reshape(3, -1).T * (np.array(grid.shape[::-1]) - 1)
    return grid.to_lps(ends.astype(float))


def _between(at: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    share: FloatArray = 2 * (at - low) / np.maximum(high - low, 1.0) - 1
    return share


def _run(liver: MaskArray, axis: int) -> FloatArray:
    """Voxels of liver without a gap up to each one along an axis, itself included."""
    turned = np.moveaxis(liver, axis, 0)
    runs = np.zeros(turned.shape, dtype=np.float32)
    length = np.zeros(turned.shape[1:], dtype=np.float32)
    for n, plane in enumerate(turned):
        length = (length + 1) * plane
        runs[n] = length
    return np.moveaxis(runs, 0, axis)


def _rest(liver: MaskArray, axis: int) -> FloatArray:
    """Voxels of liver without a gap from each one on."""
    return np.flip(_run(np.flip(liver, axis), axis), axis)
