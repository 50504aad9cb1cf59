"""The estimate of the local error grows with the true one, and says where nothing can be told."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.engines import greedy
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import local_error
from pipeline.volume import resample
from tests.register import phantom

pytestmark = pytest.mark.image
ENGINE = greedy.around_a_lesion()


def _ball(grid: Grid, radius_mm: float) -> Mask:
    k, j, i = np.indices(grid.shape)
    lps = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    return Mask(np.linalg.norm(lps - phantom.LIVER_CENTER, axis=-1) <= radius_mm, grid)


def _shift(x_mm: float) -> Transform:
    linear = np.eye(4)
    linear[0, 3] = x_mm
    return Transform(linear)


def test_the_estimate_grows_with_the_error() -> None:
    fixed, liver = phantom.abdomen()
    noise = np.random.default_rng(7).normal(0, 8, fixed.array.shape)
    moving = Image((fixed.array + noise).astype(np.int16), fixed.grid)
    lesion = _ball(fixed.grid, 8.0)
    told = [
        local_error.local_error_mm(fixed, moving, _shift(mm), lesion, liver, engine=ENGINE) for mm in (0.0, 3.0, 8.0)
    ]
    right, off, far = (mm for mm in told if mm is not None)
    assert right < 1.0
    assert right < off < far
    assert far > 3.0


def test_a_lesion_smaller_than_a_voxel_of_the_working_grid_is_told_too() -> None:
    fixed, liver = phantom.abdomen()
    single = np.zeros(fixed.grid.shape, np.bool_)
    single[25, 29, 28] = True
    found = local_error.signs(fixed, fixed, _shift(0.0), Mask(single, fixed.grid), liver, engine=ENGINE)
    assert found is not None
    assert found.shift_mm < local_error.STRAY_MM


def test_nothing_is_told_where_the_moving_image_does_not_reach() -> None:
    fixed, liver = phantom.abdomen()
    assert local_error.local_error_mm(fixed, fixed, _shift(900.0), _ball(fixed.grid, 8.0), liver, engine=ENGINE) is None


def test_each_sign_raises_the_estimate_and_depth_lowers_it() -> None:
    plain = local_error.Signs(0.2, 1.0, 0.5, 20.0)
    for worse in ({"strain": 0.5}, {"there_mm": 3.0}, {"shift_mm": 5.0}, {"depth_mm": 1.0}):
        assert local_error.expected_mm(replace(plain, **worse)) > local_error.expected_mm(plain) > 0


def test_without_a_liver_the_lesion_counts_as_at_its_edge() -> None:
    fixed, liver = phantom.abdomen()
    known, unknown = (
        local_error.signs(fixed, fixed, _shift(0.0), _ball(fixed.grid, 8.0), outline, engine=ENGINE)
        for outline in (liver, None)
    )
    assert known is not None
    assert unknown == replace(known, depth_mm=0.0)


def test_a_field_that_bends_is_a_sign() -> None:
    """A stretch by 1.2 along x has a gradient of norm 0.2 everywhere."""
    fixed, liver = phantom.abdomen()
    k, j, i = np.indices(fixed.grid.shape)
    lps = fixed.grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    field = np.zeros((*fixed.grid.shape, 3), np.float32)
    field[..., 0] = 0.2 * (lps[..., 0] - phantom.LIVER_CENTER[0])
    bent = Transform(np.eye(4), field, fixed.grid)
    moving = resample.resample(fixed, fixed.grid)
    found = local_error.signs(fixed, moving, bent, _ball(fixed.grid, 8.0), liver, engine=ENGINE)
    assert found is not None
    assert found.strain == pytest.approx(0.2, abs=1e-3)
    assert found.depth_mm > 20
