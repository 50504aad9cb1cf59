"""Decide which lesion of one image is which lesion of another, one to one.

Used between visits (lesions carried over and lesions found afresh) and between the
phases of one visit. Both sides must lie in the same space, LPS mm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import dist, pi

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.volume import points

REGISTRATION_ERROR_MM = 5.0
"""mm that a center may lie outside the other lesion: error of a good registration (docs/methods/registration.md)."""
SIZE_WEIGHT = 0.3
"""Share of a pair's fitness that rests on like size, the rest is nearness; own choice."""


@dataclass(frozen=True)
class LesionPosition:
    """Where a lesion lies: its center of mass (LPS mm) and the radius of the ball of its volume."""

    key: str
    center: Point
    radius_mm: float


def position(key: str, mask: Mask) -> LesionPosition:
    """Return the place of a lesion.

    Raises:
        ValueError: the mask is empty.
    """
    voxels = np.argwhere(mask.array)
    if not len(voxels):
        raise ValueError(f"lesion {key} has an empty mask; expected at least one voxel")
    x, y, z = mask.grid.to_lps(voxels.mean(axis=0)[::-1])
    radius = (3 * len(voxels) * mask.grid.voxel_ml * 1000 / (4 * pi)) ** (1 / 3)
    return LesionPosition(key, (float(x), float(y), float(z)), float(radius))


def carried(where: LesionPosition, transform: Transform) -> LesionPosition:
    """Return a place of the fixed image in the moving image; its radius is kept."""
    x, y, z = points.apply(transform, np.array([where.center]))[0]
    return replace(where, center=(float(x), float(y), float(z)))


def covers(grid: Grid, where: LesionPosition) -> bool:
    """Whether an image shows a lesion's place whole: the ball lies between its first and last voxels."""
    index = grid.to_index(np.array(where.center))
    reach = where.radius_mm / np.array(grid.spacing_mm)
    last = np.array(grid.shape[::-1]) - 1
    return bool(np.all(index - reach >= -0.5) and np.all(index + reach <= last + 0.5))


def match(
    known: Sequence[LesionPosition], fresh: Sequence[LesionPosition], margin_mm: float = REGISTRATION_ERROR_MM
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of keys (known, fresh) of the one-to-one assignment that fits best in all, in order of keys.

    1. A pair is possible if the fresh center lies at most margin_mm outside the known lesion's ball,
       or the known center lies inside the fresh ball (a lesion that grew).
    2. Its fitness falls from 1 at equal centers to 0 at the farthest possible distance, weighted
       by likeness of size (ratio of the radii, weight 0.3).
    3. The assignment with the largest sum of fitness is taken (Kuhn 1955); lesions are sorted by key
       first, so the order of the input does not matter.
    """
    known, fresh = sorted(known, key=lambda p: p.key), sorted(fresh, key=lambda p: p.key)
    fitness = np.array([[_fitness(k, f, margin_mm) for f in fresh] for k in known]).reshape(len(known), len(fresh))
    rows, columns = linear_sum_assignment(fitness, maximize=True)
    return tuple((known[r].key, fresh[c].key) for r, c in zip(rows, columns, strict=True) if fitness[r, c] > 0)


def _fitness(known: LesionPosition, fresh: LesionPosition, margin_mm: float) -> float:
    """How well two places fit: above 0 where they may be one lesion, else 0."""
    reach = max(known.radius_mm + margin_mm, fresh.radius_mm)
    nearness = 1 - dist(known.center, fresh.center) / reach
    if nearness < 0:
        return 0.0
    alike = min(known.radius_mm, fresh.radius_mm) / max(known.radius_mm, fresh.radius_mm)
    return (nearness + 1e-6) * (1 - SIZE_WEIGHT + SIZE_WEIGHT * alike)
