"""A reader's mark in voxels of an image, as engines that are asked by a mark want it; indices are [k, j, i]."""

from itertools import product

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, PointPrompt, Prompt
from pipeline.model.terms import Point
from pipeline.volume.arrays import MaskArray

MIDDLE_SHARE = 0.8
"""Share of a long axis, about its middle, that is drawn as a stroke: its ends lie on the lesion's edge; own choice."""


def center(prompt: Prompt) -> Point:
    """Return the point of a mark, the middle of an axis or of a box, in LPS mm."""
    match prompt:
        case PointPrompt():
            return prompt.at
        case Axis():
            ends = prompt.start, prompt.end
        case BoxPrompt():
            ends = prompt.low, prompt.high
    x, y, z = ((a + b) / 2 for a, b in zip(*ends, strict=True))
    return (x, y, z)


def voxel(grid: Grid, point: Point) -> tuple[int, int, int] | None:
    """Return the voxel that holds a point, None for one outside the grid."""
    i, j, k = (int(index) for index in np.rint(grid.to_index(np.array(point))))
    inside = all(0 <= index < side for index, side in zip((k, j, i), grid.shape, strict=True))
    return (k, j, i) if inside else None


def box(grid: Grid, prompt: BoxPrompt) -> list[list[int]]:
    """Return first and one past the last voxel along each axis of the part of a box inside the grid."""
    corners = np.array(list(product(*zip(prompt.low, prompt.high, strict=True))))
    at = grid.to_index(corners)[:, ::-1]
    first = np.clip(np.rint(at.min(axis=0)).astype(int), 0, np.array(grid.shape) - 1)
    last = np.clip(np.rint(at.max(axis=0)).astype(int), first, np.array(grid.shape) - 1)
    return [[int(a), int(b) + 1] for a, b in zip(first, last, strict=True)]


def stroke(grid: Grid, axis: Axis) -> MaskArray:
    """Return the voxels along the middle of a long axis."""
    start, end = np.array(axis.start), np.array(axis.end)
    count = 2 * int(np.ceil(axis.length_mm / min(grid.spacing_mm))) + 1
    along = 0.5 + MIDDLE_SHARE * (np.linspace(0.0, 1.0, count) - 0.5)
    at = np.rint(grid.to_index(start + along[:, None] * (end - start))).astype(int)[:, ::-1]
    at = at[((at >= 0) & (at < np.array(grid.shape))).all(axis=1)]
    out = np.zeros(grid.shape, dtype=np.bool_)
    out[tuple(at.T)] = True
    return out
