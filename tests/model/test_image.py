"""Labels and masks on a grid."""

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Labels


def test_the_names_that_have_a_voxel() -> None:
    array = np.zeros((3, 4, 5), dtype=np.uint8)
    array[0, 0, 0], array[2, 3, 4] = 3, 255
    labels = Labels(array, Grid(array.shape, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), tuple(map(str, range(1, 256))))
    assert labels.present == ("3", "255")
    empty = Labels(np.zeros((2, 2, 2), dtype=np.uint8), Grid((2, 2, 2), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), ())
    assert empty.present == ()
