"""Hepatic burden of masks with counted voxels."""

from decimal import Decimal

import numpy as np
import pytest

from pipeline.measure import burden
from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.visit import Burden

GRID = Grid((10, 10, 10), (5.0, 4.0, 2.5), (0.0, 0.0, 0.0))
"""One voxel is 0.05 ml."""


def _mask(first: int, last: int) -> Mask:
    array = np.zeros(1000, dtype=bool)
    array[first:last] = True
    return Mask(array.reshape(10, 10, 10), GRID)


@pytest.mark.parametrize(
    ("liver", "tumor", "expected"),
    [
        ((0, 400), (100, 200), ("20.0", "5.0", "25.0")),
        ((0, 400), (350, 450), ("22.5", "5.0", "22.2")),  # half of the tumor bulges out of the liver mask
        ((0, 800), (0, 1), ("40.0", "0.1", "0.1")),  # 0.05 ml and 0.125 %: half up
        ((0, 1000), (0, 5), ("50.0", "0.3", "0.5")),  # 0.25 ml rounds up
        ((0, 400), (0, 0), ("20.0", "0.0", "0.0")),
    ],
)
def test_tumor_share_of_liver_including_tumor(liver: tuple, tumor: tuple, expected: tuple) -> None:
    assert burden.measure(_mask(*liver), _mask(*tumor)) == Burden(*(Decimal(value) for value in expected))


def test_no_liver_has_no_percentage() -> None:
    assert burden.measure(_mask(0, 0), _mask(0, 0)) == Burden(Decimal("0.0"), Decimal("0.0"), None)


def test_masks_on_different_grids_are_refused() -> None:
    other = Mask(_mask(0, 5).array, Grid((10, 10, 10), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)))
    with pytest.raises(ValueError, match="resample one of them first"):
        burden.measure(_mask(0, 400), other)
