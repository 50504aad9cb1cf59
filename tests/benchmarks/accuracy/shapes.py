"""Bodies of lesions: ellipsoids whose surface is disturbed by waves, as one number per point, negative inside.

A body is fixed in the background's space; what a visit shows of it follows by the field.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Point

WAVES = 8
"""Waves that disturb a surface; own choice."""

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Body:
    """An ellipsoid with a disturbed surface.

    center: LPS mm. radius_mm: of a ball of its volume before it is disturbed. axes: three rows, unit vectors times the
    share of the radius along each. waves: rows (kx, ky, kz, phase) per radius; rough: how far they move the surface,
    as a share of the radius.
    """

    center: Point
    radius_mm: float
    axes: tuple[Point, Point, Point]
    waves: tuple[tuple[float, float, float, float], ...]
    rough: float

    @property
    def reach_mm(self) -> float:
        """No point of the body lies farther from the center."""
        return self.radius_mm * max(float(np.linalg.norm(axis)) for axis in self.axes) * (1 + 2 * self.rough)

    def level(self, at: Values) -> Values:
        """Return at points (..., 3) the share of the radius by which they lie outside, negative inside."""
        away = (at - np.array(self.center, dtype=np.float32)) / np.float32(self.radius_mm)
        unit = np.array([np.array(axis) / np.dot(axis, axis) for axis in self.axes], dtype=np.float32)
        local = away @ unit.T
        level = np.sqrt((local**2).sum(-1)) - 1
        if self.rough and self.waves:
            waves = np.array(self.waves, dtype=np.float32)
            ripple = np.sin(local @ waves[:, :3].T + waves[:, 3]).sum(-1) / np.float32(np.sqrt(len(waves) / 2))
            level = level - np.float32(self.rough) * np.clip(ripple, -2, 2)
        return np.asarray(level, dtype=np.float32)

    def sized(self, radius_mm: float) -> "Body":
        """Return the body with another radius."""
        return replace(self, radius_mm=radius_mm)

    def at(self, center: Point) -> "Body":
        """Return the body at another place."""
        return replace(self, center=center)


def ball(center: Point, radius_mm: float) -> Body:
    """Return a ball."""
    return Body(center, radius_mm, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), (), 0.0)


def draw(rng: np.random.Generator, center: Point, radius_mm: float) -> Body:
    """Return a body turned, stretched and disturbed at random, of about the volume of a ball of the radius."""
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    stretch = np.exp(rng.normal(0, 0.14, size=3))
    stretch /= np.cbrt(stretch.prod())
    rows = turn * stretch[:, None]
    waves = rng.normal(size=(WAVES, 3))
    waves *= rng.uniform(1.2, 3.6, size=(WAVES, 1)) / np.linalg.norm(waves, axis=1, keepdims=True)
    phases = rng.uniform(0, 2 * np.pi, size=WAVES)
    return Body(
        center,
        radius_mm,
        (_point(rows[0]), _point(rows[1]), _point(rows[2])),
        tuple((float(a), float(b), float(c), float(p)) for (a, b, c), p in zip(waves, phases, strict=True)),
        float(rng.uniform(0.04, 0.16)),
    )


def _point(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1]), float(values[2])
