"""The mean inside a region knows nothing of what lies outside."""

import numpy as np

from pipeline.volume.smooth import mean_within

SHAPE = (9, 12, 12)


def test_what_lies_outside_does_not_leak_in():
    mask = np.zeros(SHAPE, dtype=bool)
    mask[2:7, 3:9, 3:9] = True
    array = np.where(mask, 100.0, -1000.0).astype(np.float32)
    mean = mean_within(array, mask, (1.0, 1.5, 1.5))
    assert np.allclose(mean[mask], 100.0, atol=1e-3)


def test_noise_falls_and_far_voxels_are_zero():
    rng = np.random.default_rng(1)
    mask = np.zeros((9, 40, 12), dtype=bool)
    mask[:, :12] = True
    mean = mean_within(rng.normal(50.0, 10.0, mask.shape).astype(np.float32), mask, (1.0, 1.0, 1.0))
    assert mean[mask].std() < 5.0
    assert not mean[:, 30:].any()
    assert not mean_within(np.ones(mask.shape, np.float32), np.zeros_like(mask), (1.0, 1.0, 1.0)).any()
