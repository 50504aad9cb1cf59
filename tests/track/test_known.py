"""A candidate at a known lesion is no new one."""

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.track import known

GRID = Grid((12, 40, 40), (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))


def block(k: slice, j: slice, i: slice) -> Mask:
    array = np.zeros(GRID.shape, dtype=bool)
    array[k, j, i] = True
    return Mask(array, GRID)


LESION = block(slice(4, 8), slice(10, 20), slice(10, 20))


def test_the_place_reaches_3_mm_to_each_side_in_whole_voxels():
    place = known.places([LESION])
    assert np.array_equal(place.array, block(slice(3, 9), slice(7, 23), slice(7, 23)).array)


@pytest.mark.parametrize(
    ("start", "at_known"),
    [
        (10, True),
        (21, True),  # columns 21 and 22 of ten lie at the place: 20 %
        (22, False),
        (30, False),
    ],
)
def test_a_fifth_of_the_candidate_at_the_place_is_enough(start, at_known):
    candidate = block(slice(4, 8), slice(10, 20), slice(start, start + 10))
    assert known.lies_at(known.places([LESION]), candidate) is at_known


def test_without_a_known_lesion_nothing_is_known():
    nowhere = known.places([block(slice(0, 0), slice(0, 0), slice(0, 0))])
    assert not nowhere.array.any()
    assert not known.lies_at(nowhere, LESION)
