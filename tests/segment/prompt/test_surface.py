import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.lesion import Axis
from pipeline.segment.prompt import expected, sphere
from pipeline.segment.prompt.surface import Surfaces

GRID = Grid((40, 60, 60), (1.0, 1.0, 2.0), (0.0, 0.0, 0.0))
AXIS = Axis((20.0, 30.0, 40.0), (40.0, 30.0, 40.0))
DEPARTURES = np.linspace(-1.0, 0.8, 73)


def test_rays_that_say_nothing_leave_what_is_expected() -> None:
    start = expected.by_mark(AXIS, GRID)
    surfaces = Surfaces(start, sphere.directions())
    radius = surfaces.agreed(np.zeros((sphere.COUNT, len(DEPARTURES))), DEPARTURES)
    assert radius == pytest.approx(surfaces.mean_mm, rel=0.05)
    assert sphere.looked_up(radius, start.ends()) == pytest.approx(10.0, rel=0.02)


def test_a_ray_with_two_edges_listens_to_its_neighbors() -> None:
    rays = sphere.directions()
    surfaces = Surfaces(expected.by_mark(AXIS, GRID), rays)
    cost = 5 * np.minimum(np.abs(DEPARTURES - 0.2) / 0.05, 1) * np.ones((len(rays), 1))
    alone = 60
    cost[alone] = 5 * np.minimum(np.abs(DEPARTURES + 0.6) / 0.05, np.minimum(np.abs(DEPARTURES - 0.2) / 0.05 + 0.2, 1))
    radius = surfaces.agreed(cost, DEPARTURES)
    across = np.abs(rays[:, 2]) < 0.7
    found = np.log(sphere.looked_up(radius, rays) / sphere.looked_up(surfaces.mean_mm, rays))
    assert found[across] == pytest.approx(0.2, abs=0.06)
    assert found[alone] > 0.05
