"""The segment that the shape of a liver suggests: sides, orientation, odd masks, and real shapes."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines import segment_shapes
from pipeline.measure import couinaud, liver_shape
from pipeline.measure.couinaud import Guess, ShapeLayer, ShapeModel
from pipeline.model.grid import Grid
from pipeline.model.image import Mask

STEP_MM = 5.0
GRID = Grid((44, 48, 60), (STEP_MM,) * 3, (-150.0, -120.0, -100.0))
LOBES = (((-55.0, 10.0, -5.0), (75.0, 75.0, 85.0)), ((35.0, -35.0, 30.0), (95.0, 45.0, 40.0)))
"""Centers and half axes (LPS mm) of two ellipsoids like a right and a left lobe: +x is left, +y back, +z up."""
PLACES = {
    "left tip": ((110.0, -40.0, 30.0), {2, 3}),
    "right, low, back": ((-85.0, 45.0, -45.0), {6}),
    "right, low, front": ((-65.0, -25.0, -55.0), {5, 6}),
    "right, high, back": ((-80.0, 40.0, 40.0), {7}),
    "right, high, front": ((-50.0, -15.0, 55.0), {8}),
}


def _ball(grid: Grid, center: tuple[float, ...], half: tuple[float, ...]) -> np.ndarray:
    k, j, i = np.indices(grid.shape)
    lps = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    inside: np.ndarray = (((lps - center) / half) ** 2).sum(axis=-1) <= 1
    return inside


def _liver(grid: Grid = GRID) -> Mask:
    return Mask(np.logical_or(*(_ball(grid, *lobe) for lobe in LOBES)), grid)


def _guess(center: tuple[float, ...], liver: Mask, radius: float = 10.0) -> Guess:
    lesion = Mask(_ball(liver.grid, center, (radius,) * 3), liver.grid)
    return couinaud.guess(lesion, liver, segment_shapes.load())


@pytest.mark.parametrize("place", PLACES)
def test_sides_front_and_height_of_a_liver_of_two_ellipsoids(place: str) -> None:
    center, expected = PLACES[place]
    found = _guess(center, _liver())
    assert found.ranked[0] in expected
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-5)


ORIENTED = {
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
    "head first, rows from the left": ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "oblique": ((0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), (0.0, 0.0, 1.0)),
}


@pytest.mark.parametrize("orientation", ORIENTED)
def test_the_orientation_and_spacing_of_the_grid_do_not_matter(orientation: str) -> None:
    directions = ORIENTED[orientation]
    steps = (4.0, 4.0, 6.0)
    shape = (60, 90, 90)
    middle = sum(np.array(d) * s * n / 2 for d, s, n in zip(directions, steps, shape[::-1], strict=True))
    grid = Grid(shape, steps, tuple(float(-v) for v in middle), directions)
    for center, _ in PLACES.values():
        straight, turned = _guess(center, _liver()), _guess(center, _liver(grid))
        assert np.abs(np.subtract(straight.probabilities, turned.probabilities)).max() < 0.12
        assert straight.ranked[0] == turned.ranked[0]


def test_a_lesion_that_bulges_out_of_the_outline_is_placed() -> None:
    center, _ = PLACES["right, low, back"]
    outside = (center[0] - 30, center[1] + 30, center[2] - 30)
    assert _guess(outside, _liver(), radius=25.0).ranked[0] == 6


def test_a_lesion_smaller_than_the_grid_of_shapes_is_placed() -> None:
    center, expected = PLACES["left tip"]
    array = np.zeros(GRID.shape, dtype=bool)
    i, j, k = np.rint(GRID.to_index(np.array(center))).astype(int)
    array[k, j, i] = True
    assert couinaud.guess(Mask(array, GRID), _liver(), segment_shapes.load()).ranked[0] in expected


@pytest.mark.parametrize("part", [slice(0, 14), slice(26, 44), slice(20, 21)])
def test_part_of_a_liver_gives_an_answer_or_a_reason(part: slice) -> None:
    liver = _liver().array.copy()
    kept = np.zeros_like(liver)
    kept[part] = liver[part]
    found = _guess((-60.0, 0.0, 10.0), Mask(kept, GRID))
    assert bool(found.probabilities) is not bool(found.reason)


def test_no_liver_too_little_liver_and_no_lesion_give_a_reason() -> None:
    empty = Mask(np.zeros(GRID.shape, dtype=bool), GRID)
    little = Mask(_ball(GRID, (0, 0, 0), (30.0,) * 3), GRID)
    model = segment_shapes.load()
    for liver in (empty, little):
        found = _guess((0.0, 0.0, 0.0), liver)
        assert (found.probabilities, found.ranked) == ((), ())
        assert "expected at least 250" in found.reason
    assert couinaud.guess(empty, _liver(), model).reason == "there is no lesion"


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_whatever_the_masks_are_there_is_an_answer_or_a_reason(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    balls = [_ball(GRID, tuple(rng.uniform(-120, 120, 3)), tuple(rng.uniform(3, 120, 3))) for _ in range(count)]
    liver = np.logical_or.reduce(balls)
    lesion = _ball(GRID, tuple(rng.uniform(-130, 130, 3)), (12.0,) * 3)
    found = couinaud.guess(Mask(lesion, GRID), Mask(liver, GRID), segment_shapes.load())
    assert bool(found.probabilities) is not bool(found.reason)
    if found.probabilities:
        assert sum(found.probabilities) == pytest.approx(1, abs=1e-4)
        assert np.isfinite(found.probabilities).all()


def test_masks_of_two_grids_are_refused() -> None:
    other = Grid(GRID.shape, GRID.spacing_mm, (0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="expected the same grid"):
        couinaud.guess(Mask(np.ones(GRID.shape, dtype=bool), other), _liver(), segment_shapes.load())


def test_layers_that_lead_elsewhere_are_refused() -> None:
    to_seven = ShapeLayer(np.zeros((liver_shape.FEATURES, 7), dtype=np.float32), np.zeros(7, dtype=np.float32))
    for layers in ((), (to_seven,)):
        with pytest.raises(ValueError, match="expected to lead from 15 features to 8 segments"):
            ShapeModel(layers)


def test_features_of_a_block() -> None:
    """Of 3 x 1 x 1 voxels the middle one lies at the center, two voxels from either end of its row, itself included."""
    block = np.zeros((3, 3, 5), dtype=bool)
    block[1, 1, 1:4] = True
    middle = liver_shape.describe(block)[1]
    scale = 2 * np.sqrt(2 / 3)
    assert middle[[0, 3]] == pytest.approx([0, 0], abs=1e-3)
    assert middle[[9, 10]] == pytest.approx([2 / scale, 2 / scale], rel=1e-2)


@pytest.mark.real
def test_the_label_maps_are_recognized(real_data: Path) -> None:
    """The model was learned from these livers, so this tells that axes and file fit, and nothing of accuracy."""
    with np.load(real_data / "couinaud_lits_4mm.npz") as kept:  # noqa: TID251  no file that the product reads
        maps = [kept[name].transpose(2, 1, 0)[:, ::-1, ::-1] for name in kept.files[::12]]
    model = segment_shapes.load()
    right = [
        float((model.probabilities(liver_shape.describe(m > 0)).argmax(axis=1) == m[m > 0] - 1).mean()) for m in maps
    ]
    assert np.mean(right) > 0.82
