import numpy as np
import pytest

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Modality
from pipeline.segment.liver.grid import coarse, fine

FLIPPED: tuple[Point, Point, Point] = ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0))
STRAIGHT: tuple[Point, Point, Point] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize("directions", [STRAIGHT, FLIPPED])
@pytest.mark.parametrize("spacing", [(0.8, 0.8, 2.5), (2.2, 2.2, 5.0), (3.0, 3.0, 3.0)])
def test_a_ball_survives_the_way_to_the_coarse_grid_and_back(
    directions: tuple[Point, Point, Point], spacing: Point
) -> None:
    shape = tuple(int(120 / step) for step in spacing[::-1])
    grid = Grid((shape[0], shape[1], shape[2]), spacing, (7.0, -20.0, 300.0), directions)
    k, j, i = np.indices(grid.shape)
    points = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    middle = grid.to_lps((np.array(grid.shape[::-1]) - 1) / 2)
    ball = np.linalg.norm(points - middle, axis=-1) < 40.0
    small = coarse(Image(ball.astype(np.float32), grid, Modality.MR))
    back = fine(small.array, small.grid, grid).array
    assert 2 * np.count_nonzero(back & ball) / (back.sum() + ball.sum()) > 0.97
    assert small.grid.directions == STRAIGHT


def test_the_outermost_slices_are_kept() -> None:
    grid = Grid((6, 30, 30), (2.0, 2.0, 5.0), (0.0, 0.0, 0.0))
    small = coarse(Image(np.ones(grid.shape, dtype=np.float32), grid, Modality.MR))
    assert fine(small.array, small.grid, grid).array.all()


def test_noise_is_averaged() -> None:
    grid = Grid((20, 120, 120), (0.75, 0.75, 3.0), (0.0, 0.0, 0.0))
    noise = np.random.default_rng(0).normal(100, 20, grid.shape).astype(np.float32)
    small = coarse(Image(noise, grid)).array
    assert small[2:-2, 2:-2, 2:-2].std() < 6.0
    assert small[2:-2, 2:-2, 2:-2].mean() == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 40, 40), (40, 2, 200), (20, 200, 1)])
@pytest.mark.parametrize("spacing", [(0.7, 0.7, 1.0), (0.05, 0.05, 0.05)])
def test_an_image_thinner_than_a_coarse_voxel_has_one(
    shape: tuple[int, int, int], spacing: tuple[float, float, float]
) -> None:
    image = Image(np.full(shape, 50, dtype=np.int16), Grid(shape, spacing, (0.0, 0.0, 0.0)), Modality.CT)
    assert coarse(image).array.max() == 50
