"""How two masks fit: Dice, surface distance, and which candidate shows which lesion."""

import numpy as np
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Labels, Mask
from pipeline.volume.arrays import VOXELS, MaskArray
from pipeline.volume.region import bounding_box

FITS = 0.2
"""Dice from which a candidate shows a lesion: the center is inside and the size within a factor of about five."""
OWN_SHARE = 0.3
"""Share of a candidate inside the patient's own tumors from which it is neither right nor wrong."""


def dice(one: MaskArray, other: MaskArray) -> float:
    """Return the overlap of two masks, 0 where both are empty."""
    both = np.count_nonzero(one) + np.count_nonzero(other)
    return 2 * float(np.count_nonzero(one & other)) / both if both else 0.0


def surface_mm(one: MaskArray, other: MaskArray, grid: Grid) -> float:
    """Return the mean distance of the voxels of each surface to the other surface; NaN where one is empty."""
    if not one.any() or not other.any():
        return float("nan")
    box = bounding_box(one | other, 2, VOXELS)
    first, second = (_surface(mask[box]) for mask in (one, other))
    there = ndimage.distance_transform_edt(~second, grid.steps_mm)[first]
    back = ndimage.distance_transform_edt(~first, grid.steps_mm)[second]
    return float((there.sum() + back.sum()) / (there.size + back.size))


def shown_by(labels: Labels, mask: Mask) -> dict[str, float]:
    """Return the lesions that a mask touches, with its Dice with each."""
    touched = np.unique(labels.array[mask.array])
    names = [labels.names[number - 1] for number in touched if number]
    return {name: dice(labels.array == labels.names.index(name) + 1, mask.array) for name in names}


def is_own(own: Mask, mask: Mask) -> bool:
    """Whether a mask lies on the patient's own tumors."""
    size = np.count_nonzero(mask.array)
    return size > 0 and float(np.count_nonzero(own.array & mask.array)) / size >= OWN_SHARE


def _surface(mask: MaskArray) -> MaskArray:
    return np.asarray(mask & ~ndimage.binary_erosion(mask))
