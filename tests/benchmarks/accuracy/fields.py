"""Known motion between two visits: a smooth deformation, and the liver sliding along the wall with the breath.

A field maps points of a visit to points of the background: background = visit + u(visit), as pipeline.model.transform
has it with the visit as the fixed image. What is stored is the truth: trilinear between the nodes of its grid.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.volume import grids, points, resample
from pipeline.volume.arrays import FloatArray
from tests.benchmarks.accuracy.backgrounds import axes_mm

NODES_MM = 3.0
"""mm between nodes of a field; own choice, finer than the steepest part (SHEAR_MM) needs."""
SHEAR_MM = 6.0
"""mm beyond the liver over which the sliding falls to nothing at the wall; own choice."""
WALL_MM = 45.0
"""mm from the skin within which the liver's surface counts as lying at the wall; own choice."""
END_MM = 25.0
"""mm from the first and last slice over which a field falls to nothing, so that no visit shows what was not scanned."""
BODY_HU = -300
"""HU above which a voxel is body."""
BONE_HU = 160
"""HU above which a voxel behind the center of the body belongs to the spine (with contrast, the aorta too)."""
LEAST_JACOBIAN = 0.25
"""Smallest volume that a field may shrink a unit of volume to; own choice, far from folding."""
ROUNDS = 40
"""Rounds of the fixed-point iteration that inverts a field; 0.25 at least shrinks the error each time."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Breath:
    """How much of a shift along z each node takes: 1 in the liver, 0 in wall and spine."""

    share: FloatArray
    grid: Grid


def nodes(grid: Grid) -> Grid:
    """Return the grid of a field over an image's grid."""
    return grids.with_spacing(grid, NODES_MM)


def breath(clean: Image, liver: Mask) -> Breath:
    """Return what slides on a scan: all within the wall; the liver takes the whole shift."""
    grid = nodes(clean.grid)
    image = resample.resample(clean, grid).array
    inside = resample.resample_mask(liver, grid).array
    body = np.stack([ndimage.binary_fill_holes(_largest(plane > BODY_HU)) for plane in image])
    wall, spine = _wall(body, inside, grid), _spine(image, body)
    from_wall = ndimage.distance_transform_edt(~(wall | spine), grid.steps_mm)
    from_liver = ndimage.distance_transform_edt(~inside, grid.steps_mm)
    free = _eased(from_wall / (2 * SHEAR_MM))
    near = 1 - _eased(from_liver / SHEAR_MM)
    return Breath(np.maximum(free, near).astype(np.float32), grid)


def draw(rng: np.random.Generator, slides: Breath, liver: Mask, size_mm: float, shift_mm: float) -> Transform:
    """Return a field whose smooth part reaches size_mm in the liver, with a shift of shift_mm along z that slides."""
    grid = slides.grid
    x, y, z = axes_mm(grid)
    inside = resample.resample_mask(liver, grid).array
    at = np.argwhere(inside)
    low, high = grid.to_lps(at.min(0)[::-1].astype(float)), grid.to_lps(at.max(0)[::-1].astype(float))
    smooth = np.zeros((*grid.shape, 3), dtype=np.float32)
    for _ in range(7):
        (a, b, c), width = rng.uniform(low, high), rng.uniform(38, 60)
        bell = np.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / (2 * width**2)).astype(np.float32)
        smooth += bell[..., None] * rng.normal(size=3).astype(np.float32)
    end = np.minimum(z - z.min(), z.max() - z)
    ends = _eased(end / END_MM)[..., None]
    smooth *= size_mm / max(float(np.sqrt((smooth[inside] ** 2).sum(1)).max()), 1e-6)
    shift = np.zeros_like(smooth)
    shift[..., 2] = slides.share * shift_mm
    while True:
        field = ((smooth + shift) * ends).astype(np.float32)
        if float(jacobians(field, grid)[inside].min()) >= LEAST_JACOBIAN:
            return Transform(np.eye(4), field, grid)
        smooth, shift = smooth * np.float32(0.9), shift * np.float32(0.9)


def inverse(transform: Transform, at: Values) -> Values:
    """Return the points (N, 3) of the visit that a field takes to points of the background."""
    found = np.array(at, dtype=np.float64)
    for _ in range(ROUNDS):
        found += at - points.apply(transform, found)
    return found


def jacobians(field: FloatArray, grid: Grid) -> FloatArray:
    """Return the Jacobian determinant of x + u(x) at every node."""
    steps = grid.steps_mm
    rows: list[list[NDArray[Any]]] = []
    for axis in range(3):
        along_k, along_j, along_i = np.gradient(field[..., axis], *steps)
        row = [along_i, along_j, along_k]
        row[axis] = row[axis] + 1
        rows.append(row)
    (a, b, c), (d, e, f), (g, h, i) = rows
    return np.asarray(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g), dtype=np.float32)


def _wall(body: NDArray[np.bool_], liver: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    """The wall of the trunk: by the angle around the body's center, what lies outside of the liver's surface.

    Where no liver lies at the wall the wall is as thick as on the average of the slice.
    """
    wall = np.zeros_like(body)
    rows, columns = np.indices(body.shape[1:])
    thick = np.full((body.shape[0], 72), np.nan)
    polar = []
    for k in range(body.shape[0]):
        j, i = ndimage.center_of_mass(body[k]) if body[k].any() else (0.0, 0.0)
        radius = np.hypot(rows - j, columns - i) * NODES_MM
        sector = ((np.arctan2(rows - j, columns - i) + np.pi) / (2 * np.pi) * 72).astype(int) % 72
        skin = ndimage.maximum(np.where(body[k], radius, 0), sector, np.arange(72))
        surface = ndimage.maximum(np.where(liver[k], radius, 0), sector, np.arange(72))
        at_wall = (surface > 0) & (skin - surface < WALL_MM)
        thick[k, at_wall] = (skin - surface)[at_wall]
        polar.append((radius, sector, skin))
    usual = float(np.nanmedian(thick)) if np.isfinite(thick).any() else WALL_MM / 2
    known = np.isfinite(thick)
    weight = ndimage.gaussian_filter(known.astype(float), (2, 1.5), mode=("nearest", "wrap"))
    smooth = ndimage.gaussian_filter(np.where(known, thick, 0.0), (2, 1.5), mode=("nearest", "wrap"))
    filled = (smooth + 0.02 * usual) / (weight + 0.02)
    for k, (radius, sector, skin) in enumerate(polar):
        wall[k] = radius > (skin - filled[k])[sector] + NODES_MM / 2
    return wall & ~liver


def _spine(image: FloatArray, body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    bone = ndimage.binary_opening((image > BONE_HU) & body, iterations=1)
    middle = np.zeros_like(bone)
    j, i = (round(float(v)) for v in ndimage.center_of_mass(body)[1:])
    width = int(45 / NODES_MM)
    middle[:, j:, max(i - width, 0) : i + width] = True
    return _largest(bone & middle) if (bone & middle).any() else bone & middle


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    parts, count = ndimage.label(mask)
    if not count:
        return mask
    return np.asarray(parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])))


def _eased(share: NDArray[Any]) -> NDArray[Any]:
    """0 to 1 with level ends."""
    t = np.clip(share, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
