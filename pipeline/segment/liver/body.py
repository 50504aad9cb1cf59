"""Where the body, the lungs, the spine and the inner wall of the trunk lie on a coarse grid.

All on an isotropic grid along LPS (pipeline.segment.liver.grid): arrays [k, j, i] grow to
the head, the back and the left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from pipeline.model.image import Image, Modality
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray
from pipeline.volume.region import largest_part

ANGLES = 120
"""Directions around the trunk's axis in which its wall is sampled: 3 degrees each; own choice."""
WALL_MM = 12.0
"""mm, usual thickness of the muscles of the trunk below its fat, where neither rib nor lung shows it; own choice."""
RIB_MM = 9.0
"""mm, thickness of a rib with the pleura and the diaphragm inside it; own choice, tuned on HCC-TACE-Seg."""
RIB_WITHIN_MM = 22.0
"""mm below the outer side of the muscles within which a rib's outer side lies; own choice, tuned on HCC-TACE-Seg."""
LUNG_WITHIN_MM = 40.0
"""mm to the outer side of the muscles within which a lung marks the wall's inner side; own choice."""
LYING_ON_VOXELS = 3.0
"""Coarse voxels of 3 mm: what is thinner than twice this lies on the body (table, blanket, lines); own choice."""
FOLD_VOXELS = 5.0
"""Coarse voxels of 3 mm: folds of the skin narrower than twice this belong to the body; own choice."""
SKIN_VOXELS = 3.0
"""Coarse voxels of 3 mm: skin and fat over the muscles of the wall on MR; own choice."""
FAT_HU = -20.0
"""HU between fat (about -100) and muscle (about 50), nearer to muscle because of partial volume."""
BONE_HU = 170.0
"""HU from which a coarse voxel is bone: above enhanced organs in the portal venous phase; own choice."""
AIR_HU = -400.0
"""HU below which a coarse voxel is air or lung; own choice."""


@dataclass(frozen=True)
class Body:
    """Landmarks of a trunk.

    inside: the body without what lies on it. lungs: air of the chest. spine_x: per slice,
    the index i of the spine. depth: mm below the inner surface of ribs and wall muscles,
    negative in the wall. across: -1 at the right wall, 0 at the spine, 1 at the left wall;
    back: 0 at the front, 1 at the back of the body. roof: mm above the lung bases continued
    below the heart, negative under them (very negative where no lung is seen).
    """

    inside: MaskArray
    lungs: MaskArray
    spine_x: FloatArray
    depth: FloatArray
    across: FloatArray
    back: FloatArray
    roof: FloatArray


def landmarks(image: Image) -> Body | None:
    """Return the landmarks, or None where no body of trunk size is in the volume."""
    step = image.grid.spacing_mm[0]
    inside, air = _body(image)
    if inside.sum() * image.grid.voxel_ml < 1500.0:
        return None
    lungs = _lungs(inside & air, image.grid.voxel_ml)
    spine_x = _spine(image, inside)
    depth = _depth(image, inside, lungs, step)
    across, back = _coordinates(inside, spine_x)
    return Body(inside, lungs, spine_x, depth, across, back, _roof(inside, lungs, back, step))


def _body(image: Image) -> tuple[MaskArray, MaskArray]:
    """Return the filled body and what is air or as dark as air."""
    array = image.array
    if image.modality is Modality.CT:
        dense, air = array > -300.0, array < AIR_HU
    else:
        cut = 0.12 * float(np.percentile(array, 95))
        dense, air = array > cut, array <= cut
    opened = morphology.within_slices(morphology.opened, dense, LYING_ON_VOXELS)
    body = largest_part(opened)
    return morphology.filled(morphology.within_slices(morphology.closed, body, FOLD_VOXELS)), air


def _lungs(air: MaskArray, voxel_ml: float) -> MaskArray:
    """Return air in the body that reaches the topmost slices and is no bowel loop."""
    labels, count = ndimage.label(ndimage.binary_opening(air, iterations=1))
    if count == 0:
        return np.zeros_like(air)
    volume = np.bincount(labels.ravel(), minlength=count + 1) * voxel_ml
    top = np.unique(labels[-2:])
    keep = [n for n in range(1, count + 1) if (n in top and volume[n] > 4.0) or volume[n] > 600.0]
    return np.isin(labels, keep)


def _spine(image: Image, inside: MaskArray) -> FloatArray:
    """Return the index i of the spine per slice: the middle of the bone at the back, else of the body."""
    middle = _middle(inside, 2)
    if image.modality is not Modality.CT:
        return middle
    step = image.grid.spacing_mm[0]
    rows, columns = np.arange(inside.shape[1])[None, :, None], np.arange(inside.shape[2])[None, None, :]
    behind = rows > (_middle(inside, 1) + 10.0 / step)[:, None, None]
    near = np.abs(columns - middle[:, None, None]) < 55.0 / step
    bone = inside & (image.array > BONE_HU) & behind & near
    if bone.sum() < 5 * inside.shape[0]:
        return middle
    bones = _middle(bone, 2)
    out: FloatArray = ndimage.gaussian_filter1d(bones, 15.0 / step, mode="nearest").astype(np.float32)
    return out


def _middle(mask: MaskArray, axis: int) -> FloatArray:
    """Return the median row (axis 1) or column (axis 2) of a mask in each slice, neighbors' where it is empty."""
    counts = np.cumsum(mask.sum(axis=3 - axis), axis=1)
    known = np.flatnonzero(counts[:, -1] > 0)
    medians = [np.searchsorted(counts[k], counts[k, -1] / 2) for k in known]
    out: FloatArray = np.interp(np.arange(len(mask)), known, medians).astype(np.float32)
    return out


def _depth(image: Image, inside: MaskArray, lungs: MaskArray, step: float) -> FloatArray:
    """Return the depth below the inner surface of the trunk's wall, by direction around its axis.

    The surface goes through the inner side of the ribs and the outer side of the lungs, and
    WALL_MM below the outer side of the muscles where neither is near.
    """
    slices, rows, columns = inside.shape
    cy = _smoothed(_middle(inside, 1), 10)
    cx = _smoothed(_middle(inside, 2), 10)
    dy = (np.arange(rows)[None, :, None] - cy[:, None, None]) * step
    dx = (np.arange(columns)[None, None, :] - cx[:, None, None]) * step
    radius = np.sqrt(dy**2 + dx**2)
    angle = ((np.arctan2(dy, dx) + np.pi) / (2 * np.pi) * ANGLES).astype(int) % ANGLES
    muscle = _muscle_radius(image, inside, radius, angle)
    below = muscle[np.arange(slices)[:, None, None], angle] - radius
    weight = np.full(muscle.shape, 0.02)
    total = weight * (muscle - WALL_MM)
    ribs = inside & (image.array > BONE_HU) & (below > -3.0) & (below < RIB_WITHIN_MM)
    if image.modality is not Modality.CT:
        ribs[:] = False
    for edge, strength in (
        (_outermost(ribs, radius, angle) - RIB_MM, 1.0),
        (_outermost(lungs & (below < LUNG_WITHIN_MM), radius, angle), 0.5),
    ):
        known = np.isfinite(edge)
        total += strength * np.where(known, edge, 0.0)
        weight += strength * known
    sigma = (9.0 / step, 3.0)
    surface = _wrap(total, sigma) / _wrap(weight, sigma)
    out: FloatArray = (surface[np.arange(slices)[:, None, None], angle] - radius).astype(np.float32)
    return out


def _muscle_radius(image: Image, inside: MaskArray, radius: FloatArray, angle: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the radius of the convex outline of the wall's muscles in mm, [slice, direction]."""
    if image.modality is Modality.CT:
        lean = ndimage.binary_opening(inside & (image.array > FAT_HU), iterations=1)
    else:
        lean = morphology.within_slices(morphology.eroded, inside, SKIN_VOXELS)
    muscles = _outermost(lean, radius, angle)
    theta = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * np.pi - np.pi
    rays = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    rows = [_convex(row, rays) for row in muscles]
    usual = np.nanmedian(np.stack(rows), axis=0) if np.isfinite(np.stack(rows)).any() else np.full(ANGLES, 100.0)
    filled = np.stack([np.where(np.isfinite(row), row, usual) for row in rows])
    out: NDArray[np.float64] = ndimage.median_filter(filled, size=(7, 1), mode="nearest")
    return out


def _convex(row: NDArray[np.float64], rays: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the radius of the convex hull of samples around the center, nan where it does not enclose it."""
    known = np.isfinite(row)
    if known.sum() < ANGLES // 2:
        return np.full(ANGLES, np.nan)
    hull = ConvexHull(rays[known] * row[known, None])
    toward = rays @ hull.equations[:, :2].T
    reach = np.where(toward > 1e-6, -hull.equations[:, 2] / np.maximum(toward, 1e-6), np.inf)
    out: NDArray[np.float64] = reach.min(axis=1)
    return out


def _outermost(mask: MaskArray, radius: FloatArray, angle: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the largest radius of a mask, [slice, direction]; nan where there is none."""
    out = np.full((mask.shape[0], ANGLES), -np.inf)
    k, j, i = np.nonzero(mask)
    np.maximum.at(out, (k, angle[k, j, i]), radius[k, j, i])
    out[~np.isfinite(out)] = np.nan
    return out


def _coordinates(inside: MaskArray, spine_x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the coordinates across (-1 right to 1 left) and back (0 front to 1 back)."""
    slices, rows, columns = inside.shape
    across = np.zeros(inside.shape, dtype=np.float32)
    back = np.zeros(inside.shape, dtype=np.float32)
    spans = np.array([_span(inside[k]) for k in range(slices)], dtype=float)
    spans = ndimage.gaussian_filter1d(spans, 4.0, axis=0, mode="nearest")
    for k, (front, rear, right, left) in enumerate(spans):
        i = np.arange(columns) - spine_x[k]
        half = np.where(i < 0, spine_x[k] - right, left - spine_x[k])
        across[k] = (i / np.maximum(half, 1.0))[None, :]
        back[k] = ((np.arange(rows) - front) / max(rear - front, 1.0))[:, None]
    return across, back


def _span(plane: MaskArray) -> tuple[int, int, int, int]:
    """Return first and last row and column of a plane's mask."""
    if not plane.any():
        return (0, plane.shape[0] - 1, 0, plane.shape[1] - 1)
    rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    return (int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1]))


def _roof(inside: MaskArray, lungs: MaskArray, back: FloatArray, step: float) -> FloatArray:
    """Return mm above the lung bases, continued smoothly between the lungs and below the heart."""
    slices = inside.shape[0]
    front = lungs & (back < 0.6)
    known = front.any(axis=0)
    z = np.arange(slices, dtype=np.float32)[:, None, None] * step
    if lungs[-1].sum() < 0.25 * max(int(inside[-1].sum()), 1):
        return np.broadcast_to(z - 1.0e4, inside.shape).astype(np.float32)
    lowest = np.where(known, front.argmax(axis=0) * step, 0.0)
    height = lowest / np.maximum(known, 1)
    for sigma in (40.0, 20.0, 10.0, 5.0):
        blur = ndimage.gaussian_filter(np.where(known, lowest, height), sigma / step, mode="nearest")
        if sigma == 40.0:
            share = ndimage.gaussian_filter(known.astype(float), sigma / step, mode="nearest")
            blur = ndimage.gaussian_filter(np.where(known, lowest, 0.0), sigma / step, mode="nearest")
            blur = blur / np.maximum(share, 1e-3)
        height = np.where(known, lowest, blur)
    return (z - height[None]).astype(np.float32)


def _smoothed(values: FloatArray, sigma: float) -> FloatArray:
    """Return a profile over slices after a Gaussian of sigma slices."""
    out: FloatArray = ndimage.gaussian_filter1d(values, sigma, mode="nearest")
    return out


def _wrap(values: NDArray[np.float64], sigma: tuple[float, float]) -> NDArray[np.float64]:
    """Return a [slice, direction] map after a Gaussian that runs around the trunk."""
    out: NDArray[np.float64] = ndimage.gaussian_filter(values, sigma, mode=("nearest", "wrap"))
    return out
