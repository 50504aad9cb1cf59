"""Grids made from grids: another spacing over the same box, and parts in whole voxels."""

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Mask
from pipeline.volume.arrays import VOXELS, Window
from pipeline.volume.region import bounding_box


def with_spacing(grid: Grid, spacing_mm: float | tuple[float, float, float]) -> Grid:
    """Return a grid over the same box with another spacing along (i, j, k).

    The box keeps its center. It grows by less than one new voxel where the spacing does
    not divide it; every new voxel center lies inside the old box.
    """
    steps = spacing_mm if isinstance(spacing_mm, tuple) else (spacing_mm,) * 3
    extents = [n * step for n, step in zip(grid.shape[::-1], grid.spacing_mm, strict=True)]
    counts = [max(1, math.ceil(extent / step - 1e-6)) for extent, step in zip(extents, steps, strict=True)]
    center = grid.to_lps((np.array(grid.shape[::-1]) - 1) / 2)
    offsets = [(n - 1) / 2 * step for n, step in zip(counts, steps, strict=True)]
    origin = center - np.array(grid.directions).T @ np.array(offsets)
    return Grid((counts[2], counts[1], counts[0]), steps, point(origin), grid.directions)


def crop(grid: Grid, mask: Mask, margin_mm: float) -> Grid:
    """Return the smallest part of the grid that holds the mask and a margin, in whole voxels.

    The mask may lie on another grid: its box is then carried over by its corners.

    Raises:
        ValueError: the mask is empty or lies outside the grid.
    """
    if not mask.array.any():
        raise ValueError("the mask is empty; expected at least one voxel to crop around")
    box = bounding_box(mask.array, 0.0, VOXELS)[::-1]
    corners = np.array(list(product(*((side.start, side.stop - 1) for side in box))), dtype=float)
    at = grid.to_index(mask.grid.to_lps(corners))
    margin = margin_mm / np.array(grid.spacing_mm)
    size = np.array(grid.shape[::-1])
    low = np.maximum(np.floor(at.min(axis=0) - margin + 1e-6).astype(int), 0)
    high = np.minimum(np.ceil(at.max(axis=0) + margin - 1e-6).astype(int) + 1, size)
    if (high <= low).any():
        raise ValueError(f"the mask lies outside the grid of shape {grid.shape}")
    shape = (int(high[2] - low[2]), int(high[1] - low[1]), int(high[0] - low[0]))
    return Grid(shape, grid.spacing_mm, point(grid.to_lps(low.astype(float))), grid.directions)


def part(grid: Grid, inside: Window) -> Grid:
    """Return the grid of a part of an array; every slice has a start and a stop."""
    start = np.array([step.start for step in inside], dtype=float)
    k, j, i = (int(step.stop - step.start) for step in inside)
    return Grid((k, j, i), grid.spacing_mm, point(grid.to_lps(start[::-1])), grid.directions)


def window(grid: Grid, inner: Grid) -> Window:
    """Return where a grid made by `crop` lies in the whole grid, as slices for [k, j, i].

    Raises:
        ValueError: inner is not made of whole voxels of the grid.
    """
    start = np.rint(grid.to_index(np.array(inner.origin))).astype(int)[::-1]
    stop = start + np.array(inner.shape)
    if (start >= 0).all() and (stop <= np.array(grid.shape)).all():
        origin = point(grid.to_lps(start[::-1].astype(float)))
        if Grid(inner.shape, grid.spacing_mm, origin, grid.directions).same_as(inner):
            k, j, i = (slice(int(low), int(high)) for low, high in zip(start, stop, strict=True))
            return k, j, i
    raise ValueError(
        f"a grid of shape {inner.shape} is no part of the grid of shape {grid.shape}; expected a crop of it"
    )


def point(values: NDArray[np.float64] | tuple[float, ...]) -> Point:
    """Return three numbers as a point."""
    x, y, z = (float(value) for value in values)
    return (x, y, z)
