"""What is expected of a lesion's surface before the image is asked: where it lies by the mark, and how surely.

The surface is star-shaped around a center: radius(direction) = mean(direction) * exp(departure), the departure a
Gaussian process over the directions (Rasmussen and Williams 2006) whose parts are the size, the extents across the
mark, the place of the center, and a smooth rest.
"""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, Prompt
from pipeline.segment.prompt import sphere
from pipeline.segment.prompt.sphere import Vectors
from pipeline.volume.arrays import MaskArray, StepsMm

ACROSS = 0.82
"""Expected perpendicular and through-plane extent over the drawn axis: 0.5 to 1.1 are seen; own choice."""
ACROSS_SD = 0.22
"""Spread of the logarithm of that share: 0.53 to 1.27 at two spreads; own choice."""
SHIFT_SD = 0.10
"""Spread of the center's place across the axis over the radius; own choice."""
REST_SD = 0.10
"""Spread of the smooth rest of the departure; own choice."""
READER_SD_MM = 1.2
"""mm, spread of a drawn end across the border; own choice: readers repeat a long axis within 2 to 3 mm."""
POINT_RADIUS_MM = 9.0
"""mm, radius expected around a point of which nothing else is known; own choice, a lesion of usual size."""
POINT_SIZE_SD, POINT_SHIFT_SD = 0.5, 0.35
"""Spread of the logarithm of that radius, and of the point's place in the lesion over it; own choice."""
BOX_SD = 0.08
"""Spread of the logarithm of a box's half edges, and of its center over them; own choice."""
KNOWN_SIZE_SD, KNOWN_SHAPE_SD, KNOWN_REST_SD = 0.25, 0.08, 0.07
"""The same spreads where the shape is known from a region: size (growth or loss by a quarter), extents, rest; own
choice."""


@dataclass(frozen=True)
class ExpectedSurface:
    """The surface expected: a center (k, j, i) in voxels, a frame of unit rows, the mean radius and the spreads.

    semi_mm: half axes along the frame. ratio: table (sphere) of the logarithm of the mean radius over that ellipsoid,
    None where it is the ellipsoid. extent_sd, shift_sd: spreads of the half axes and of the center along the frame.
    ends_sd: spread of the departure at both ends of the first axis, None where nothing was drawn there.
    """

    center: Vectors
    frame: Vectors
    semi_mm: Vectors
    extent_sd: tuple[float, float, float]
    shift_sd: tuple[float, float, float]
    size_sd: float = 0.0
    rest_sd: float = REST_SD
    ends_sd: float | None = None
    ratio: Vectors | None = None

    def mean_mm(self, toward: Vectors) -> Vectors:
        """Mean radius in directions (N, 3)."""
        radius = 1 / np.sqrt((((toward @ self.frame.T) / self.semi_mm) ** 2).sum(axis=1))
        return np.asarray(radius if self.ratio is None else radius * np.exp(sphere.looked_up(self.ratio, toward)))

    def covariance(self, first: Vectors, second: Vectors) -> Vectors:
        """Covariance of the departure between two sets of directions, before the ends are known."""
        a, b = first @ self.frame.T, second @ self.frame.T
        total = self.rest_sd**2 * sphere.alike(first, second) + self.size_sd**2
        total += (a**2 * np.square(self.extent_sd)) @ (b**2).T
        return np.asarray(total + (a * np.square(self.shift_sd)) @ b.T)

    def ends(self) -> Vectors:
        """Directions (N, 3) in which the surface was drawn."""
        return np.stack([self.frame[0], -self.frame[0]]) if self.ends_sd is not None else np.empty((0, 3))


def by_mark(prompt: Prompt, grid: Grid) -> ExpectedSurface:
    """Return the surface that a mark alone makes likely.

    Axis: an ellipsoid with the axis as its longest, ACROSS of it in the two other directions; the ends lie on the
    surface. Box: the ellipsoid that it holds. Point: a ball of POINT_RADIUS_MM in which the point lies somewhere.
    """
    least = min(grid.steps_mm)
    if isinstance(prompt, Axis):
        ends = _kji(grid, prompt.start, prompt.end)
        along = (ends[1] - ends[0]) * np.array(grid.steps_mm)
        half = max(float(np.linalg.norm(along)), least) / 2
        sure = float(np.hypot(READER_SD_MM, least / 2)) / half
        semi = half * np.array([1.0, ACROSS, ACROSS])
        free = (0.0, ACROSS_SD, ACROSS_SD)
        return ExpectedSurface(ends.mean(axis=0), _frame(along), semi, free, (0.0, SHIFT_SD, SHIFT_SD), ends_sd=sure)
    if isinstance(prompt, BoxPrompt):
        corners = grid.to_index(np.array([prompt.low, prompt.high]))[:, ::-1]
        semi = np.maximum(np.abs(corners[1] - corners[0]) * np.array(grid.steps_mm) / 2, least / 2)
        return ExpectedSurface(corners.mean(axis=0), np.eye(3), semi, (BOX_SD,) * 3, (BOX_SD,) * 3)
    return ball(_kji(grid, prompt.at)[0])


def ball(center: Vectors) -> ExpectedSurface:
    """Return the ball expected around a point (k, j, i) in voxels."""
    semi = np.full(3, POINT_RADIUS_MM)
    return ExpectedSurface(center, np.eye(3), semi, (ACROSS_SD,) * 3, (POINT_SHIFT_SD,) * 3, POINT_SIZE_SD)


def by_region(start: ExpectedSurface, region: MaskArray, steps_mm: StepsMm) -> ExpectedSurface:
    """Return the surface expected by a mark and a region of the same lesion, on the image's voxels.

    The shape is the region's, seen from its center of mass. A drawn axis keeps center and size: the shape is scaled to
    it, by a half to twice. Without one the region gives size and place, and the size may change by KNOWN_SIZE_SD.
    """
    at = np.argwhere(region)
    middle = at.mean(axis=0)
    table = sphere.table()
    radius = _radii(region, middle, table, steps_mm)
    drawn = start.ends_sd is not None
    mean = float(np.exp(np.log(radius).mean()))
    if drawn:
        drawn_mm = sphere.looked_up(radius, start.ends())
        mean = float(np.clip(start.semi_mm[0] / max(float(drawn_mm.mean()), 0.1), 0.5, 2.0))
        radius = radius * mean
        semi, center, size = start.semi_mm, start.center, 0.0
    else:
        semi, center, size = np.full(3, mean), middle, KNOWN_SIZE_SD
    shape = replace(start, center=center, semi_mm=semi, ratio=None)
    shape = replace(shape, extent_sd=(KNOWN_SHAPE_SD,) * 3, shift_sd=(SHIFT_SD,) * 3)
    return replace(shape, size_sd=size, rest_sd=KNOWN_REST_SD, ratio=np.log(radius / shape.mean_mm(table)))


def _radii(region: MaskArray, middle: Vectors, table: Vectors, steps_mm: StepsMm) -> Vectors:
    """Radius of the region by direction: the length of each ray that lies in it."""
    step = min(steps_mm) / 2
    far = np.linalg.norm(np.array(region.shape) * np.array(steps_mm))
    count = int(min(far, 2 * np.cbrt(np.count_nonzero(region) * np.prod(steps_mm)) + 10 * max(steps_mm)) / step)
    lengths = np.zeros(len(table))
    for n in range(count):
        at = np.rint(middle + table * (n + 0.5) * step / np.array(steps_mm)).astype(np.int64)
        within = np.all((at >= 0) & (at < np.array(region.shape)), axis=1)
        held = at[within]
        lengths[within] += step * region[held[:, 0], held[:, 1], held[:, 2]]
    return np.maximum(lengths, min(steps_mm) / 2)


def _kji(grid: Grid, *points: tuple[float, float, float]) -> Vectors:
    return np.asarray(grid.to_index(np.array(points))[:, ::-1])


def _frame(along: Vectors) -> Vectors:
    """Rows: along the axis, across it in the slice, and most nearly through the slices."""
    length = float(np.linalg.norm(along))
    first = along / length if length > 0 else np.array([0.0, 0.0, 1.0])
    through = np.eye(3)[0] if abs(first[0]) < 0.9 else np.eye(3)[1]
    third = through - (through @ first) * first
    third /= np.linalg.norm(third)
    return np.stack([first, np.cross(third, first), third])
