import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial.transform import Rotation

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.volume import grids, points, reach, resample

TILTED = Rotation.from_euler("xyz", (20, -10, 30), degrees=True).as_matrix()
OBLIQUE = Grid((12, 20, 24), (1.5, 2.0, 3.0), (-40.0, 12.0, 7.0), tuple(map(tuple, TILTED.T)))
PLAIN = Grid((12, 20, 24), (1.5, 2.0, 3.0), (-40.0, 12.0, 7.0))


def ramp(grid: Grid, dtype: type = np.float32) -> Image:
    """An intensity linear in LPS, so that linear interpolation is exact."""
    k, j, i = np.indices(grid.shape)
    lps = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))
    return Image((lps @ [1.0, 2.0, -3.0] + 5).astype(dtype), grid)


def centers(grid: Grid) -> np.ndarray:
    k, j, i = np.indices(grid.shape)
    return grid.to_lps(np.stack([i, j, k], axis=-1).reshape(-1, 3).astype(float))


def bent(grid: Grid) -> Transform:
    linear = np.eye(4)
    linear[:3, :3] = Rotation.from_euler("z", 5, degrees=True).as_matrix()
    linear[:3, 3] = (4.0, -3.0, 2.0)
    rng = np.random.default_rng(3)
    field = rng.normal(0, 1.0, (*grid.shape, 3)).astype(np.float32)
    return Transform(linear, field, grid)


@pytest.mark.parametrize("grid", [PLAIN, OBLIQUE])
def test_sitk_round_trip_keeps_pixels_and_grid(grid: Grid) -> None:
    image = Image(np.arange(np.prod(grid.shape), dtype=np.int16).reshape(grid.shape), grid, Modality.MR)
    back = resample.from_sitk(resample.to_sitk(image), Modality.MR)
    assert np.array_equal(back.array, image.array)
    assert back.grid.same_as(grid, 1e-9)
    assert back.modality is Modality.MR
    index = (3, 5, 7)
    assert resample.to_sitk(image).TransformIndexToPhysicalPoint(index) == pytest.approx(
        grid.to_lps(np.array(index, dtype=float)), abs=1e-9
    )


def test_resampling_a_ramp_is_exact_in_patient_space() -> None:
    image = ramp(OBLIQUE)
    inner = Grid((4, 5, 6), (1.0, 1.0, 1.0), tuple(OBLIQUE.to_lps(np.array([8.0, 6.0, 4.0]))))
    out = resample.resample(image, inner)
    assert np.allclose(out.array, ramp(inner).array, atol=1e-3)


def test_resample_rounds_integers_instead_of_cutting_them() -> None:
    grid = Grid((1, 1, 2), (1, 1, 1), (0, 0, 0))
    image = Image(np.array([[[0, 3]]], dtype=np.int16), grid)
    at = Grid((1, 1, 1), (1, 1, 1), (0.9, 0, 0))
    out = resample.resample(image, at).array
    assert out.dtype == np.int16
    assert out[0, 0, 0] == 3


def test_outside_takes_the_fill_value() -> None:
    far = Grid((2, 2, 2), (1, 1, 1), (500, 500, 500))
    assert np.all(resample.resample(ramp(PLAIN), far).array == -1024)
    assert np.all(resample.resample(ramp(PLAIN), far, fill=0.0).array == 0)


def test_transform_takes_fixed_points_to_the_moving_image() -> None:
    moving = ramp(OBLIQUE)
    middle = tuple(OBLIQUE.to_lps(np.array([10.0, 8.0, 5.0])) - (2.0, 1.0, 2.0))
    fixed = Grid((3, 4, 5), (1.0, 1.2, 1.1), middle)
    transform = bent(Grid((9, 9, 9), (3, 3, 3), tuple(np.subtract(middle, 8.0))))
    out = resample.resample(moving, fixed, transform).array.ravel()
    expected = points.apply(transform, centers(fixed)) @ [1.0, 2.0, -3.0] + 5
    assert np.allclose(out, expected, atol=2e-3)


def test_points_agree_with_simpleitk_inside_and_outside_the_field() -> None:
    transform = bent(PLAIN)
    itk = resample.transform_to_sitk(transform)
    rng = np.random.default_rng(0)
    lps = PLAIN.to_lps(rng.uniform(-3, 27, (200, 3)))
    assert points.apply(transform, lps) == pytest.approx(
        np.array([itk.TransformPoint(p.tolist()) for p in lps]), abs=1e-5
    )


def test_points_of_a_shift() -> None:
    shift = np.eye(4)
    shift[:3, 3] = (1, 2, 3)
    assert points.apply(Transform(shift), np.zeros((1, 3))).tolist() == [[1, 2, 3]]
    field = np.full((*PLAIN.shape, 3), 1.0, np.float32)
    both = Transform(shift, field, PLAIN)
    start = PLAIN.to_lps(np.array([[5.0, 5, 5]]))
    assert points.apply(both, start) - start == pytest.approx(np.array([[2.0, 3, 4]]))


def ball(grid: Grid, center: tuple[float, float, float], radius: float) -> np.ndarray:
    return (np.linalg.norm(centers(grid) - center, axis=1) <= radius).reshape(grid.shape)


def test_mask_volume_survives_resampling() -> None:
    fine = Grid((50, 60, 70), (0.9, 0.9, 1.1), (0, 0, 0))
    mask = Mask(ball(fine, (30, 25, 25), 18.0), fine)
    coarse = resample.resample_mask(mask, resample.with_spacing(fine, 2.0))
    assert coarse.volume_ml == pytest.approx(mask.volume_ml, rel=0.03)
    shift = np.eye(4)
    shift[:3, 3] = (5.0, 0.0, -4.0)
    moved = resample.resample_mask(mask, fine, Transform(shift)).array
    assert np.mean(np.argwhere(moved), axis=0)[::-1] * fine.spacing_mm == pytest.approx((25, 25, 29), abs=0.2)


def test_labels_keep_names_and_touching_lesions_stay_closed() -> None:
    grid = Grid((20, 40, 40), (1, 1, 1), (0, 0, 0))
    array = np.zeros(grid.shape, np.uint8)
    array[5:15, 10:30, 10:20] = 1
    array[5:15, 10:30, 20:30] = 3
    labels = Labels(array, grid, ("T01", "T02", "NT01"))
    out = resample.resample_labels(labels, resample.with_spacing(grid, 0.8))
    assert out.names == labels.names
    assert set(np.unique(out.array)) == {0, 1, 3}
    assert out.mask("T01").volume_ml == pytest.approx(2.0, rel=0.1)
    inside = out.array[8:16, 16:34, 14:36]
    assert np.all(inside > 0)


def test_same_grid_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    labels = Labels(rng.integers(0, 4, OBLIQUE.shape).astype(np.uint8), OBLIQUE, ("a", "b", "c"))
    assert np.array_equal(resample.resample_labels(labels, OBLIQUE).array, labels.array)


@pytest.mark.parametrize("spacing", [3.0, 0.7, (1.5, 2.0, 5.0), 1000.0])
def test_with_spacing_covers_the_same_box(spacing: float | tuple[float, float, float]) -> None:
    new = resample.with_spacing(OBLIQUE, spacing)
    assert new.spacing_mm == (spacing if isinstance(spacing, tuple) else (spacing,) * 3)
    old_size = np.array(OBLIQUE.shape[::-1]) * OBLIQUE.spacing_mm
    new_size = np.array(new.shape[::-1]) * new.spacing_mm
    assert np.all(new_size >= old_size - 1e-6)
    assert np.all(new_size - old_size < np.array(new.spacing_mm))
    inside = OBLIQUE.to_index(centers(new))
    assert np.all(inside > -0.5)
    assert np.all(inside < np.array(OBLIQUE.shape[::-1]) - 0.5)


def test_with_spacing_of_the_same_spacing_is_the_same_grid() -> None:
    assert resample.with_spacing(OBLIQUE, OBLIQUE.spacing_mm).same_as(OBLIQUE, 1e-9)


def test_crop_is_aligned_and_holds_the_mask() -> None:
    image = ramp(OBLIQUE)
    array = np.zeros(OBLIQUE.shape, bool)
    array[4:7, 8:11, 10:15] = True
    mask = Mask(array, OBLIQUE)
    part = resample.crop(OBLIQUE, mask, 3.1)
    assert part.shape == (3 + 2 * 2, 3 + 2 * 2, 5 + 2 * 3)
    assert np.allclose(resample.crop_image(image, part).array, ramp(part).array, atol=1e-3)
    assert np.array_equal(resample.crop_mask(mask, part).array, array[resample.window(OBLIQUE, part)])
    assert resample.crop_mask(mask, part).array.sum() == array.sum()
    assert resample.crop(OBLIQUE, mask, 500).same_as(OBLIQUE)


def test_crop_by_a_mask_of_another_grid() -> None:
    half = resample.with_spacing(OBLIQUE, 1.0)
    array = np.zeros(half.shape, bool)
    array[10:14, 10:14, 10:14] = True
    part = resample.crop(OBLIQUE, Mask(array, half), 0.0)
    inside = part.to_index(centers(half).reshape(*half.shape, 3)[array])
    assert inside.min() >= -1e-9
    assert np.all(inside <= np.array(part.shape[::-1]) - 1 + 1e-9)


def test_crop_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="empty"):
        resample.crop(PLAIN, Mask(np.zeros(PLAIN.shape, bool), PLAIN), 1)
    far = Grid((2, 2, 2), (1, 1, 1), (900, 900, 900))
    with pytest.raises(ValueError, match="outside"):
        resample.crop(PLAIN, Mask(np.ones(far.shape, bool), far), 1)
    with pytest.raises(ValueError, match="no part"):
        resample.crop_image(ramp(PLAIN), Grid((2, 2, 2), PLAIN.spacing_mm, (-39.5, 12.0, 7.0)))
    with pytest.raises(ValueError, match="no part"):
        resample.crop_image(ramp(PLAIN), OBLIQUE)


def test_a_part_of_the_scan_gives_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    fine = Grid((40, 70, 80), (1.2, 1.1, 2.5), (-60.0, 10.0, -20.0), OBLIQUE.directions)
    array = np.zeros(fine.shape, np.uint8)
    array[30:40, 20:30, 20:35] = 1
    array[12, 50, 60] = 2
    array[5:9, 5:15, 60:75] = 3
    labels = Labels(array, fine, ("a", "b", "c"))
    field = np.stack([ndimage.gaussian_filter(rng.normal(size=fine.shape), 4) for _ in range(3)], axis=-1)
    field *= 9 / np.abs(field).max()
    linear = bent(PLAIN).linear
    for transform in (None, Transform(linear), Transform(linear, field.astype(np.float32), fine)):
        quick = resample.resample_labels(labels, fine, transform)
        with monkeypatch.context() as patched:
            patched.setattr(reach, "reach", lambda grid, *_: grids.window(grid, grid))
            whole = resample.resample_labels(labels, fine, transform)
        assert np.array_equal(quick.array, whole.array)
        assert {1, 3} <= set(np.unique(quick.array))


def test_a_lesion_that_lands_elsewhere_leaves_nothing() -> None:
    mask = Mask(np.ones(PLAIN.shape, bool), PLAIN)
    far = Grid((20, 20, 20), (1, 1, 1), (800, 0, 0))
    assert not resample.resample_mask(mask, far).array.any()
