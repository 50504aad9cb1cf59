"""Fit a smooth closed surface to a lesion, so that noise of single voxels does not lengthen it.

The longest diameter is a maximum over many border points; on a noisy border it comes out too
long, and smoothing the image enough to prevent that moves the border of a small lesion. A surface
with few parameters uses all voxels near the border at once and knows about partial volume.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm

Vector = NDArray[np.float64]

POINT_SPREAD_MM = 0.7
"""mm, standard deviation of the scanner's blur within the slice, a usual value for abdominal kernels."""
SUB_STEP_MM = 1.3
"""mm: voxels are split into parts no larger than this before the model is averaged over them; own choice, twice the
blur."""
OUTSIDE_MM = 6.0
"""mm outside the border that are fitted; own choice, tuned on the sample."""
INSIDE_MM = 3.5
"""mm inside the border that are fitted; deeper tissue (necrosis, rim) says nothing; own choice, tuned on the sample."""
ROUNDS = 12
"""Gauss-Newton steps at most; own choice."""
PRIOR = (0.5, 0.4, 0.3, 0.12)
"""Relative departure from the first ellipsoid expected by degree 0 to 3 of the harmonics; own choice, tuned on the
sample."""
GRAIN = 2.0
"""Factor on the noise: neighboring voxels are alike, so the fit is trusted as if it had 1/2 of them; own choice."""
OUTLIER = 3.0
"""Noise levels beyond which a residual (a vessel) loses weight (Tukey's biweight); own choice."""


@dataclass(frozen=True)
class Surface:
    """Voxels at least half inside the fitted surface, with the fitted contrast."""

    region: MaskArray
    contrast: float


def fit(
    deviation: FloatArray, usable: MaskArray, start: MaskArray, *, noise: float, steps_mm: StepsMm
) -> Surface | None:
    """Fit radius(direction) = 1 + harmonics up to degree 3, in the frame of the start's ellipsoid.

    1. Center and axes: those of the ellipsoid with the moments of the start region.
    2. Model: base + contrast * share of the voxel inside the surface, where the border is
       blurred by the point spread and averaged over parts of the voxel.
    3. Gauss-Newton with a prior on the harmonics, over usable voxels from 3.5 mm inside to
       6 mm outside the border; residuals beyond 3 noise levels lose weight.

    None when the start has fewer
    than 4 voxels or the fit collapses.
    """
    if np.count_nonzero(start) < 4:
        return None
    frame = _Frame.of(start, steps_mm)
    at = np.argwhere(frame.near(usable, steps_mm))
    if len(at) < 30:
        return None
    data = deviation[tuple(at.T)].astype(np.float64)
    points = _SubPoints.of(at, frame, steps_mm)
    shape = np.zeros(_count(len(PRIOR) - 1))
    levels = _levels(points.share(shape), data)
    for _ in range(ROUNDS):
        shape, levels, step = _improve(points, data, shape, levels, noise)
        if step < 1e-3:
            break
    if levels[1] <= 0 or shape[0] < -0.9:
        return None
    region = np.zeros(start.shape, dtype=np.bool_)
    everywhere = np.argwhere(frame.near(np.ones_like(usable), steps_mm))
    region[tuple(everywhere.T)] = _SubPoints.of(everywhere, frame, steps_mm).share(shape) >= 0.5
    return Surface(region, float(levels[1]))


@dataclass(frozen=True)
class _Frame:
    """Center (mm), matrix from mm to the frame in which the start is a unit ball, mean radius (mm)."""

    center: Vector
    to_unit: Vector
    radius_mm: float

    @staticmethod
    def of(region: MaskArray, steps_mm: StepsMm) -> "_Frame":
        at = np.argwhere(region) * np.array(steps_mm)
        center = at.mean(axis=0)
        spread = (at - center).T @ (at - center) / len(at) + np.diag(np.array(steps_mm) ** 2 / 12)
        values, vectors = np.linalg.eigh(5 * spread)
        axes = np.sqrt(np.maximum(values, 1.0))
        return _Frame(center, (vectors / axes).T, float(np.prod(axes) ** (1 / 3)))

    def near(self, usable: MaskArray, steps_mm: StepsMm) -> MaskArray:
        """Usable voxels within 6 mm, or 1.6 times the radius, of the start's ellipsoid."""
        grids = np.ogrid[tuple(slice(0, n) for n in usable.shape)]
        mm = [g * step - c for g, step, c in zip(grids, steps_mm, self.center, strict=True)]
        unit2 = sum(sum(row[a] * mm[a] for a in range(3)) ** 2 for row in self.to_unit)
        axes = 1 / np.sqrt((self.to_unit**2).sum(axis=1))
        return np.asarray(usable & (np.sqrt(unit2) <= max(1.6, 1 + OUTSIDE_MM / axes.min())))


@dataclass(frozen=True)
class _SubPoints:
    """Parts of the voxels: harmonics, radius and gradient at each, and the blur there."""

    parts: int
    radius: Vector
    basis: Vector
    slope: Vector
    blur_mm: Vector

    @staticmethod
    def of(at: NDArray[np.int64], frame: _Frame, steps_mm: StepsMm) -> "_SubPoints":
        counts = [max(1, int(np.ceil(step / SUB_STEP_MM))) for step in steps_mm]
        offsets = np.stack(
            np.meshgrid(*[(np.arange(n) + 0.5) / n - 0.5 for n in counts], indexing="ij"), axis=-1
        ).reshape(-1, 3)
        mm = ((at[None] + offsets[:, None]) * np.array(steps_mm)).reshape(-1, 3) - frame.center
        unit = mm @ frame.to_unit.T
        radius = np.maximum(np.linalg.norm(unit, axis=1), 1e-6)
        direction = unit / radius[:, None]
        gradient = direction @ frame.to_unit
        slope = np.linalg.norm(gradient, axis=1)
        normal = gradient / slope[:, None]
        part = (np.array(steps_mm) / counts) ** 2 / 12
        spread = np.array([0.0, POINT_SPREAD_MM**2, POINT_SPREAD_MM**2]) + part
        return _SubPoints(len(offsets), radius, _harmonics(direction), slope, np.sqrt(normal**2 @ spread))

    def depth_mm(self, shape: Vector) -> Vector:
        """Distance inside the surface in mm, to first order."""
        return np.asarray((1 + self.basis @ shape - self.radius) / self.slope)

    def share(self, shape: Vector) -> Vector:
        """Share of each voxel inside the surface."""
        parts = special.ndtr(self.depth_mm(shape) / self.blur_mm)
        return np.asarray(parts.reshape(self.parts, -1).mean(axis=0))

    def jacobian(self, shape: Vector) -> Vector:
        """Change of each voxel's share with each harmonic."""
        height = np.exp(-0.5 * (self.depth_mm(shape) / self.blur_mm) ** 2) / np.sqrt(2 * np.pi)
        weight = height / (self.blur_mm * self.slope)
        return np.asarray((weight[:, None] * self.basis).reshape(self.parts, -1, self.basis.shape[1]).mean(axis=0))

    def zone(self, shape: Vector) -> MaskArray:
        """Voxels near enough to the border to be asked."""
        depth = self.depth_mm(shape).reshape(self.parts, -1).mean(axis=0)
        return np.asarray((depth <= INSIDE_MM) & (depth >= -OUTSIDE_MM))


def _improve(
    points: _SubPoints, data: Vector, shape: Vector, levels: Vector, noise: float
) -> tuple[Vector, Vector, float]:
    """One damped Gauss-Newton step over levels and shape; returns them and the largest change of shape."""
    share = points.share(shape)
    residual = data - levels[0] - levels[1] * share
    reach = max(OUTLIER * max(noise, 0.05 * abs(levels[1])), 1.4826 * float(np.median(np.abs(residual))) * OUTLIER)
    weight = np.where(points.zone(shape), np.clip(1 - (residual / (2 * reach)) ** 2, 0, 1) ** 2, 0)
    design = np.column_stack([np.ones_like(share), share, levels[1] * points.jacobian(shape)])
    prior = np.concatenate([[0.0, 0.0], GRAIN * noise**2 / _prior_sd() ** 2])
    pull = np.concatenate([[0.0, 0.0], -prior[2:] * shape])
    normal = design.T @ (weight[:, None] * design) + np.diag(prior + 1e-9)
    step = np.linalg.solve(normal, design.T @ (weight * residual) + pull)
    change = step[2:] * min(1.0, 0.25 / max(float(np.abs(step[2:]).max()), 1e-9))
    return shape + change, levels + step[:2], float(np.abs(change).max())


def _levels(share: Vector, data: Vector) -> Vector:
    """First guess of base and contrast: medians well outside and well inside."""
    outside = float(np.median(data[share < 0.1])) if (share < 0.1).any() else 0.0
    inside = float(np.median(data[share > 0.6])) if (share > 0.6).any() else float(data.max())
    return np.array([outside, inside - outside])


def _count(degree: int) -> int:
    return (degree + 1) ** 2


def _prior_sd() -> Vector:
    return np.concatenate([np.full(2 * degree + 1, sd) for degree, sd in enumerate(PRIOR)])


def _harmonics(d: Vector) -> Vector:
    """FloatArray spherical harmonics of degree 0 to 3 at unit directions, each with mean square 1 over the sphere."""
    a, b, c = d.T
    columns = [
        np.ones_like(a),
        np.sqrt(3) * a,
        np.sqrt(3) * b,
        np.sqrt(3) * c,
        np.sqrt(15) * a * b,
        np.sqrt(15) * b * c,
        np.sqrt(15) * a * c,
        np.sqrt(5) / 2 * (3 * c**2 - 1),
        np.sqrt(15) / 2 * (a**2 - b**2),
        np.sqrt(35 / 8) * b * (3 * a**2 - b**2),
        np.sqrt(105) * a * b * c,
        np.sqrt(21 / 8) * b * (5 * c**2 - 1),
        np.sqrt(7) / 2 * c * (5 * c**2 - 3),
        np.sqrt(21 / 8) * a * (5 * c**2 - 1),
        np.sqrt(105) / 2 * c * (a**2 - b**2),
        np.sqrt(35 / 8) * a * (a**2 - 3 * b**2),
    ]
    return np.column_stack(columns)
