"""Smoothing inside a region, so that what lies outside it (fat, lung, stomach) does not leak in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm, Window

TRUNCATE = 3.0
"""The Gaussian kernel is cut at this many standard deviations."""


def gaussian(array: FloatArray, sigma_mm: float, steps_mm: StepsMm, within: MaskArray | None = None) -> FloatArray:
    """Return the Gaussian mean of the array over voxels of `within` only (normalized convolution).

    sigma_mm is the standard deviation, alike in all directions. Voxels that see nothing of
    `within` get 0.
    """
    sigma = [sigma_mm / step for step in steps_mm]
    if within is None:
        return np.asarray(ndimage.gaussian_filter(array, sigma, truncate=TRUNCATE), dtype=np.float32)
    weight = ndimage.gaussian_filter(within.astype(np.float32), sigma, truncate=TRUNCATE)
    total = ndimage.gaussian_filter(np.where(within, array, 0).astype(np.float32), sigma, truncate=TRUNCATE)
    mean: FloatArray = np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-3)
    return mean


def within_mm(region: MaskArray, distance_mm: float, steps_mm: StepsMm) -> MaskArray:
    """Return the voxels whose center lies within a distance of a voxel of the region."""
    out = np.zeros_like(region)
    if region.any():
        part = box(region, distance_mm, steps_mm)
        out[part] = ndimage.distance_transform_edt(~region[part], sampling=steps_mm) <= distance_mm
    return out


def depth_mm(region: MaskArray, steps_mm: StepsMm) -> FloatArray:
    """Return the distance of each voxel of the region to the nearest voxel outside it, 0 outside.

    The border of the array is no outside, so that a region cut by the field of view keeps its cut face.
    """
    out = np.zeros(region.shape, dtype=np.float32)
    if region.any():
        part = box(region, min(steps_mm), steps_mm)
        out[part] = ndimage.distance_transform_edt(region[part], sampling=steps_mm)
    return out


def deeper_than(region: MaskArray, depth: float, steps_mm: StepsMm) -> MaskArray:
    """Return the voxels of the region farther than a depth in mm from every voxel outside it."""
    return np.asarray(depth_mm(region, steps_mm) > depth)


def opened(region: MaskArray, radius_mm: float, steps_mm: StepsMm) -> MaskArray:
    """Return the region without parts thinner than twice the radius (opening by a ball)."""
    core = deeper_than(region, radius_mm, steps_mm)
    return within_mm(core, radius_mm, steps_mm) & region


def closed(region: MaskArray, radius_mm: float, steps_mm: StepsMm) -> MaskArray:
    """Return the region with gaps narrower than twice the radius filled (closing by a ball)."""
    if not region.any():
        return region
    part = box(region, 2 * radius_mm, steps_mm)
    wide = within_mm(region[part], radius_mm, steps_mm)
    out = region.copy()
    out[part] |= ndimage.distance_transform_edt(wide, sampling=steps_mm) > radius_mm
    return out


def filled(region: MaskArray) -> MaskArray:
    """Return the region with the holes of each slice filled."""
    out = region.copy()
    for k in np.any(region, axis=(1, 2)).nonzero()[0]:
        out[k] = ndimage.binary_fill_holes(region[k])
    return out


def box(region: MaskArray, margin_mm: float, steps_mm: StepsMm) -> Window:
    """Return the smallest box around a region, widened by a margin, as slices for [k, j, i].

    Raises:
        ValueError: the region is empty.
    """
    if not region.any():
        raise ValueError("the region is empty; expected at least one voxel")
    sides = []
    for axis, step in enumerate(steps_mm):
        others = tuple(other for other in range(3) if other != axis)
        at = np.flatnonzero(region.any(axis=others))
        extra = int(np.ceil(margin_mm / step))
        sides.append(slice(max(int(at[0]) - extra, 0), min(int(at[-1]) + extra + 1, region.shape[axis])))
    return sides[0], sides[1], sides[2]


def pooled(array: FloatArray, factor: int) -> FloatArray:
    """Return the mean over factor x factor pixels of each slice; a last odd row or column is repeated."""
    if factor == 1:
        return array
    k, j, i = array.shape
    padded = np.pad(array, ((0, 0), (0, -j % factor), (0, -i % factor)), mode="edge")
    blocks = padded.reshape(k, padded.shape[1] // factor, factor, padded.shape[2] // factor, factor)
    mean: FloatArray = blocks.mean(axis=(2, 4), dtype=np.float32)
    return mean


def spread_out(array: NDArray[Any], factor: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Undo `pooled` by repeating pixels, cut to the shape."""
    return np.repeat(np.repeat(array, factor, axis=1), factor, axis=2)[:, : shape[1], : shape[2]]
