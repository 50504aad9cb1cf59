import numpy as np
import pytest

from pipeline.segment.prompt import sphere


def test_directions_are_unit_and_spread_evenly() -> None:
    rays = sphere.directions()
    assert np.linalg.norm(rays, axis=1) == pytest.approx(1)
    assert np.abs(rays.mean(axis=0)).max() < 0.02
    nearest = np.sort(rays @ rays.T, axis=1)[:, -2]
    assert np.degrees(np.arccos(nearest)).min() > 6


def test_a_table_is_looked_up_to_its_step() -> None:
    table = sphere.table()
    values = 3 + table @ np.array([0.5, -0.2, 0.7])
    toward = np.random.default_rng(3).normal(size=(500, 3))
    unit = toward / np.linalg.norm(toward, axis=1, keepdims=True)
    assert sphere.looked_up(values, toward) == pytest.approx(3 + unit @ np.array([0.5, -0.2, 0.7]), abs=0.01)


def test_the_nearest_place_of_the_table_is_within_its_step() -> None:
    toward = np.random.default_rng(4).normal(size=(500, 3))
    unit = toward / np.linalg.norm(toward, axis=1, keepdims=True)
    apart = np.degrees(np.arccos(np.clip((sphere.table()[sphere.nearest(toward)] * unit).sum(axis=1), -1, 1)))
    assert apart.max() < 3
