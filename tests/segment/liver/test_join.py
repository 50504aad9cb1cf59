"""One liver out of two outlines and a third, moved one; the moving itself is a stand-in."""

import numpy as np
import pytest

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.segment.liver import join, remember

GRID = Grid((10, 40, 40), (2.0, 2.0, 5.0), (0.0, 0.0, 0.0))
IMAGE = Image(np.full(GRID.shape, 60, dtype=np.int16), GRID)
NONE = LiverProposal(None, 0.0, (Flag.LIVER_NOT_FOUND,))


def block(first: int, last: int) -> np.ndarray:
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[2:8, 5:35, first:last] = True
    return mask


def proposal(first: int, last: int, confidence: float = 0.9, *flags: Flag) -> LiverProposal:
    return LiverProposal(Mask(block(first, last), GRID), confidence, flags)


@pytest.fixture(autouse=True)
def _stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third outline is the one it was moved from."""
    for module in (join, remember):
        monkeypatch.setattr(module, "transfer", lambda _image, _phase, prior: LiverProposal(prior, 0.7, ()))


def test_two_of_three_decide() -> None:
    liver = join.join(IMAGE, Phase.PORTAL_VENOUS, proposal(5, 30), proposal(7, 34))
    assert liver.mask is not None
    assert np.array_equal(liver.mask.array, block(5, 30))
    assert liver.flags == ()
    assert 0.8 < liver.confidence < 0.9


def test_a_doubtful_network_does_not_lead() -> None:
    weak = proposal(5, 30, 0.8, Flag.LIVER_DOUBTFUL)
    liver = join.join(IMAGE, Phase.PORTAL_VENOUS, weak, proposal(7, 34))
    assert liver.mask is not None
    assert np.array_equal(liver.mask.array, block(7, 34))


def test_outlines_that_do_not_agree_are_doubtful() -> None:
    liver = join.join(IMAGE, Phase.PORTAL_VENOUS, proposal(5, 20), proposal(18, 38))
    assert liver.flags == (Flag.LIVER_DOUBTFUL,)
    assert liver.confidence < 0.7


def test_one_outline_alone_is_doubtful_and_none_is_none() -> None:
    alone = join.join(IMAGE, Phase.PORTAL_VENOUS, NONE, proposal(5, 30))
    assert alone.mask is not None
    assert alone.flags == (Flag.LIVER_DOUBTFUL,)
    assert join.join(IMAGE, Phase.PORTAL_VENOUS, NONE, NONE) == NONE


def test_a_carried_tumor_is_not_cut_off_where_there_is_tissue() -> None:
    array = IMAGE.array.copy()
    array[:, :, 36:] = -100
    tumor = Mask(block(25, 40), GRID)
    liver = remember.remember(Image(array, GRID), Phase.PORTAL_VENOUS, proposal(5, 28), Mask(block(5, 30), GRID), tumor)
    assert liver.mask is not None
    assert liver.mask.array[5, 20, 33]
    assert not liver.mask.array[5, 20, 39]


def test_without_a_liver_of_its_own_the_carried_one_stands_and_is_doubtful() -> None:
    empty = Mask(np.zeros(GRID.shape, dtype=bool), GRID)
    liver = remember.remember(IMAGE, Phase.PORTAL_VENOUS, NONE, Mask(block(5, 30), GRID), empty)
    assert liver.mask is not None
    assert np.array_equal(liver.mask.array, block(5, 30))
    assert liver.flags == (Flag.LIVER_DOUBTFUL,)
