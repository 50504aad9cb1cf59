"""Registration against a known motion, and what becomes of images that do not match."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from pipeline.engines import greedy
from pipeline.model.errors import EngineError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.model.quality import Verdict
from pipeline.model.transform import Transform
from pipeline.register.register import register
from pipeline.volume import resample
from tests.register import phantom

pytestmark = pytest.mark.image
ENGINE = greedy.between_visits()


class Broken:
    name = "broken"

    def __call__(self, fixed: Image, moving: Image, fixed_mask: Mask | None, start: Transform) -> Transform:
        raise EngineError("the engine gave up")


class Crumpling:
    """Moves every second voxel 20 mm away: folds everywhere."""

    name = "crumpling"

    def __call__(self, fixed: Image, moving: Image, fixed_mask: Mask | None, start: Transform) -> Transform:
        field = np.zeros((*fixed.grid.shape, 3), np.float32)
        field[:, :, ::2] = 20.0
        return Transform(start.linear, field, fixed.grid)


@pytest.fixture(scope="module")
def pair() -> tuple[Image, Mask, Image, Mask, Transform]:
    moving, moving_liver = phantom.abdomen()
    truth = phantom.motion()
    # another spacing and coverage than the moving image, and an origin of its own
    grid = Grid((36, 110, 120), (2.1, 1.9, 5.0), (-125.0, -105.0, -75.0))
    fixed, fixed_liver = phantom.moved(moving, moving_liver, truth, grid)
    return fixed, fixed_liver, moving, moving_liver, truth


def test_a_known_motion_is_found_within_a_voxel(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, truth = pair
    before = phantom.errors_mm(Transform.identity(), truth, fixed_liver)
    found = register(fixed, moving, fixed_liver, moving_liver, ENGINE)
    errors = phantom.errors_mm(found.transform, truth, fixed_liver)
    assert before.mean() > 15
    assert errors.mean() < 1.5
    assert np.percentile(errors, 95) < 3.2
    assert found.engine == "greedy"
    assert found.quality.verdict is Verdict.GOOD
    assert found.quality.reasons == ()
    assert found.quality.liver_dice is not None
    assert found.quality.liver_dice > 0.95
    assert found.quality.folded_share == 0
    assert found.quality.similarity > found.quality.similarity_before


def test_two_runs_agree_to_the_byte(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, _ = pair
    quick = replace(ENGINE, iterations=(10, 5))
    one, other = (register(fixed, moving, fixed_liver, moving_liver, quick) for _ in range(2))
    assert one.transform.linear.tobytes() == other.transform.linear.tobytes()
    assert one.transform.displacement is not None
    assert other.transform.displacement is not None
    assert one.transform.displacement.tobytes() == other.transform.displacement.tobytes()
    assert one.quality == other.quality


def test_itk_has_one_thread_so_that_no_order_of_threads_shows() -> None:
    assert sitk.ProcessObject.GetGlobalDefaultNumberOfThreads() == 1


def test_without_masks_it_finds_the_place_but_stays_doubtful(
    pair: tuple[Image, Mask, Image, Mask, Transform],
) -> None:
    fixed, fixed_liver, moving, _, truth = pair
    found = register(fixed, moving, None, None, ENGINE)
    assert found.quality.verdict is Verdict.DOUBTFUL
    assert "no liver mask on the fixed and the moving image" in found.quality.reasons
    assert found.quality.liver_dice is None
    assert phantom.errors_mm(found.transform, truth, fixed_liver).mean() < 4


def test_with_one_mask_the_search_finds_the_place(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, _, truth = pair
    empty = Mask(np.zeros(moving.grid.shape, np.bool_), moving.grid)
    found = register(fixed, moving, fixed_liver, empty, ENGINE)
    assert found.quality.verdict is Verdict.DOUBTFUL
    assert found.quality.reasons == ("no liver mask on the moving image",)
    assert phantom.errors_mm(found.transform, truth, fixed_liver).mean() < 3


@pytest.mark.parametrize("engine", [None, Broken()])
def test_without_an_engine_the_linear_placement_stays_doubtful(
    pair: tuple[Image, Mask, Image, Mask, Transform], engine: Broken | None
) -> None:
    fixed, fixed_liver, moving, moving_liver, truth = pair
    found = register(fixed, moving, fixed_liver, moving_liver, engine)
    assert found.engine == "linear"
    assert found.transform.displacement is None
    assert found.quality.verdict is Verdict.DOUBTFUL
    assert found.quality.reasons[-1] in {"no deformable engine was given", "the engine gave up"}
    assert phantom.errors_mm(found.transform, truth, fixed_liver).mean() < 9


def test_a_folded_deformation_is_dropped(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, _ = pair
    found = register(fixed, moving, fixed_liver, moving_liver, Crumpling())
    assert found.engine == "linear"
    assert found.quality.verdict is Verdict.DOUBTFUL
    assert "the deformation was dropped" in found.quality.reasons


def test_unrelated_images_fail(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, _ = pair
    noise = np.random.default_rng(4).normal(40, 80, moving.array.shape).astype(np.int16)
    found = register(fixed, Image(noise, moving.grid), fixed_liver, moving_liver, ENGINE)
    assert found.quality.verdict is Verdict.FAILED
    assert any("local correlation" in reason for reason in found.quality.reasons)
    assert np.isfinite(found.transform.linear).all()


@pytest.mark.parametrize(("slices", "reason"), [(2, "thick; expected 8"), (9, "no shift along the body axis")])
def test_images_that_cannot_be_placed_fail_with_a_reason(
    pair: tuple[Image, Mask, Image, Mask, Transform], slices: int, reason: str
) -> None:
    fixed, _, moving, _, _ = pair
    slab = Image(moving.array[:slices], Grid((slices, *moving.grid.shape[1:]), moving.grid.spacing_mm, (0, 0, 900.0)))
    found = register(fixed, slab, None, None, ENGINE)
    assert found.quality.verdict is Verdict.FAILED
    assert found.engine == "centers"
    assert reason in found.quality.reasons[0]


def test_mr_is_registered_whatever_its_scale(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, truth = pair

    def as_mr(image: Image, gain: float) -> Image:
        signal = gain * np.clip(image.array.astype(np.float32) + 200, 0, 500)
        return Image(signal, image.grid, Modality.MR)

    found = register(as_mr(fixed, 0.01), as_mr(moving, 3.0), fixed_liver, moving_liver, ENGINE)
    assert found.quality.verdict is Verdict.GOOD
    assert phantom.errors_mm(found.transform, truth, fixed_liver).mean() < 1.6


def test_the_frame_of_reference_does_not_matter(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, truth = pair
    far = replace(moving.grid, origin=(700.0, -900.0, 1500.0))
    shift = np.array(far.origin) - moving.grid.origin
    found = register(fixed, Image(moving.array, far), fixed_liver, Mask(moving_liver.array, far), ENGINE)
    back = found.transform.linear.copy()
    back[:3, 3] -= shift
    errors = phantom.errors_mm(replace(found.transform, linear=back), truth, fixed_liver)
    assert errors.mean() < 1.5


def test_the_warped_moving_image_matches_the_fixed_one(pair: tuple[Image, Mask, Image, Mask, Transform]) -> None:
    fixed, fixed_liver, moving, moving_liver, _ = pair
    found = register(fixed, moving, fixed_liver, moving_liver, ENGINE)
    warped = resample.resample(moving, fixed.grid, found.transform)
    inside = fixed_liver.array
    assert np.corrcoef(warped.array[inside], fixed.array[inside])[0, 1] > 0.7
