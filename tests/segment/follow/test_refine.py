import numpy as np
import pytest

from pipeline.measure import diameters
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.lesion import State
from pipeline.segment.follow import refine as follow
from tests.builders.liver_block import Block, Ellipsoid, block

HERE = Ellipsoid((112.0, 48.0, 62.0), (10.0, 8.5, 9.0), 20)
OTHER = Ellipsoid((44.0, 52.0, 70.0), (8.0, 7.0, 8.0))
PHASES = (Phase.PORTAL_VENOUS, Phase.ARTERIAL)


def _carried(*known: Ellipsoid) -> Labels:
    """Lesions as the registration carries them: in place but for 2 to 3 mm."""
    return block(tuple(lesion.moved(1.5, -1.5, 1.5) for lesion in known), noise=1).lesions


def _followed(
    now: tuple[Ellipsoid, ...], known: tuple[Ellipsoid, ...], phase: Phase, seed: int = 1
) -> follow.FollowedLesions:
    made = block(now, phase, seed)
    return follow.refine(made.image, made.liver, phase, _carried(*known))


def _long_mm(result: follow.FollowedLesions, name: str) -> float:
    found = diameters.measure(result.labels.mask(name))
    return 0.0 if found is None else found.long.length_mm


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("factor", [1.0, 1.6, 0.6])
def test_a_lesion_is_outlined_at_its_new_size(phase: Phase, factor: float) -> None:
    result = _followed((HERE.scaled(factor), OTHER), (HERE, OTHER), phase)
    assert result.states == (State.PRESENT, State.PRESENT)
    assert _long_mm(result, "T01") == pytest.approx(HERE.long_mm * factor, abs=2.0)
    assert _long_mm(result, "T02") == pytest.approx(OTHER.long_mm, abs=2.0)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_vanished_lesion_is_absent_without_voxels(phase: Phase, seed: int) -> None:
    result = _followed((OTHER,), (HERE, OTHER), phase, seed)
    assert result.states == (State.ABSENT, State.PRESENT)
    assert not result.labels.mask("T01").array.any()
    assert result.confidences[0] >= 0.5


@pytest.mark.parametrize("factor", [0.14, 0.22])
def test_a_remnant_below_5_mm_is_too_small(factor: float) -> None:
    fine = (1.0, 1.0, 2.0)
    made = block((HERE.scaled(factor),), Phase.ARTERIAL, 2, fine, noise=6)
    carried = block((HERE.moved(1, 0, 1),), spacing_mm=fine, vessels=False).lesions
    result = follow.refine(made.image, made.liver, made.phase, carried)
    assert result.states == (State.TOO_SMALL,)
    assert result.labels.mask("T01").array.any()


@pytest.mark.parametrize("kind", ["lipiodol", "necrotic"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_treated_lesion_keeps_its_outline(kind: str, phase: Phase) -> None:
    treated = Ellipsoid((112.0, 46.0, 62.0), (15.0, 12.0, 12.0), 0, kind)
    result = _followed((treated,), (treated,), phase)
    assert result.states == (State.PRESENT,)
    assert _long_mm(result, "T01") == pytest.approx(treated.long_mm, abs=2.5)


@pytest.mark.parametrize("phase", PHASES)
def test_two_lesions_that_became_one_mass_are_merged_under_the_first_name(phase: Phase) -> None:
    left, right = (Ellipsoid((x, 46.0, 62.0), (7.0, 7.0, 7.0)) for x in (100.0, 122.0))
    mass = Ellipsoid((111.0, 46.0, 62.0), (19.0, 12.0, 12.0))
    result = _followed((mass,), (left, right), phase)
    assert result.states == (State.MERGED, State.MERGED)
    assert _long_mm(result, "T01") == pytest.approx(mass.long_mm, abs=3.0)
    assert not result.labels.mask("T02").array.any()


@pytest.mark.parametrize("phase", PHASES)
def test_neighbors_that_stay_apart_are_not_merged(phase: Phase) -> None:
    pair = tuple(Ellipsoid((x, 46.0, 62.0), (7.0, 7.0, 7.0)) for x in (102.0, 122.0))
    assert _followed(pair, pair, phase).states == (State.PRESENT, State.PRESENT)


@pytest.mark.parametrize("phase", PHASES)
def test_a_lesion_in_two_parts_is_split_and_keeps_both(phase: Phase) -> None:
    before = Ellipsoid((112.0, 46.0, 62.0), (19.0, 11.0, 11.0))
    parts = tuple(Ellipsoid((x, 46.0, 62.0), (5.5, 5.5, 5.5)) for x in (101.0, 123.0))
    result = _followed(parts, (before,), phase)
    assert result.states == (State.SPLIT,)
    sizes = [found.long.length_mm for found in diameters.measure_parts(result.labels.mask("T01"))]
    assert sizes == pytest.approx([11.0, 11.0], abs=2.2)


def test_a_place_outside_the_image_is_not_evaluable() -> None:
    made = block((OTHER,), Phase.PORTAL_VENOUS, 1)
    carried = _carried(OTHER)
    lost = Labels(carried.array, carried.grid, ("T01", "T02"))
    result = follow.refine(made.image, made.liver, Phase.PORTAL_VENOUS, lost)
    assert result.states == (State.PRESENT, State.NOT_EVALUABLE)
    assert result.confidences[1] == 0


def test_a_place_without_image_data_is_not_evaluable() -> None:
    made = block((HERE,), Phase.PORTAL_VENOUS, 1)
    array = made.image.array.copy()
    array[:, :, 45:] = -1024
    result = follow.refine(Image(array, made.image.grid), made.liver, Phase.PORTAL_VENOUS, _carried(HERE))
    assert result.states == (State.NOT_EVALUABLE,)


def test_no_liver_makes_nothing_evaluable() -> None:
    made = block((HERE,), Phase.PORTAL_VENOUS, 1)
    none = Mask(np.zeros_like(made.liver.array), made.liver.grid)
    assert follow.refine(made.image, none, Phase.PORTAL_VENOUS, _carried(HERE)).states == (State.NOT_EVALUABLE,)


def test_a_second_run_is_equal() -> None:
    made: Block = block((HERE, OTHER), Phase.ARTERIAL, 3)
    first, second = (follow.refine(made.image, made.liver, made.phase, _carried(HERE, OTHER)) for _ in range(2))
    assert np.array_equal(first.labels.array, second.labels.array)
    assert first.confidences == second.confidences


def test_another_grid_is_refused() -> None:
    made = block((HERE,), Phase.PORTAL_VENOUS, 1)
    grid = Grid((1, 1, 1), (1, 1, 1), (0, 0, 0))
    with pytest.raises(ValueError, match="same grid"):
        follow.refine(made.image, made.liver, made.phase, Labels(np.zeros((1, 1, 1), np.uint8), grid, ()))
