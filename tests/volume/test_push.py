"""A region carried along a transform lands where its points go."""

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.volume.push import push_mask

COARSE = Grid((20, 30, 30), (3.0, 3.0, 4.0), (0.0, 0.0, 0.0))
FINE = Grid((80, 90, 90), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


def ball(grid, center, radius):
    k, j, i = np.indices(grid.shape)
    points = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    return Mask(np.linalg.norm(points - center, axis=-1) <= radius, grid)


@pytest.mark.parametrize(("source", "target"), [(COARSE, FINE), (FINE, COARSE)])
def test_volume_and_center_follow(source, target):
    moved = np.eye(4)
    moved[:3, 3] = (6.0, -3.0, 4.0)
    landed = push_mask(ball(source, (40.0, 40.0, 38.0), 12.0), target, Transform(moved))
    k, j, i = np.argwhere(landed.array).mean(axis=0)
    assert np.allclose(target.to_lps(np.array([i, j, k])), (46.0, 37.0, 42.0), atol=1.0)
    assert landed.volume_ml == pytest.approx(4 / 3 * np.pi * 12**3 / 1000, rel=0.15)


def test_what_leaves_the_grid_is_dropped():
    far = np.eye(4)
    far[0, 3] = 500.0
    assert not push_mask(ball(FINE, (40.0, 40.0, 40.0), 8.0), FINE, Transform(far)).array.any()
