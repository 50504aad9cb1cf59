"""Directions spread over the sphere, and functions on it that are known at some of them."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
"""Unit vectors or points (N, 3) in mm along (k, j, i)."""

COUNT = 200
"""Directions in which a surface is sought; own choice: 7 mm apart on a lesion of 60 mm."""
SMOOTH_OVER_DEGREES = 35.0
"""Degrees over which the departure from the expected shape is alike; own choice, tuned on inserted lesions."""
ROWS, COLUMNS = 48, 96
"""Size of the table that a surface is looked up in, polar and around; own choice, 4 degrees a step."""


def directions() -> Vectors:
    """Return unit vectors spread evenly over the sphere (Fibonacci lattice: Swinbank and Purser 2006)."""
    n = np.arange(COUNT) + 0.5
    z = 1 - 2 * n / COUNT
    turn = np.pi * (1 + np.sqrt(5)) * n
    flat = np.sqrt(1 - z**2)
    return np.stack([z, flat * np.cos(turn), flat * np.sin(turn)], axis=1)


def alike(first: Vectors, second: Vectors) -> Vectors:
    """Return how alike a smooth function is in two sets of directions: 1 for one direction, falling with the angle."""
    width = np.radians(SMOOTH_OVER_DEGREES)
    return np.asarray(np.exp((first @ second.T - 1) / width**2))


def table() -> Vectors:
    """Return the directions of the table, row by row from the first pole, columns once around."""
    polar = np.pi * np.arange(ROWS) / (ROWS - 1)
    around = 2 * np.pi * np.arange(COLUMNS) / COLUMNS
    a, b = np.meshgrid(polar, around, indexing="ij")
    return np.stack([np.cos(a), np.sin(a) * np.cos(b), np.sin(a) * np.sin(b)], axis=-1).reshape(-1, 3)


def looked_up(values: Vectors, toward: Vectors) -> Vectors:
    """Return the table's values in directions (..., 3), of any length above 0, interpolated linearly."""
    wide = np.concatenate([values.reshape(ROWS, COLUMNS)] * 2, axis=1)[:, : COLUMNS + 1]
    length = np.maximum(np.linalg.norm(toward, axis=-1), 1e-9)
    row = np.arccos(np.clip(toward[..., 0] / length, -1, 1)) / np.pi * (ROWS - 1)
    column = (np.arctan2(toward[..., 2], toward[..., 1]) % (2 * np.pi)) / (2 * np.pi) * COLUMNS
    top = np.minimum(row.astype(np.int64), ROWS - 2)
    left = np.minimum(column.astype(np.int64), COLUMNS - 1)
    down, right = row - top, column - left
    upper = wide[top, left] * (1 - right) + wide[top, left + 1] * right
    lower = wide[top + 1, left] * (1 - right) + wide[top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)


def nearest(toward: Vectors) -> NDArray[np.int64]:
    """Return the place in the table nearest to directions (..., 3), of any length above 0."""
    length = np.maximum(np.linalg.norm(toward, axis=-1), 1e-9)
    row = np.rint(np.arccos(np.clip(toward[..., 0] / length, -1, 1)) / np.pi * (ROWS - 1)).astype(np.int64)
    column = np.rint(np.arctan2(toward[..., 2], toward[..., 1]) / (2 * np.pi) * COLUMNS).astype(np.int64) % COLUMNS
    return np.asarray(row * COLUMNS + column)
