"""Images along LPS and on another spacing: known averages, whole turns without interpolation, centers that stay."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.grid import Grid
from pipeline.model.image import Image
from pipeline.volume import grids, rescale
from tests.builders import bright_ball

LPS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _row(values: list[float], spacing: float) -> Image:
    array = np.array(values, dtype=np.float32)[None, None]
    return Image(array, Grid((1, 1, len(values)), (spacing, 5.0, 5.0), (0.0, 0.0, 0.0)))


def _along_i(image: Image, spacing: float) -> list[float]:
    return [round(float(v), 4) for v in rescale.rescaled(image, (spacing, 5.0, 5.0)).array[0, 0]]


def test_coarser_voxels_are_averages_by_area() -> None:
    assert _along_i(_row([0, 2, 4, 10], 1.0), 2.0) == [1.0, 7.0]
    # 1.5 mm over six of 1 mm: 0 + half of 3, half of 3 + 6, 9 + half of 12, half of 12 + 15, each over 1.5
    assert _along_i(_row([0, 3, 6, 9, 12, 15], 1.0), 1.5) == [1.0, 5.0, 10.0, 14.0]


def test_finer_voxels_lie_on_straight_lines_and_the_edge_goes_on() -> None:
    assert _along_i(_row([0, 4], 2.0), 1.0) == [0.0, 1.0, 3.0, 4.0]


def test_a_box_that_does_not_divide_keeps_its_center_and_its_edge_values() -> None:
    image = _row([7, 7, 7], 1.0)
    out = rescale.rescaled(image, (2.0, 5.0, 5.0))
    assert out.array.ravel() == pytest.approx([7.0, 7.0])
    assert out.grid.to_lps(np.array([0.5, 0, 0]))[0] == pytest.approx(1.0)


@given(st.integers(2, 9), st.integers(2, 9), st.floats(0.4, 6.0))
def test_a_constant_stays_constant(columns: int, rows: int, spacing: float) -> None:
    grid = Grid((3, rows, columns), (0.8, 0.7, 2.5), (1.0, 2.0, 3.0))
    out = rescale.rescaled(Image(np.full(grid.shape, 40, np.int16), grid), (spacing, spacing, spacing))
    assert np.allclose(out.array, 40.0, atol=1e-3)
    assert out.grid.same_as(grids.with_spacing(grid, spacing))


def _ramp(grid: Grid) -> Image:
    """Intensities that tell the place: x + 10 y + 100 z."""
    k, j, i = np.indices(grid.shape)
    lps = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    return Image((lps @ np.array([1.0, 10.0, 100.0])).astype(np.float32), grid)


@pytest.mark.parametrize(
    "directions",
    [
        LPS,
        ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
        ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    ],
    ids=["axial", "turned around", "sagittal", "coronal"],
)
def test_whole_turns_keep_every_voxel_at_its_place(directions: tuple[tuple[float, float, float], ...]) -> None:
    grid = Grid((3, 4, 5), (1.0, 2.0, 3.0), (4.0, -5.0, 6.0), (directions[0], directions[1], directions[2]))
    image = _ramp(grid)
    turned = rescale.along_lps(image, 0.0)
    assert turned.grid.directions == LPS
    assert sorted(turned.array.ravel()) == sorted(image.array.ravel())
    assert np.allclose(turned.array, _ramp(turned.grid).array, atol=1e-3)


def test_an_oblique_image_is_interpolated_at_its_places() -> None:
    turn = np.deg2rad(20)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    grid = Grid((12, 12, 12), (2.0, 2.0, 2.0), (0.0, 0.0, 0.0), ((cos, sin, 0.0), (-sin, cos, 0.0), (0.0, 0.0, 1.0)))
    out = rescale.along_lps(_ramp(grid), -1e6)
    inside = out.array > -1e5
    assert out.grid.directions == LPS
    assert inside.mean() > 0.4
    deep = np.zeros_like(inside)
    deep[2:-2, 8:-8, 8:-8] = True
    assert np.allclose(out.array[deep], _ramp(out.grid).array[deep], atol=0.05)


LETTERS = ["".join(order) for sides in itertools.product("LR", "PA", "SI") for order in itertools.permutations(sides)]


@given(
    letters=st.sampled_from(LETTERS), seed=st.integers(0, 10), name=st.sampled_from(sorted(bright_ball.ORIENTATIONS))
)
def test_an_image_is_turned_toward_letters_and_each_voxel_keeps_its_place(letters, seed, name):
    shape = (3, 4, 5)
    array = np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)
    image = Image(array, Grid(shape, (1.0, 2.0, 4.0), (7.0, -3.0, 11.0), bright_ball.ORIENTATIONS[name]))
    out = rescale.oriented(image, letters)
    for letter, direction in zip(letters, out.grid.directions, strict=True):
        assert np.dot(rescale.TOWARD[letter], direction) > 0.98
    for k, j, i in np.ndindex(out.array.shape):
        back = np.rint(image.grid.to_index(out.grid.to_lps(np.array([i, j, k], dtype=float)))).astype(int)
        assert out.array[k, j, i] == array[tuple(back[::-1])]
