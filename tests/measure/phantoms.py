"""Small masks and images of known measures."""

import math

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Mask


def oblique(tilt_degrees: float, turn_degrees: float = 0.0) -> tuple[tuple[float, float, float], ...]:
    """Direction cosines tilted about x, then turned about z."""
    a, b = math.radians(tilt_degrees), math.radians(turn_degrees)
    tilt = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    turn = np.array([[math.cos(b), -math.sin(b), 0], [math.sin(b), math.cos(b), 0], [0, 0, 1]])
    return tuple(tuple(float(v) for v in column) for column in (turn @ tilt).T)


def plane_mm(shape: tuple[int, int], spacing: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """x and y in mm of every pixel of a slice, from its first pixel center."""
    y, x = np.meshgrid(np.arange(shape[0]) * spacing[1], np.arange(shape[1]) * spacing[0], indexing="ij")
    return x, y


def ellipse(
    shape: tuple[int, int],
    spacing: tuple[float, float],
    center: tuple[float, float],
    semi: tuple[float, float],
    angle_degrees: float,
) -> np.ndarray:
    """Pixels at least half covered by an ellipse: the voxels' centers at 5 x 5 sub-pixels."""
    a = math.radians(angle_degrees)
    steps = (np.arange(5) - 2) / 5
    covered = np.zeros(shape)
    for dx in steps * spacing[0]:
        for dy in steps * spacing[1]:
            x, y = plane_mm(shape, spacing)
            x, y = x + dx - center[0], y + dy - center[1]
            u, v = x * math.cos(a) + y * math.sin(a), -x * math.sin(a) + y * math.cos(a)
            covered += (u / semi[0]) ** 2 + (v / semi[1]) ** 2 <= 1
    return covered >= 12.5


def in_slice(region: np.ndarray, spacing: tuple[float, float], k: int = 1, slices: int = 3, **grid: object) -> Mask:
    """A mask with `region` in slice k and nothing elsewhere."""
    array = np.zeros((slices, *region.shape), dtype=bool)
    array[k] = region
    placed = {"origin": (-40.0, -60.0, 100.0), **grid}
    return Mask(array, Grid(array.shape, (*spacing, 2.5), **placed))  # type: ignore[arg-type]
