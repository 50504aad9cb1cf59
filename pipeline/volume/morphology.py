"""Masks grown, shrunk, opened and closed by a ball, and their holes filled.

The ball is exact: a voxel belongs to it where its center lies within the radius, so that radius and steps need not
be whole numbers. scikit-image's isotropic_* (thresholds of the Euclidean distance: Cuisenaire and Macq 1999;
Ragnemalm 1992) do the work, here on the box around the mask only. The border of the array is no outside: a region
that the field of view cuts keeps its cut face. Radii are in the unit of the steps: mm, or voxels with arrays.VOXELS.
"""

from collections.abc import Callable
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import isotropic_dilation, isotropic_erosion

from pipeline.volume.arrays import VOXELS, MaskArray, StepsMm
from pipeline.volume.region import bounding_box

ROUNDING = 1e-7
"""Share of a radius: a distance that exceeds it by less does so by rounding (5.000000000000001 mm between slices)."""

_WITHIN_SLICE = np.zeros((3, 3, 3), dtype=np.bool_)
_WITHIN_SLICE[1] = ndimage.generate_binary_structure(2, 1)


def dilated(mask: MaskArray, radius: float, steps: StepsMm) -> MaskArray:
    """Return the voxels whose center lies within a radius of a voxel of the mask."""
    out = np.zeros_like(mask)
    if mask.any():
        part = bounding_box(mask, radius, steps)
        out[part] = isotropic_dilation(mask[part], radius, spacing=steps)
    return out


def eroded(mask: MaskArray, radius: float, steps: StepsMm) -> MaskArray:
    """Return the voxels of the mask farther than a radius from every voxel outside it."""
    out = np.zeros_like(mask)
    if mask.any():
        part = bounding_box(mask, 1, VOXELS)
        inside = mask[part]
        out[part] = inside if inside.all() else isotropic_erosion(inside, radius * (1 + ROUNDING), spacing=steps)
    return out


def opened(mask: MaskArray, radius: float, steps: StepsMm) -> MaskArray:
    """Return the mask without what is thinner than twice the radius."""
    return dilated(eroded(mask, radius, steps), radius, steps)


def closed(mask: MaskArray, radius: float, steps: StepsMm) -> MaskArray:
    """Return the mask with gaps narrower than twice the radius filled; no voxel is lost."""
    out = mask.copy()
    if mask.any():
        part = bounding_box(mask, 2 * radius, steps)
        wide = dilated(mask[part], radius, steps)
        out[part] = wide if wide.all() else isotropic_erosion(wide, radius, spacing=steps)
    return out


def within_slices(
    change: Callable[[MaskArray, float, StepsMm], MaskArray],
    mask: MaskArray,
    radius: float,
    steps: tuple[float, float] = (1.0, 1.0),
) -> MaskArray:
    """Return the mask after one of the above in each slice by itself; steps along (j, i).

    Here the slice's border is an outside: what touches it is eroded there too.
    """
    rim = ceil(radius / min(steps)) + 1
    wide = np.pad(mask, ((0, 0), (rim, rim), (rim, rim)))
    planes = [change(wide[k : k + 1], radius, (1.0, *steps)) for k in range(len(wide))]
    return np.concatenate(planes)[:, rim:-rim, rim:-rim]


def depth(mask: MaskArray, steps: StepsMm) -> NDArray[np.float64]:
    """Return the distance of each voxel of the mask to the nearest voxel outside it, 0 outside.

    Infinite where nothing lies outside.
    """
    out = np.zeros(mask.shape)
    if mask.any():
        part = bounding_box(mask, 1, VOXELS)
        inside = mask[part]
        out[part] = np.inf if inside.all() else ndimage.distance_transform_edt(inside, sampling=steps)
    return out


def enclosed(mask: MaskArray) -> MaskArray:
    """Return what a mask encloses within each slice: pixels that cannot reach the slice's border over shared sides."""
    labels, count = ndimage.label(~mask, _WITHIN_SLICE)
    reaches_border = np.zeros(count + 1, dtype=np.bool_)
    for border in (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]):
        reaches_border[border] = True
    reaches_border[0] = True
    return np.asarray(~reaches_border[labels])


def filled(mask: MaskArray) -> MaskArray:
    """Return the mask with the holes of each slice filled."""
    out = mask.copy()
    if mask.any():
        part = bounding_box(mask, 1, VOXELS)
        out[part] |= enclosed(mask[part])
    return out


def ball_radius(voxels: int) -> float:
    """Return the radius in voxels of a ball that also holds the neighbors beside its poles: fuller than a bare ball."""
    return float(np.sqrt(voxels**2 + 1))
