"""Decide whether a fresh candidate lies where a lesion is known already."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from pipeline.model.image import Mask
from pipeline.volume.arrays import MaskArray

KNOWN_SHARE = 0.2
"""A candidate with at least this share of its voxels at a known lesion is no new one; own choice, tuned on the sample
study and HCC_007."""
KNOWN_MARGIN_MM = 3.0
"""Room around a known lesion, in mm, that counts as its place; own choice, about the error of a good registration."""


def places(lesions: Sequence[Mask]) -> Mask:
    """Return the places of known lesions, each with its margin; all lie on one grid."""
    known = Mask(np.logical_or.reduce([lesion.array for lesion in lesions]), lesions[0].grid)
    if not known.array.any():
        return known
    size = [2 * round(KNOWN_MARGIN_MM / step) + 1 for step in known.grid.steps_mm]
    grown: MaskArray = ndimage.maximum_filter(known.array, size=size)
    return Mask(grown, known.grid)


def lies_at(known: Mask, candidate: Mask) -> bool:
    """Whether a candidate that is not empty lies at a known place; both lie on one grid."""
    return bool(np.mean(known.array[candidate.array]) >= KNOWN_SHARE)
