"""Smooth motion of the organs: breathing along z plus a sum of Gaussian displacements."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Point
from pipeline.simulate.shapes import Coordinates, Field


@dataclass(frozen=True)
class Bump:
    """One Gaussian displacement: push_mm at its center, fading over width_mm."""

    center: Point
    push_mm: Point
    width_mm: float


@dataclass(frozen=True)
class Motion:
    """Maps a point x of a scan to the point x + u(x) of the resting anatomy, in mm."""

    shift_mm: Point = (0.0, 0.0, 0.0)
    bumps: tuple[Bump, ...] = ()

    def then(self, other: "Motion") -> "Motion":
        """The sum of both displacements."""
        x, y, z = (a + b for a, b in zip(self.shift_mm, other.shift_mm, strict=True))
        return Motion((x, y, z), self.bumps + other.bumps)

    def displacement(self, at: Coordinates) -> Coordinates:
        """Return u at the samples whose x, y and z coordinates broadcast."""
        shape = np.broadcast_shapes(*(axis.shape for axis in at))
        fields = [np.full(shape, s, dtype=np.float32) for s in self.shift_mm]
        for bump in self.bumps:
            bells = [np.exp(-0.5 * ((axis - c) / bump.width_mm) ** 2) for axis, c in zip(at, bump.center, strict=True)]
            bell = (bells[0] * bells[1] * bells[2]).astype(np.float32)
            for axis, push in enumerate(bump.push_mm):
                fields[axis] += np.float32(push) * bell
        return fields[0], fields[1], fields[2]

    def find(self, resting: Point) -> Point:
        """The point x of the scan with x + u(x) = resting, by fixed-point iteration."""
        point = np.array(resting, dtype=np.float64)
        for _ in range(60):
            point = np.array(resting) - self._at(point)
        return float(point[0]), float(point[1]), float(point[2])

    def _at(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.array(self.shift_mm, dtype=np.float64)
        for bump in self.bumps:
            away = (point - np.array(bump.center)) / bump.width_mm
            total += np.array(bump.push_mm) * np.exp(-0.5 * float(away @ away))
        return total


def draw(rng: np.random.Generator, size_mm: float, breath_mm: float) -> Motion:
    """Draw a motion whose Gaussian part reaches size_mm at most, with a shift along z.

    The bumps lie where the upper abdominal organs are; widths of 38 to 60 mm keep the
    map free of folds for sizes up to 15 mm.
    """
    if size_mm <= 0:
        return Motion((0.0, 0.0, breath_mm))
    low, high = np.array([-110.0, -70.0, -70.0]), np.array([90.0, 60.0, 80.0])
    raw = Motion(
        bumps=tuple(
            Bump(_point(rng.uniform(low, high)), _point(rng.normal(size=3)), float(rng.uniform(38, 60)))
            for _ in range(7)
        )
    )
    scale = size_mm / _largest(raw)
    bumps = tuple(Bump(b.center, _point(np.array(b.push_mm) * scale), b.width_mm) for b in raw.bumps)
    return Motion((0.0, 0.0, breath_mm), bumps)


def lattice(low: Point, high: Point, step_mm: float) -> Coordinates:
    """Broadcastable x, y and z coordinates of a regular lattice, as [z, y, x] arrays."""
    x, y, z = (np.arange(a, b + step_mm / 2, step_mm, dtype=np.float32) for a, b in zip(low, high, strict=True))
    return x[None, None, :], y[None, :, None], z[:, None, None]


def _largest(motion: Motion) -> float:
    u, v, w = motion.displacement(lattice((-130, -90, -90), (110, 90, 90), 10.0))
    length: Field = np.sqrt(u * u + v * v + w * w)
    return float(length.max())


def _point(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1]), float(values[2])
