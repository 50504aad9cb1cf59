"""Images brought to the working grid."""

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality
from pipeline.register import prepare


@pytest.mark.parametrize("modality", [Modality.CT, Modality.MR])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 40, 40), (40, 2, 200)])
def test_an_image_thinner_than_a_working_voxel_has_one(shape: tuple[int, int, int], modality: Modality) -> None:
    image = Image(np.full(shape, 50, dtype=np.int16), Grid(shape, (0.7, 0.7, 1.0), (0.0, 0.0, 0.0)), modality)
    assert min(prepare.prepare(image, None).image.grid.shape) >= 1
