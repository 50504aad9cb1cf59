"""Oil in the liver is painted over; bone beside it is not."""

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.segment.liver import oil

GRID = Grid((10, 50, 50), (2.0, 2.0, 5.0), (0.0, 0.0, 0.0))


def scene() -> tuple[np.ndarray, Mask]:
    liver = np.zeros(GRID.shape, dtype=bool)
    liver[1:9, 10:40, 10:40] = True
    array = np.where(liver, 90, 20).astype(np.int16)
    array[:, :, 43:46] = 700  # a rib: near, but apart from the liver
    return array, Mask(liver, GRID)


def test_oil_that_reaches_out_of_the_carried_liver_is_painted_whole() -> None:
    array, liver = scene()
    array[3:6, 7:20, 12:20] = 900
    painted = oil.painted(Image(array, GRID), liver)
    assert painted is not None
    assert (painted.array[3:6, 7:20, 12:20] == 90).all()
    assert (painted.array[:, :, 43:46] == 700).all()
    assert (array[3:6, 7:20, 12:20] == 900).all()


def test_without_oil_nothing_is_painted() -> None:
    array, liver = scene()
    assert oil.painted(Image(array, GRID), liver) is None
    array[4, 20:23, 20:23] = 900  # 0.2 ml: a calcification
    assert oil.painted(Image(array, GRID), liver) is None


def test_magnetic_resonance_has_no_oil_to_paint() -> None:
    array, liver = scene()
    array[3:6, 15:25, 15:25] = 900
    assert oil.painted(Image(array, GRID, Modality.MR), liver) is None
