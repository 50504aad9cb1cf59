"""Solids of the phantom as approximate signed distances in mm, negative inside."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Point

Field = NDArray[np.float32]
Box = tuple[Point, Point]
Coordinates = tuple[Field, Field, Field]
"""x, y and z of every sample in mm; the three arrays broadcast against each other."""


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid turned about the z axis by turn_deg (from x toward y)."""

    center: Point
    radii_mm: Point
    turn_deg: float = 0.0

    @property
    def box(self) -> Box:
        """Lowest and highest corner of a box that holds the solid, in mm."""
        reach = (max(self.radii_mm[:2]), max(self.radii_mm[:2]), self.radii_mm[2])
        low, high = ([c + sign * r for c, r in zip(self.center, reach, strict=True)] for sign in (-1, 1))
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def level(self, at: Coordinates) -> Field:
        """Normalized radius: 1 on the surface, exact everywhere."""
        x, y, z = self._local(at)
        a, b, c = self.radii_mm
        return np.asarray(np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2), dtype=np.float32)

    def distance(self, at: Coordinates) -> Field:
        """Signed distance in mm, of first order near the surface."""
        x, y, z = self._local(at)
        a, b, c = self.radii_mm
        level = np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)
        slope = np.sqrt((x / a**2) ** 2 + (y / b**2) ** 2 + (z / c**2) ** 2)
        return np.asarray(level * (level - 1) / np.maximum(slope, 1e-4), dtype=np.float32)

    def _local(self, at: Coordinates) -> Coordinates:
        x, y, z = (axis - np.float32(c) for axis, c in zip(at, self.center, strict=True))
        if not self.turn_deg:
            return x, y, z
        c, s = np.float32(cos(radians(self.turn_deg))), np.float32(sin(radians(self.turn_deg)))
        return c * x + s * y, c * y - s * x, z


@dataclass(frozen=True)
class Tube:
    """A straight round tube between two points that may taper."""

    start: Point
    end: Point
    start_radius_mm: float
    end_radius_mm: float

    @property
    def box(self) -> Box:
        """Lowest and highest corner of a box that holds the solid, in mm."""
        reach = max(self.start_radius_mm, self.end_radius_mm)
        ends = list(zip(self.start, self.end, strict=True))
        low, high = [min(e) - reach for e in ends], [max(e) + reach for e in ends]
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def distance(self, at: Coordinates) -> Field:
        """Signed distance in mm (exact where the tube does not taper)."""
        along = [e - s for s, e in zip(self.start, self.end, strict=True)]
        length2 = sum(step * step for step in along)
        x, y, z = (axis - np.float32(s) for axis, s in zip(at, self.start, strict=True))
        share = np.clip((x * along[0] + y * along[1] + z * along[2]) / np.float32(length2), 0, 1)
        off = np.sqrt((x - share * along[0]) ** 2 + (y - share * along[1]) ** 2 + (z - share * along[2]) ** 2)
        radius = self.start_radius_mm + share * (self.end_radius_mm - self.start_radius_mm)
        return np.asarray(off - radius, dtype=np.float32)


Solid = Ellipsoid | Tube


def chain(points: tuple[Point, ...], radii_mm: tuple[float, ...]) -> tuple[Tube, ...]:
    """Tubes through the points one after the other; radii_mm has one value per point."""
    links = zip(points[:-1], points[1:], radii_mm[:-1], radii_mm[1:], strict=True)
    return tuple(Tube(*link) for link in links)


def smooth_union(first: Field, second: Field, width_mm: float) -> Field:
    """Union of two distances whose seam is rounded over width_mm."""
    blend = np.clip(width_mm - np.abs(first - second), 0, None) / np.float32(width_mm)
    return np.asarray(np.minimum(first, second) - blend * blend * np.float32(width_mm / 4), dtype=np.float32)
