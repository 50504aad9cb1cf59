"""What the network sees at the place of a carried lesion."""

import numpy as np
from scipy import ndimage

from pipeline.segment.follow.carried import CarriedLesion
from pipeline.volume.arrays import FloatArray, MaskArray

LESION = 0.5
"""Probability from which a voxel is lesion, as in segment/network."""
AT_PLACE = 0.5
"""Share of a part of the network's lesions that must lie at the carried place, or of that place that it must fill, to
be this lesion; own choice."""
HALF = 0.5
"""Share of the carried outline: an outline smaller than that may have missed most of the lesion; own choice."""
MOST = 3.0
"""Volumes of the carried outline: a larger part of the network's holds more than this lesion; own choice."""


def parts_at(lesion: CarriedLesion, share: FloatArray) -> MaskArray:
    """Return the parts of the network's lesions at the carried place; share lies in the lesion's window."""
    labels, count = ndimage.label((share > LESION) & lesion.tissue.allowed)
    own = np.zeros(share.shape, dtype=np.bool_)
    place = int(np.count_nonzero(lesion.carried))
    for number in range(1, count + 1):
        part = labels == number
        inside = int(np.count_nonzero(part & lesion.near))
        size = int(np.count_nonzero(part))
        if size <= MOST * place and inside >= AT_PLACE * min(size, place):
            own |= part
    return own
