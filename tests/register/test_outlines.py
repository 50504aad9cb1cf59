"""Which of two outlines is doubted, by what the image shows where they contradict each other."""

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.quality import ImageSide
from pipeline.model.transform import Transform
from pipeline.register import outlines
from pipeline.register.prepare import Prepared

GRID = Grid((30, 40, 50), (3.0, 3.0, 3.0), (0.0, 0.0, 0.0))
LIVER = np.zeros(GRID.shape, np.bool_)
LIVER[6:24, 8:32, 8:40] = True
ML = GRID.voxel_ml


def _image() -> Image:
    """Liver of 250 units with noise in tissue of 150."""
    noise = np.random.default_rng(3).normal(0, 8, GRID.shape)
    return Image((np.where(LIVER, 250, 150) + noise).astype(np.float32), GRID)


def _side(liver: np.ndarray | None) -> Prepared:
    region = Mask(np.ones(GRID.shape, np.bool_), GRID)
    return Prepared(_image(), region, None if liver is None else Mask(liver, GRID), np.zeros(3))


def _compare(fixed: np.ndarray, moving: np.ndarray) -> outlines.Dispute:
    found = outlines.compare(_side(fixed), _side(moving), Transform.identity())
    assert found is not None
    return found


def _cut() -> np.ndarray:
    cut = LIVER.copy()
    cut[:, :, 30:] = False
    return cut


def _added() -> np.ndarray:
    added = LIVER.copy()
    added[6:24, 8:32, 40:48] = True
    return added


def test_like_outlines_dispute_nothing() -> None:
    found = _compare(LIVER, LIVER)
    assert found == outlines.Dispute(0.0, 0.0, 0.0, None, ())


def test_a_thin_shell_is_no_dispute() -> None:
    shell = np.zeros_like(LIVER)
    shell[5:25, 7:33, 7:41] = True
    found = _compare(LIVER, shell)
    assert found.surface_p95_mm == pytest.approx(3.0)
    assert found.doubted is None


@pytest.mark.parametrize(
    ("fixed", "moving", "doubted", "reason"),
    [
        (_cut(), LIVER, ImageSide.FIXED, "the fixed liver outline lacks"),
        (LIVER, _cut(), ImageSide.MOVING, "the moving liver outline lacks"),
        (_added(), LIVER, ImageSide.FIXED, "the fixed liver outline holds"),
        (LIVER, _added(), ImageSide.MOVING, "the moving liver outline holds"),
    ],
)
def test_the_image_says_which_outline_is_doubted(
    fixed: np.ndarray, moving: np.ndarray, doubted: ImageSide, reason: str
) -> None:
    found = _compare(fixed, moving)
    apart = np.count_nonzero(fixed ^ moving) * ML
    assert found.doubted is doubted
    assert found.disputed_ml == pytest.approx(apart, rel=0.05)
    assert found.share == pytest.approx(apart / ((fixed.sum() + moving.sum()) / 2 * ML), rel=0.05)
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith(reason)


def test_a_cut_and_an_addition_leave_either_in_doubt() -> None:
    """The fixed outline lacks liver and holds what is none; the moving one does the same elsewhere."""
    elsewhere = LIVER.copy()
    elsewhere[6:24, 32:38, 8:24] = True
    assert _compare(_cut() | elsewhere & ~LIVER, LIVER).doubted is ImageSide.FIXED
    assert _compare(_cut(), (LIVER & ~_cut()) | elsewhere).doubted is ImageSide.EITHER


def test_outlines_that_do_not_meet_say_so() -> None:
    away = np.zeros_like(LIVER)
    away[:4, :4, :4] = True
    found = _compare(LIVER, away)
    assert found.share == 1.0
    assert found.reasons == ("the liver outlines do not meet",)


def test_one_outline_alone_is_not_compared() -> None:
    assert outlines.compare(_side(LIVER), _side(None), Transform.identity()) is None
