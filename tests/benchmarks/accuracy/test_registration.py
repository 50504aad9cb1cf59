"""The registration bench itself: outlines are damaged by a third, and the table says what the rows hold."""

import numpy as np
import pytest

from pipeline.model.image import Image
from tests.benchmarks.accuracy import moved, registration_table
from tests.register import phantom


@pytest.mark.parametrize(("how", "share"), [("cut", -1 / 3), ("bite", -1 / 3), ("added", 1 / 3)])
def test_an_outline_is_damaged_by_a_third(how: str, share: float) -> None:
    image, liver = phantom.abdomen()
    wrong = moved.damaged(liver, image, how, seed=3)
    assert wrong.volume_ml / liver.volume_ml - 1 == pytest.approx(share, abs=0.01)
    lost, gained = liver.array & ~wrong.array, wrong.array & ~liver.array
    assert (lost if share > 0 else gained).sum() == 0


def test_what_is_added_is_soft_tissue() -> None:
    image, liver = phantom.abdomen()
    gained = moved.damaged(liver, image, "added", seed=4).array & ~liver.array
    low, high = moved.SOFT_HU
    assert image.array[gained].min() > low
    assert image.array[gained].max() < high


def test_the_interval_holds_the_mean_and_narrows_to_equal_values() -> None:
    mean, low, high = registration_table.interval([1.0, 2.0, 3.0, 4.0])
    assert low < mean == 2.5 < high
    assert registration_table.interval([2.0, 2.0, 2.0]) == (2.0, 2.0, 2.0)


def test_weights_are_found_again_from_signs_that_obey_them() -> None:
    rng = np.random.default_rng(5)
    spots = [
        dict(zip(registration_table.SIGNS, rng.uniform(0.2, 2.0, len(registration_table.SIGNS)), strict=True))
        for _ in range(60)
    ]
    weights = np.array([0.3, 2.5])
    told = registration_table.features(spots) @ weights
    spots = [{**spot, "error_mm": mm} for spot, mm in zip(spots, told, strict=True)]
    np.testing.assert_allclose(registration_table.fitted(spots), weights, atol=1e-6)


def test_noise_is_its_own_in_both_visits() -> None:
    image, _ = phantom.abdomen()
    flat = Image(np.full(image.grid.shape, 50.0, np.float32), image.grid)
    one, other = (moved.noisy(flat, np.random.default_rng(seed)).array.astype(float) for seed in (1, 2))
    assert one.std() == pytest.approx(moved.NOISE_HU, rel=0.1)
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.05
