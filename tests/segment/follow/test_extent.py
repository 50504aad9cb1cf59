"""A large carried tumor: it keeps its extent unless the image shows normal liver there."""

import numpy as np
import pytest

from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.model.lesion import State
from pipeline.segment.follow import refine as follow
from tests.builders.liver_block import Block, Ellipsoid, block

TUMOR = Ellipsoid((84.0, 62.0, 50.0), (36.0, 32.0, 30.0))
PHASE = Phase.PORTAL_VENOUS


def _dice(one: np.ndarray, other: np.ndarray) -> float:
    return float(2 * np.count_nonzero(one & other) / (one.sum() + other.sum()))


def _carried() -> Labels:
    return block((TUMOR.moved(2, -2, 2),), noise=1).lesions


def _followed(image: Image, made: Block, share: np.ndarray | None = None) -> tuple[State, np.ndarray]:
    given = None if share is None else Image(share.astype(np.float32), image.grid, Modality.MR)
    result = follow.refine(image, made.liver, PHASE, _carried(), follow.Hints(given))
    return result.states[0], result.labels.array == 1


def test_a_treated_tumor_that_partly_looks_like_liver_keeps_its_extent() -> None:
    made = block((TUMOR,), PHASE, 3)
    array = made.image.array.copy()
    rng = np.random.default_rng(5)
    truth = made.lesions.array == 1
    normal = rng.normal(110, 10, array.shape)
    patches = np.kron(rng.random((25, 22, 28)) < 0.35, np.ones((1, 3, 3))).astype(bool)
    patches = patches[: array.shape[0], : array.shape[1], : array.shape[2]]
    array[truth & patches] = normal[truth & patches]
    state, region = _followed(Image(array, made.image.grid), made)
    assert state is State.PRESENT
    assert _dice(region, truth) > 0.9


@pytest.mark.parametrize("factor", [0.7, 0.5])
def test_a_tumor_that_shrank_is_outlined_at_its_new_size(factor: float) -> None:
    made = block((TUMOR.scaled(factor),), PHASE, 3)
    state, region = _followed(made.image, made)
    assert state is State.PRESENT
    assert _dice(region, made.lesions.array == 1) > 0.8


def test_a_tumor_that_vanished_is_not_kept() -> None:
    made = block((), PHASE, 3)
    state, _ = _followed(made.image, made)
    assert state is State.ABSENT


def test_a_tumor_grows_where_the_network_sees_it() -> None:
    grown = block((TUMOR.scaled(1.25),), PHASE, 3)
    truth = grown.lesions.array == 1
    _, region = _followed(grown.image, grown, truth)
    assert _dice(region, truth) > 0.93


def test_what_only_the_network_sees_at_a_place_is_there() -> None:
    small = Ellipsoid((112.0, 48.0, 62.0), (9.0, 8.0, 9.0))
    empty = block((), PHASE, 3)
    carried = block((small,), noise=1).lesions
    share = Image((carried.array == 1).astype(np.float32), empty.image.grid, Modality.MR)
    unseen = follow.refine(empty.image, empty.liver, PHASE, carried)
    seen = follow.refine(empty.image, empty.liver, PHASE, carried, follow.Hints(share))
    assert unseen.states == (State.ABSENT,)
    assert seen.states == (State.PRESENT,)
    assert _dice(seen.labels.array == 1, carried.array == 1) > 0.95


def test_a_probability_on_another_grid_is_refused() -> None:
    made = block((TUMOR,), PHASE, 3)
    other = block((), spacing_mm=(4.0, 4.0, 4.0)).image
    with pytest.raises(ValueError, match="different grids"):
        follow.refine(made.image, Mask(made.liver.array, made.image.grid), PHASE, _carried(), follow.Hints(other))
