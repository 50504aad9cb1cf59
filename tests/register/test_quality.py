"""Numbers behind a verdict, each on a case with a known answer."""

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import prepare, quality
from tests.register import phantom

GRID = Grid((20, 24, 28), (3.0, 2.0, 4.0), (5.0, -3.0, 10.0), ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))


def lps() -> np.ndarray:
    k, j, i = np.indices(GRID.shape)
    return GRID.to_lps(np.stack([i, j, k], axis=-1).astype(float))


def whole() -> Mask:
    return Mask(np.ones(GRID.shape, np.bool_), GRID)


def shift(mm: tuple[float, float, float]) -> Transform:
    matrix = np.eye(4)
    matrix[:3, 3] = mm
    return Transform(matrix)


def test_jacobian_of_a_stretch_is_its_determinant() -> None:
    matrix = np.array([[0.1, 0.2, 0.0], [0.0, -0.3, 0.1], [0.05, 0.0, 0.2]])
    field = (lps() @ matrix.T).astype(np.float32)
    assert quality.jacobian(field, GRID) == pytest.approx(np.linalg.det(np.eye(3) + matrix), abs=1e-3)


def test_a_fold_is_counted_where_it_is() -> None:
    field = np.zeros((*GRID.shape, 3), np.float32)
    field[..., 2] = -1.5 * lps()[..., 2]
    field[10:, ..., 2] = field[10, 0, 0, 2]
    share = quality.folded_share(Transform(np.eye(4), field, GRID), whole())
    assert share == pytest.approx(0.5, abs=0.06)
    upper = np.zeros(GRID.shape, np.bool_)
    upper[12:] = True
    assert quality.folded_share(Transform(np.eye(4), field, GRID), Mask(upper, GRID)) == 0


def test_a_linear_transform_folds_nothing() -> None:
    assert quality.folded_share(shift((5, 5, 5)), whole()) == 0


def test_overlap_of_a_box_moved_by_half_its_width() -> None:
    array = np.zeros(GRID.shape, np.bool_)
    array[5:15, 8:16, 8:16] = True
    box = Mask(array, GRID)
    along_i = tuple(4 * GRID.spacing_mm[0] * d for d in GRID.directions[0])
    assert quality.overlap(box, box, Transform.identity()) == 1.0
    assert quality.overlap(box, box, shift(along_i)) == pytest.approx(0.5)
    assert quality.overlap(box, None, Transform.identity()) is None


def test_overlap_compares_only_what_the_moving_image_covers() -> None:
    array = np.zeros(GRID.shape, np.bool_)
    array[4:16, 8:16, 8:16] = True
    upper = Grid((10, *GRID.shape[1:]), GRID.spacing_mm, tuple(GRID.to_lps(np.array([0.0, 0, 10]))), GRID.directions)
    assert quality.overlap(Mask(array, GRID), Mask(array[10:], upper), Transform.identity()) == pytest.approx(1.0)


def test_similarity_of_an_image_with_itself_and_with_noise() -> None:
    rng = np.random.default_rng(0)
    one = Image(rng.normal(200, 100, GRID.shape).astype(np.float32), GRID)
    other = Image(rng.normal(200, 100, GRID.shape).astype(np.float32), GRID)
    assert quality.similarity(one, one, Transform.identity(), whole()) == pytest.approx(1.0, abs=0.03)
    assert abs(quality.similarity(one, other, Transform.identity(), whole())) < 0.1
    brighter = Image(one.array * 0.5 + 30, GRID)
    assert quality.similarity(one, brighter, Transform.identity(), whole()) == pytest.approx(1.0, abs=0.05)


def test_nothing_in_common_is_no_similarity() -> None:
    one = Image(np.ones(GRID.shape, np.float32), GRID)
    assert quality.similarity(one, one, shift((900, 0, 0)), whole()) == 0
    assert quality.similarity(one, one, Transform.identity(), whole()) == 0


def test_local_agreement_falls_where_the_images_are_apart() -> None:
    image, liver = phantom.abdomen()
    array = np.zeros(phantom.GRID.shape, np.bool_)
    k, j, i = np.rint(phantom.GRID.to_index(phantom.LIVER_CENTER)).astype(int)[::-1]
    array[k - 2 : k + 2, j - 3 : j + 3, i - 3 : i + 3] = True
    lesion = Mask(array & liver.array, phantom.GRID)
    treated = Image(np.where(lesion.array, 1500, image.array).astype(np.int16), phantom.GRID)
    same = quality.local_agreement(image, treated, Transform.identity(), lesion)
    apart = quality.local_agreement(image, treated, shift((0, 0, 12)), lesion)
    assert same > 0.5
    assert apart < quality.DOUBTFUL_AGREEMENT
    assert quality.local_agreement(image, treated, shift((900, 0, 0)), lesion) == 0
    assert quality.local_agreement(image, treated, Transform.identity(), Mask(array & ~array, phantom.GRID)) == 0


def test_the_region_reaches_a_margin_beyond_the_liver_but_not_the_skin() -> None:
    image, liver = phantom.abdomen()
    with_liver = prepare.prepare(image, liver)
    assert with_liver.image.grid.spacing_mm == (prepare.WORKING_MM,) * 3
    grown = with_liver.region.volume_ml / liver.volume_ml
    assert 1.3 < grown < 2.2
    without = prepare.prepare(image, None)
    assert without.liver is None
    assert without.image.grid.spacing_mm == (prepare.BODY_MM,) * 3
    across = np.flatnonzero(without.region.array.any(axis=(0, 1)))
    width = (across[-1] - across[0] + 1) * prepare.BODY_MM
    assert width == pytest.approx(2 * 125 - 2 * prepare.SKIN_MM, abs=8)
    assert without.image.array.min() >= 0
    assert without.image.array.max() <= prepare.FULL_SCALE
