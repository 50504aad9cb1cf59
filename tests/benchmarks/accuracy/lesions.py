"""Lesions over the visits of a case: what each is, where, how large when; and how it is painted into a scan."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Phase
from pipeline.model.transform import Transform
from pipeline.volume import points
from pipeline.volume.arrays import FloatArray, Window
from tests.benchmarks.accuracy.looks import Look
from tests.benchmarks.accuracy.shapes import Body

SPREAD_MM = 0.55
"""mm, one standard deviation of the scanner's point spread in the slice plane: a soft-tissue kernel; own choice."""
MOST_SAMPLES = 4
"""Samples along an axis of a voxel at most."""
STRETCHED = 1.3
"""Times that a field may stretch a lesion; drawn fields do less."""
SAMPLE_MM = 0.8
"""mm between samples inside a voxel, where MOST_SAMPLES allows it."""


class Fate(StrEnum):
    """What becomes of a lesion from one visit to the next."""

    UNCHANGED = "unchanged"
    GROWN = "grown"
    SHRUNK = "shrunk"
    VANISHED = "vanished"
    NEW = "new"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True)
class Lesion:
    """A lesion of a case: its bodies and look at each visit (no body: not there), and what becomes of it.

    where: 'inside', 'capsule', 'vessel' or 'cluster'. with_other: the lesion it merges with.
    """

    name: str
    where: str
    fate: Fate
    bodies: tuple[tuple[Body, ...], ...]
    looks: tuple[Look, ...]
    with_other: str = ""

    def level(self, visit: int, at: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return at points of the background how far outside they lie in mm, negative inside."""
        depths = [body.level(at) * np.float32(body.radius_mm) for body in self.bodies[visit]]
        return np.asarray(np.minimum.reduce(depths), dtype=np.float32)

    def radius_mm(self, visit: int) -> float:
        """Return the radius of its largest body."""
        return max((body.radius_mm for body in self.bodies[visit]), default=0.0)


@dataclass(frozen=True)
class Painted:
    """What one lesion adds to a scan: a window of its grid, its share in what each voxel shows, and its HU there.

    filled is the part of each voxel that lies in the lesion, without blur: the truth.
    """

    window: Window
    share: FloatArray
    hu: FloatArray
    filled: FloatArray


def boundary(lesion: Lesion, visit: int, field: Transform, margin_mm: float) -> tuple[Point, Point]:
    """Return the corners of a box in the visit's space that holds the lesion with a margin."""
    if not lesion.bodies[visit]:
        raise ValueError(f"{lesion.name} is not there at visit {visit}")
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for body in lesion.bodies[visit]:
        center = _back(field, np.array([body.center]))[0]
        reach = STRETCHED * body.reach_mm + margin_mm
        low, high = np.minimum(low, center - reach), np.maximum(high, center + reach)
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))


def paint(lesion: Lesion, visit: int, field: Transform, grid: Grid, liver_hu: float, phase: Phase) -> Painted | None:
    """Return how a lesion shows on a grid: exact shape and look at fine samples, averaged over each voxel.

    The point spread blurs it in the plane; a slice is a box along z. None where it does not lie on the grid.
    """
    if not lesion.bodies[visit]:
        return None
    low, high = boundary(lesion, visit, field, 6 * SPREAD_MM + max(grid.spacing_mm))
    window = window_of(grid, low, high)
    if window is None:
        return None
    counts = [int(np.clip(np.ceil(step / SAMPLE_MM), 2, MOST_SAMPLES)) for step in grid.steps_mm]
    at = samples(grid, window, counts, field)
    level = lesion.level(visit, at)
    look = lesion.looks[visit]
    share = np.clip(0.5 - level / max(look.soft_mm, 1e-3), 0, 1)
    radius = lesion.radius_mm(visit)
    hu = np.zeros_like(level)
    near = share > 0
    hu[near] = look.hu(liver_hu, phase, np.maximum(-level[near], 0), radius, at[near])
    shape = [side.stop - side.start for side in window]
    share_of, held = (_averaged(each, shape, counts) for each in (share, share * hu))
    steps = grid.steps_mm
    spread = (0.0, SPREAD_MM / steps[1], SPREAD_MM / steps[2])
    share_of, held = (ndimage.gaussian_filter(each, spread) for each in (share_of, held))
    hu_of = np.divide(held, share_of, out=np.full_like(held, liver_hu), where=share_of > 1e-4)
    filled = _averaged((level < 0).astype(np.float32), shape, counts)
    return Painted(window, share_of, hu_of, filled)


def window_of(grid: Grid, low: Point, high: Point) -> Window | None:
    """Return the voxels of a grid along LPS that lie in a box; None where none does."""
    a, b = grid.to_index(np.array([low, high]))
    first = np.clip(np.floor(a).astype(int), 0, grid.shape[::-1])
    last = np.clip(np.ceil(b).astype(int) + 1, 0, grid.shape[::-1])
    if (last <= first).any():
        return None
    i, j, k = (slice(int(s), int(e)) for s, e in zip(first, last, strict=True))
    return (k, j, i)


def samples(grid: Grid, window: Window, counts: list[int], field: Transform) -> NDArray[np.float32]:
    """Return where fine samples of a window lie in the background: (slices x n, rows x n, columns x n, 3)."""
    lines = []
    for axis, (side, count) in enumerate(zip(window, counts, strict=True)):
        sub = (np.arange(count) + 0.5) / count - 0.5
        index = (np.arange(side.start, side.stop)[:, None] + sub).ravel()
        lines.append(grid.origin[2 - axis] + index * grid.spacing_mm[2 - axis])
    z, y, x = np.meshgrid(*lines, indexing="ij")
    at = np.stack([x, y, z], axis=-1)
    moved = points.apply(field, at.reshape(-1, 3)).reshape(at.shape)
    return np.asarray(moved, dtype=np.float32)


def _averaged(fine: NDArray[np.float32], shape: list[int], counts: list[int]) -> FloatArray:
    k, j, i = shape
    a, b, c = counts
    return np.asarray(fine.reshape(k, a, j, b, i, c).mean(axis=(1, 3, 5)), dtype=np.float32)


def _back(field: Transform, at: NDArray[np.float64]) -> NDArray[np.float64]:
    found = at.copy()
    for _ in range(20):
        found += at - points.apply(field, found)
    return found
