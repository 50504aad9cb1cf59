"""Lobe of a point in a block of liver."""

import numpy as np
import pytest

from pipeline.measure import location
from pipeline.model.grid import Grid
from pipeline.model.image import Mask

GRID = Grid((4, 5, 100), (2.0, 2.0, 2.5), (-80.0, 0.0, 0.0))


@pytest.mark.parametrize(("x", "lobe"), [(-60.0, "right lobe"), (48.0, "right lobe"), (52.0, "left lobe")])
def test_left_third_of_the_volume_is_the_left_lobe(x: float, lobe: str) -> None:
    """x runs from -80 to 118 mm; 35 % of the volume lie beyond 49 mm."""
    assert location.lobe((x, 4.0, 3.0), Mask(np.ones(GRID.shape, dtype=bool), GRID)) == lobe


def test_no_liver_no_lobe() -> None:
    assert location.lobe((0.0, 0.0, 0.0), Mask(np.zeros(GRID.shape, dtype=bool), GRID)) == ""
