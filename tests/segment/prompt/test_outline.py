from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.measure import diameters
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, EarlierLesion, LesionQuestion, PointPrompt, Prompt
from pipeline.model.transform import Transform
from pipeline.segment.prompt import outline as prompting
from tests.builders.liver_block import Block, Ellipsoid, block

HERE = Ellipsoid((112.0, 48.0, 62.0), (15.0, 11.0, 13.0), 20)


@cache
def _block(kind: str = "solid", phase: Phase = Phase.PORTAL_VENOUS, factor: float = 1.0) -> Block:
    lesion = HERE.scaled(factor)
    return block((Ellipsoid(lesion.center, lesion.radii, lesion.degrees, kind),), phase)


def _axis(made: Block) -> Axis:
    found = diameters.measure(made.lesions.mask("T01"))
    assert found is not None
    return found.long


def _asked(made: Block, prompt: Prompt, earlier: EarlierLesion | None = None, share: Image | None = None) -> Mask:
    question = LesionQuestion(made.image, made.phase, prompt, made.liver, share, earlier)
    mask = prompting.outline(question)
    assert mask is not None
    return mask


def _dice(mask: Mask, made: Block) -> float:
    truth = made.lesions.array > 0
    return 2 * np.count_nonzero(mask.array & truth) / (np.count_nonzero(mask.array) + np.count_nonzero(truth))


def _long_mm(mask: Mask) -> float:
    found = diameters.measure(mask)
    return 0.0 if found is None else found.long.length_mm


@pytest.mark.parametrize("phase", [Phase.PORTAL_VENOUS, Phase.ARTERIAL])
@pytest.mark.parametrize("kind", ["solid", "rim", "lipiodol", "necrotic"])
def test_a_drawn_axis_gives_the_lesion(kind: str, phase: Phase) -> None:
    made = _block(kind, phase)
    mask = _asked(made, _axis(made))
    assert _dice(mask, made) >= 0.85
    assert _long_mm(mask) == pytest.approx(HERE.long_mm, abs=3.0)


def test_an_invisible_lesion_is_what_was_drawn() -> None:
    made = block(())
    axis = _axis(_block())
    mask = _asked(made, axis)
    assert _dice(mask, _block()) >= 0.8
    assert _long_mm(mask) == pytest.approx(axis.length_mm, rel=0.2)


def test_a_lesion_that_bulges_out_of_the_outlined_liver_is_whole() -> None:
    made = _block()
    cut = made.liver.array & (np.arange(made.liver.grid.shape[2]) < 56)
    prompt = _axis(made)
    mask = prompting.outline(LesionQuestion(made.image, made.phase, prompt, Mask(cut, made.image.grid)))
    assert mask is not None
    assert _dice(mask, made) >= 0.85


def test_a_mark_outside_the_image_gives_nothing() -> None:
    made = _block()
    question = LesionQuestion(made.image, made.phase, PointPrompt((900.0, 0.0, 0.0)))
    assert prompting.outline(question) is None


def test_a_point_and_a_box_give_the_lesion() -> None:
    made = _block()
    ends = np.array([_axis(made).start, _axis(made).end])
    middle = ends.mean(axis=0)
    at = made.lesions.grid.to_lps(np.argwhere(made.lesions.array > 0)[:, ::-1].astype(float))
    low, high = at.min(axis=0), at.max(axis=0)
    box = BoxPrompt((low[0], low[1], low[2]), (high[0], high[1], high[2]))
    assert _dice(_asked(made, box), made) >= 0.85
    assert _dice(_asked(made, PointPrompt((middle[0] + 2, middle[1], middle[2]))), made) >= 0.75


def test_a_point_takes_the_lesion_that_the_network_sees() -> None:
    made = _block(factor=1.6)
    axis = _axis(made)
    x, y, z = (np.array(axis.start) + np.array(axis.end)) / 2
    share = Image((made.lesions.array > 0).astype(np.float32) * 0.9, made.image.grid)
    assert _dice(_asked(made, PointPrompt((x + 4, y, z)), share=share), made) >= 0.85


@pytest.mark.parametrize("factor", [0.75, 1.0, 1.3])
def test_an_earlier_lesion_is_found_by_a_point_at_its_new_size(factor: float) -> None:
    before, now = _block(), _block(factor=factor)
    earlier = EarlierLesion(before.image, before.lesions.mask("T01"), Transform.identity())
    axis = _axis(before)
    x, y, z = (np.array(axis.start) + np.array(axis.end)) / 2
    mask = _asked(now, PointPrompt((x, y, z)), earlier)
    assert _dice(mask, now) >= 0.8


def test_an_earlier_shape_fills_in_what_an_axis_does_not_tell() -> None:
    flat = Ellipsoid((112.0, 48.0, 60.0), (15.0, 11.0, 6.0))  # in the middle of a slice
    before, nothing = block((flat,)), block(())
    earlier = EarlierLesion(before.image, before.lesions.mask("T01"), Transform.identity())
    axis = _axis(before)
    with_memory = prompting.outline(LesionQuestion(nothing.image, nothing.phase, axis, earlier=earlier))
    without = prompting.outline(LesionQuestion(nothing.image, nothing.phase, axis))
    assert with_memory is not None
    assert without is not None
    assert _dice(with_memory, before) >= max(0.8, _dice(without, before) + 0.05)


@settings(max_examples=12, deadline=None)
@given(
    x=st.floats(-60, 60), y=st.floats(-50, 50), z=st.floats(10, 90), turn=st.floats(0, np.pi), length=st.floats(4, 60)
)
def test_an_axis_in_a_slice_of_any_place_is_kept_to_a_fifth(
    x: float, y: float, z: float, turn: float, length: float
) -> None:
    made = _block()
    half = np.array([np.cos(turn), np.sin(turn), 0]) * length / 2
    start, end = np.array([x, y, z]) - half, np.array([x, y, z]) + half
    axis = Axis((start[0], start[1], start[2]), (end[0], end[1], end[2]))
    mask = _asked(made, axis)
    inside = made.image.grid.to_index(np.stack([start, end]))[:, :2]
    if (inside > 1).all() and (inside < np.array(made.image.grid.shape[:0:-1]) - 2).all():
        assert _long_mm(mask) == pytest.approx(length, rel=0.25, abs=4.5)
    assert mask.array.any()
