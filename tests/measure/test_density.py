"""Mean density of lesions whose density is known."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.measure import density
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from tests.measure.lesion_scans import LIVER_HU, NECROTIC_HU, VIABLE_HU, Scan


@pytest.mark.parametrize("half_mm", [7.0, 10.0, 20.0])
@pytest.mark.parametrize("kind", ["dead", "rim"])
def test_density_of_ellipsoids_within_two_hu(kind: str, half_mm: float) -> None:
    """Of dead tissue 40 HU; of a rim around a core of six tenths its size, by volumes."""
    share = 0.6**3 if kind == "rim" else 1.0
    image, lesion, _ = Scan(kind, half_mm, 0.9, 0.6, noise=10.0, seed=2).render()
    found = density.mean_hu(image, lesion)
    assert found == pytest.approx(NECROTIC_HU * share + VIABLE_HU * (1 - share), abs=2.0)


def test_a_small_lesion_is_not_drawn_to_the_liver() -> None:
    """The plain mean of a blurred lesion of 14 mm lies 2 HU nearer to the liver than it is."""
    image, lesion, _ = Scan("dead", 7.0, 0.9, noise=1.0).render()
    found = density.mean_hu(image, lesion)
    assert found is not None
    assert abs(found - NECROTIC_HU) < 0.5 < float(image.array[lesion.array].mean()) - NECROTIC_HU
    assert found < LIVER_HU


def test_exact_mean_of_whole_voxels() -> None:
    """Three rows of five; the middle row's three inner pixels stand for the outermost around them: 10, 20 and 60."""
    grid = Grid((1, 5, 7), (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))
    array, region = np.full(grid.shape, -1000, dtype=np.int16), np.zeros(grid.shape, dtype=bool)
    region[0, 1:4, 1:6] = True
    array[0, 2, 2:5] = 10, 20, 60
    assert density.mean_hu(Image(array, grid), Mask(region, grid)) == pytest.approx((6 * 10 + 3 * 20 + 6 * 60) / 15)


def test_a_line_of_pixels_counts_as_it_is() -> None:
    grid = Grid((1, 3, 7), (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))
    array, region = np.zeros(grid.shape, dtype=np.int16), np.zeros(grid.shape, dtype=bool)
    region[0, 1, 1:4] = True
    array[0, 1, 1:4] = 30, -60, 90
    assert density.mean_hu(Image(array, grid), Mask(region, grid)) == pytest.approx(20.0)


def test_nothing_is_said_of_mr_or_of_no_lesion() -> None:
    image, lesion, _ = Scan("dead").render()
    assert density.mean_hu(replace(image, modality=Modality.MR), lesion) is None
    assert density.mean_hu(image, Mask(np.zeros_like(lesion.array), lesion.grid)) is None


def test_a_mask_of_another_grid_is_refused() -> None:
    image, lesion, _ = Scan("dead").render()
    elsewhere = replace(lesion.grid, origin=(0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="resample the mask first"):
        density.mean_hu(image, Mask(lesion.array, elsewhere))
