"""A large array answered for in overlapping patches, each weighed by how near its voxels lie to its middle."""

from collections.abc import Callable
from itertools import product

import numpy as np

from pipeline.volume.arrays import FloatArray

STEP = 0.5
"""Share of a patch by which the next one lies further; half as in nnU-Net."""
SPREAD = 0.125
"""Standard deviation of the weights as a share of the patch; an eighth as in nnU-Net."""
LEAST = 1e-3
"""Least weight of a voxel (the middle has 1), so that none is without an answer; own choice."""


def answered(array: FloatArray, size: tuple[int, int, int], ask: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return the answer for an array [k, j, i], patch by patch of a size along (k, j, i); ask answers one patch.

    An array smaller than a patch is padded with its least value, and the answer cut again.
    """
    missing = [max(side - held, 0) for side, held in zip(size, array.shape, strict=True)]
    padded = np.pad(array, [(0, more) for more in missing], constant_values=float(array.min()))
    total, weight = np.zeros(padded.shape, dtype=np.float32), np.zeros(padded.shape, dtype=np.float32)
    weights = _weights(size)
    for start in product(*(_starts(held, side) for held, side in zip(padded.shape, size, strict=True))):
        at = tuple(slice(first, first + side) for first, side in zip(start, size, strict=True))
        total[at] += weights * ask(np.ascontiguousarray(padded[at]))
        weight[at] += weights
    k, j, i = array.shape
    return np.asarray((total / weight)[:k, :j, :i])


def _starts(held: int, side: int) -> list[int]:
    """Where patches begin along an axis: evenly, the last at its end."""
    count = 1 + int(np.ceil((held - side) / (side * STEP) - 1e-9))
    return [round(number * (held - side) / max(count - 1, 1)) for number in range(count)]


def _weights(size: tuple[int, int, int]) -> FloatArray:
    out = np.ones(size, dtype=np.float32)
    for axis, side in enumerate(size):
        away = (np.arange(side) - (side - 1) / 2) / (SPREAD * side)
        shape = [1, 1, 1]
        shape[axis] = side
        out *= np.exp(-0.5 * away**2).astype(np.float32).reshape(shape)
    return np.maximum(out, LEAST)
