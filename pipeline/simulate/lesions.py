"""Lesions as exact ellipsoids: where they lie in a scan, their true diameters, their paint."""

from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Point
from pipeline.simulate.plan import LesionPlan, Pattern
from pipeline.simulate.shapes import Coordinates, Ellipsoid
from pipeline.simulate.tissues import FIRST_LESION_LABEL

VIABLE, NECROTIC, OIL = range(3)
_OIL_DROPS = 45
"""Most drops of lipiodol in a treated lesion; own choice."""
_OIL_LEVEL = 0.8
"""Drops lie within this share of the lesion's half axes; own choice."""
_OIL_FROM_NODULE_MM = 4.5
"""Drops keep so far from the viable nodule, in mm; own choice, so that blur leaves its border alone."""


@dataclass(frozen=True)
class PlacedLesion:
    """A lesion in the coordinates of one scan.

    The first half axis of `body` is the longest and lies in the axial plane. nodule is
    the viable part of a treated lesion; oil are centers and radii of lipiodol drops.
    """

    name: str
    pattern: Pattern
    body: Ellipsoid
    core: float = 0.0
    nodule: Ellipsoid | None = None
    oil: tuple[tuple[Point, float], ...] = ()

    @property
    def volume_ml(self) -> float:
        """Volume of the ellipsoid."""
        return 4 / 3 * pi * float(np.prod(self.body.radii_mm)) / 1000

    def long_axis_mm(self, heights: NDArray[np.float64]) -> float:
        """Longest diameter over axial slices at these heights (0: none cuts the lesion)."""
        return 2 * self.body.radii_mm[0] * _largest_share(self.body, heights, 0.0)

    def short_axis_mm(self, heights: NDArray[np.float64]) -> float:
        """Longest perpendicular of the longest diameter, in the same slice."""
        return 2 * self.body.radii_mm[1] * _largest_share(self.body, heights, 0.0)

    def viable_axis_mm(self, heights: NDArray[np.float64]) -> float:
        """Longest straight line inside viable tissue in one axial slice.

        In the shell between two similar ellipses it touches the inner one; its length,
        2 a sqrt(1 - core^2), is the same in every slice that cuts the core.
        """
        if self.nodule is not None:
            return 2 * self.nodule.radii_mm[0] * _largest_share(self.nodule, heights, 0.0)
        core = self.core if self.pattern is Pattern.RIM else 0.0
        return 2 * self.body.radii_mm[0] * _largest_share(self.body, heights, core)


def _largest_share(solid: Ellipsoid, heights: NDArray[np.float64], core: float) -> float:
    off = np.abs(heights - solid.center[2]) / solid.radii_mm[2]
    nearest = max(float(off.min()), core)
    return sqrt(max(1 - nearest * nearest, 0.0))


def place(
    plan: LesionPlan, visit: int, center: Point, turn_deg: float, rng: np.random.Generator
) -> PlacedLesion | None:
    """The lesion of the plan at this visit with its center at `center`; None if it is not there."""
    size = plan.present(visit)
    if size is None:
        return None
    a = size.long_mm / 2
    body = Ellipsoid(center, (a, a * plan.width, a * plan.height), turn_deg)
    if size.nodule_mm is None:
        pattern = Pattern.DIFFUSE if plan.pattern is Pattern.TREATED else plan.pattern
        return PlacedLesion(plan.name, pattern, body, plan.core if pattern is Pattern.RIM else 0.0)
    nodule = _nodule(body, size.nodule_mm / 2)
    return PlacedLesion(plan.name, Pattern.TREATED, body, 0.0, nodule, _oil(body, nodule, rng))


def _nodule(body: Ellipsoid, half_mm: float) -> Ellipsoid:
    """A viable nodule against the side of a treated lesion, inside it."""
    off = body.radii_mm[1] - 0.8 * half_mm - 1.0
    turn = radians(body.turn_deg)
    x, y, z = body.center
    return Ellipsoid((x - off * sin(turn), y + off * cos(turn), z), (half_mm, 0.8 * half_mm, half_mm), body.turn_deg)


def _oil(body: Ellipsoid, nodule: Ellipsoid, rng: np.random.Generator) -> tuple[tuple[Point, float], ...]:
    drops: list[tuple[Point, float]] = []
    for _ in range(400):
        radius = float(rng.uniform(1.2, 3.0))
        off = rng.uniform(-1, 1, size=3) * max(body.radii_mm)
        at = tuple(np.float32(c + d) for c, d in zip(body.center, off, strict=True))
        sample = (np.array(at[0]), np.array(at[1]), np.array(at[2]))
        deep = float(body.level(sample)) < _OIL_LEVEL
        if deep and float(nodule.distance(sample)) > radius + _OIL_FROM_NODULE_MM:
            drops.append(((float(at[0]), float(at[1]), float(at[2])), radius))
        if len(drops) == _OIL_DROPS:
            break
    return tuple(drops)


def paint(labels: NDArray[np.uint8], at: Coordinates, placed: tuple[PlacedLesion, ...]) -> NDArray[np.uint8]:
    """Paint the lesions over the labels; return 0 or the lesion's number (1..) of every sample."""
    numbers = np.zeros(labels.shape, dtype=np.uint8)
    for number, lesion in enumerate(placed, start=1):
        inside = lesion.body.level(at)
        labels_of = FIRST_LESION_LABEL + 3 * (number - 1)
        within = inside < 1
        if not within.any():
            continue
        numbers[within] = number
        labels[within] = labels_of + (NECROTIC if lesion.nodule is not None else VIABLE)
        if lesion.core:
            labels[inside < lesion.core] = labels_of + NECROTIC
        if lesion.nodule is not None:
            labels[lesion.nodule.level(at) < 1] = labels_of + VIABLE
        for center, radius in lesion.oil:
            labels[Ellipsoid(center, (radius, radius, radius)).level(at) < 1] = labels_of + OIL
    return numbers
