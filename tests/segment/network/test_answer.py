"""Liver and lesions from a probability: parts, holes, confidences, what is too small, what lies outside the liver."""

import numpy as np
import pytest

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.segment.network import answer

GRID = Grid((40, 40, 40), (2.0, 2.0, 2.0), (0.0, 0.0, 0.0))


def _share(*boxes: tuple[slice, float]) -> Image:
    """Cubes of a probability each: the same slice along every axis."""
    array = np.zeros(GRID.shape, dtype=np.float32)
    for side, value in boxes:
        array[side, side, side] = value
    return Image(array, GRID, Modality.MR)


def test_the_largest_part_is_the_liver_with_its_holes():
    share = _share((slice(2, 30), 0.8), (slice(10, 14), 0.1), (slice(34, 38), 1.0))
    proposal = answer.liver(share)
    assert proposal.mask is not None
    assert np.count_nonzero(proposal.mask.array) == 28**3
    assert proposal.confidence == 0.8
    assert proposal.share is share


def test_less_than_a_decilitre_is_no_liver():
    proposal = answer.liver(_share((slice(2, 25), 0.9)))
    assert (proposal.mask, proposal.flags) == (None, (Flag.LIVER_NOT_FOUND,)), "23 voxels of 2 mm: 97 ml"
    assert answer.liver(_share((slice(2, 26), 0.9))).mask is not None
    assert answer.liver(_share()).mask is None


def test_lesions_are_told_apart_and_those_away_from_the_liver_left_out():
    inside = Mask(_share((slice(0, 20), 1.0)).array > 0, GRID)
    share = _share((slice(2, 6), 0.9), (slice(8, 14), 0.6), (slice(24, 30), 1.0))
    proposal = answer.lesions(share, inside)
    assert proposal.labels.names == ("1", "2")
    assert proposal.confidences == (0.6, 0.9)
    assert np.count_nonzero(proposal.labels.mask("1").array) == 6**3


def test_a_lesion_may_bulge_out_of_the_liver():
    inside = Mask(_share((slice(0, 20), 1.0)).array > 0, GRID)
    array = np.zeros(GRID.shape, dtype=np.float32)
    array[5:10, 5:10, 18:30] = 1.0
    proposal = answer.lesions(Image(array, GRID, Modality.MR), inside)
    at = np.flatnonzero(proposal.labels.array.any(axis=(0, 1)))
    assert (at[0], at[-1]) == (18, 22), "the liver ends at 19; 6 mm beyond are 3 voxels"


def test_another_grid_is_refused():
    other = Grid((40, 40, 40), (2.0, 2.0, 2.0), (5.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="expected the same grid"):
        answer.lesions(_share(), Mask(np.zeros(other.shape, dtype=bool), other))
