"""Parts of a mask: the box around it, its largest part, the parts that hold something.

A part is a set of voxels connected over shared faces.
"""

import numpy as np
from scipy import ndimage

from pipeline.volume.arrays import MaskArray, StepsMm, Window


def bounding_box(mask: MaskArray, margin_mm: float, steps_mm: StepsMm) -> Window:
    """Return the smallest box around a mask, widened by a margin rounded up to whole voxels, within the array.

    Raises:
        ValueError: the mask is empty.
    """
    if not mask.any():
        raise ValueError("the mask is empty; expected at least one voxel")
    sides = []
    for axis, step in enumerate(steps_mm):
        others = tuple(other for other in range(3) if other != axis)
        at = np.flatnonzero(mask.any(axis=others))
        extra = int(np.ceil(margin_mm / step))
        sides.append(slice(max(int(at[0]) - extra, 0), min(int(at[-1]) + extra + 1, mask.shape[axis])))
    return sides[0], sides[1], sides[2]


def largest_part(mask: MaskArray) -> MaskArray:
    """Return the part with the most voxels, the first of equal ones; works on a slice too."""
    labels, count = ndimage.label(mask)
    if count <= 1:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == int(np.argmax(sizes)))


def parts_holding(mask: MaskArray, core: MaskArray) -> MaskArray:
    """Return the parts that hold a voxel of the core."""
    labels, count = ndimage.label(mask)
    kept = np.zeros(count + 1, dtype=np.bool_)
    kept[labels[core]] = True
    kept[0] = False
    return np.asarray(kept[labels])


def part_at(mask: MaskArray, voxel: tuple[int, ...]) -> MaskArray:
    """Return the part that a voxel lies in, nothing where it lies in none."""
    labels, _ = ndimage.label(mask)
    return np.asarray((labels == labels[voxel]) & mask)


def part_sharing_most(mask: MaskArray, other: MaskArray) -> MaskArray:
    """Return the part that shares the most voxels with another mask, the first of equal ones."""
    labels, count = ndimage.label(mask)
    if count <= 1:
        return mask
    shared = np.bincount(labels[other].ravel(), minlength=count + 1)
    shared[0] = 0
    return np.asarray(labels == int(np.argmax(shared)))
