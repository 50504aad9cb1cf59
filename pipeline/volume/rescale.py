"""Images along LPS on another spacing, without a detour over continuous coordinates.

Coarser voxels are the averages of what they cover, by area; finer ones are interpolated linearly. Both by one matrix
an axis, so that noise falls with the number of voxels averaged and nothing aliases.
"""

import math

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.model.grid import Grid
from pipeline.model.image import Image
from pipeline.volume import grids, resample
from pipeline.volume.arrays import FloatArray

STRAIGHT = 1e-4
"""Difference of a direction's components from an axis of LPS below which it lies along it: 0.05 mm over 500."""


TOWARD = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "S": (0.0, 0.0, 1.0),
    "I": (0.0, 0.0, -1.0),
}
"""Unit vectors in LPS of the letters by which orientations are named: left, right, back, front, head, feet."""


def oriented(image: Image, letters: str) -> Image:
    """Return the image turned by whole axes so that i, j and k grow toward three letters, as near as it goes.

    letters: one each of L or R, P or A, S or I, in any order ("LPS", "RAS"). Nothing is interpolated; an oblique image
    stays oblique.
    """
    near = np.array([TOWARD[letter] for letter in letters]) @ np.array(image.grid.directions).T
    axes = [int(axis) for axis in linear_sum_assignment(-np.abs(near))[1]]
    return _turned(image, axes, [near[wanted, axis] < 0 for wanted, axis in enumerate(axes)])


def along_lps(image: Image, fill: float) -> Image:
    """Return the image with slices toward the head, rows toward the back and columns toward the left.

    Turned by whole axes where that is enough, without interpolation. An oblique one is interpolated linearly onto the
    smallest box around it; voxels without data take `fill`.
    """
    directions = np.array(image.grid.directions)
    axes = [int(np.argmax(np.abs(directions[:, lps]))) for lps in range(3)]
    if sorted(axes) != [0, 1, 2]:
        return _boxed(image, image.grid.spacing_mm, fill)
    turned = _turned(image, axes, [directions[axis, lps] < 0 for lps, axis in enumerate(axes)])
    if np.abs(np.array(turned.grid.directions) - np.eye(3)).max() <= STRAIGHT:
        return turned
    return _boxed(turned, turned.grid.spacing_mm, fill)


def rescaled(image: Image, spacing_mm: tuple[float, float, float]) -> Image:
    """Return the image over the same box with another spacing along (i, j, k), in single precision.

    The box keeps its center and grows by less than a voxel (volume/grids.with_spacing); there the edge goes on.
    """
    grid = grids.with_spacing(image.grid, spacing_mm)
    array = image.array.astype(np.float32)
    for axis in range(3):
        old, new = image.grid.steps_mm[axis], grid.steps_mm[axis]
        weights = _weights(image.grid.shape[axis], grid.shape[axis], new / old)
        array = np.moveaxis(np.tensordot(weights, array, axes=(1, axis)), 0, axis)
    return Image(np.ascontiguousarray(array), grid, image.modality)


def _weights(old: int, new: int, ratio: float) -> FloatArray:
    """How much each old voxel gives to each new one of `ratio` times its size; rows sum to 1."""
    weights = np.zeros((new, old), dtype=np.float32)
    for row in range(new):
        start = (row - new / 2) * ratio + old / 2
        if ratio < 1:
            center = min(max(start + ratio / 2 - 0.5, 0.0), old - 1.0)
            left = min(math.floor(center), max(old - 2, 0))
            weights[row, left] = 1 - (center - left)
            if old > 1:
                weights[row, left + 1] = center - left
            continue
        edges = np.arange(old + 1)
        covered = np.clip(np.minimum(edges[1:], start + ratio) - np.maximum(edges[:-1], start), 0, None)
        weights[row] = covered / covered.sum()
    return weights


def _turned(image: Image, axes: list[int], backward: list[bool]) -> Image:
    """The image with its axes in the order (i, j, k) = axes, those that run backward turned around."""
    grid = image.grid
    last = [grid.shape[2 - axis] - 1 if turn else 0 for axis, turn in zip(axes, backward, strict=True)]
    start = np.zeros(3)
    start[axes] = last
    array = image.array.transpose([2 - axis for axis in reversed(axes)])
    for lps, turn in enumerate(backward):
        array = np.flip(array, 2 - lps) if turn else array
    signs = [-1.0 if turn else 1.0 for turn in backward]
    x, y, z = (grids.point(sign * np.array(grid.directions[axis])) for sign, axis in zip(signs, axes, strict=True))
    i, j, k = (grid.spacing_mm[axis] for axis in axes)
    slices, rows, columns = array.shape
    turned = Grid((slices, rows, columns), (i, j, k), grids.point(grid.to_lps(start)), (x, y, z))
    return Image(array, turned, image.modality)


def _boxed(image: Image, spacing_mm: tuple[float, float, float], fill: float) -> Image:
    """The image on a grid along LPS over the smallest box around it."""
    k, j, i = (float(n) for n in image.grid.shape)
    corners = np.array([[a, b, c] for a in (-0.5, i - 0.5) for b in (-0.5, j - 0.5) for c in (-0.5, k - 0.5)])
    box = image.grid.to_lps(corners)
    low, size = box.min(axis=0), np.ptp(box, axis=0)
    columns, rows, slices = (max(1, math.floor(side / step)) for side, step in zip(size, spacing_mm, strict=True))
    origin = low + np.array(spacing_mm) / 2
    single = Image(image.array.astype(np.float32), image.grid, image.modality)
    return resample.resample(single, Grid((slices, rows, columns), spacing_mm, grids.point(origin)), fill=fill)
