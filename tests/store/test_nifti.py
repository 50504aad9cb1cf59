"""NIfTI: what is written reads back in place; what is no mask is refused."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.store import nifti, nifti_read
from pipeline.volume import resample
from tests.builders import nifti_image

GRID = Grid((4, 5, 6), (2.0, 2.5, 4.0), (-30.0, 12.0, -200.5), ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))


def test_a_mask_reads_back_on_its_grid(tmp_path: Path) -> None:
    array = np.zeros(GRID.shape, dtype=np.bool_)
    array[1, 2, 3] = True
    nifti.write_mask(Mask(array, GRID), tmp_path / "m.nii.gz")
    read = nifti.read_mask(tmp_path / "m.nii.gz")
    assert read.names == ("1",)
    assert (read.mask("1").array == array).all()
    assert read.grid.same_as(GRID, 1e-4)


def test_the_file_is_in_ras(tmp_path: Path) -> None:
    nifti.write_mask(Mask(np.ones(GRID.shape, dtype=np.bool_), GRID), tmp_path / "m.nii")
    file = nibabel.load(tmp_path / "m.nii")
    assert file.shape == (6, 5, 4)
    assert file.affine[:3, 3] == pytest.approx([30.0, -12.0, -200.5])


def test_labels_and_images_read_back(tmp_path: Path) -> None:
    labels = Labels((np.arange(120).reshape(GRID.shape) % 4).astype(np.uint8), GRID, ("1", "2", "3"))
    nifti.write_labels(labels, tmp_path / "l.nii.gz")
    assert (nifti.read_mask(tmp_path / "l.nii.gz").array == labels.array).all()
    image = Image(np.linspace(-1000, 500, 120, dtype=np.float32).reshape(GRID.shape), GRID, Modality.CT)
    nifti_image.write(image, tmp_path / "i.nii.gz")
    assert (nifti.read_image(tmp_path / "i.nii.gz", Modality.CT).array == image.array).all()


def test_the_same_mask_gives_the_same_bytes(tmp_path: Path) -> None:
    mask = Mask(np.ones(GRID.shape, dtype=np.bool_), GRID)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        nifti.write_mask(mask, tmp_path / name / "m.nii.gz")
    assert (tmp_path / "a" / "m.nii.gz").read_bytes() == (tmp_path / "b" / "m.nii.gz").read_bytes()


def test_fractions_are_no_mask(tmp_path: Path) -> None:
    image = Image(np.full(GRID.shape, 0.4, dtype=np.float32), GRID, Modality.CT)
    nifti_image.write(image, tmp_path / "i.nii.gz")
    with pytest.raises(InputError, match="integers from 0 to 255"):
        nifti.read_mask(tmp_path / "i.nii.gz")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.nii.gz").write_text("no image")
    with pytest.raises(InputError, match="cannot be read as NIfTI"):
        nifti.read_mask(tmp_path / "x.nii.gz")
    nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3, 3, 2), dtype=np.float32), np.eye(4)), tmp_path / "four.nii")
    with pytest.raises(InputError, match="4 dimensions"):
        nifti.read_image(tmp_path / "four.nii", Modality.CT)


OBLIQUE = Rotation.from_euler("xyz", (20, -10, 30), degrees=True).as_matrix()


@pytest.mark.parametrize("name", ["i.nii", "i.nii.gz"])
def test_an_oblique_image_lies_where_simpleitk_puts_it(tmp_path: Path, name: str) -> None:
    axes = tuple(tuple(column) for column in OBLIQUE.T)
    grid = Grid((4, 5, 6), (0.7, 0.9, 5.0), (-100.25, 33.5, 710.0), axes)
    rng = np.random.default_rng(0)
    image = Image(rng.integers(-1024, 2000, grid.shape).astype(np.int16), grid)
    nifti_image.write(image, tmp_path / name)
    back = nifti.read_image(tmp_path / name, Modality.CT)
    assert np.array_equal(back.array, image.array)
    assert back.array.dtype == np.int16
    assert back.grid.same_as(grid, 1e-3)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(tmp_path / name))
    other = resample.from_sitk(reader.Execute())
    assert np.array_equal(other.array, image.array)
    assert other.grid.same_as(grid, 1e-3)


def test_fractions_of_an_image_are_kept(tmp_path: Path) -> None:
    image = Image(np.linspace(0, 1, 120).astype(np.float32).reshape(GRID.shape), GRID, Modality.MR)
    nifti_image.write(image, tmp_path / "mr.nii.gz")
    back = nifti.read_image(tmp_path / "mr.nii.gz", Modality.MR)
    assert np.array_equal(back.array, image.array)
    assert back.modality is Modality.MR


def test_a_trailing_axis_of_one_is_dropped_and_scaling_applied(tmp_path: Path) -> None:
    file = nibabel.Nifti1Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4, 1), np.eye(4))
    file.header.set_slope_inter(2.0, -5.0)
    nibabel.save(file, tmp_path / "scaled.nii")
    expected = nibabel.load(tmp_path / "scaled.nii").get_fdata()[..., 0].T
    assert np.allclose(nifti.read_image(tmp_path / "scaled.nii", Modality.MR).array, expected)


def test_a_sheared_grid_is_refused(tmp_path: Path) -> None:
    affine = np.eye(4)
    affine[0, 1] = 0.3
    nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3, 3), np.uint8), affine), tmp_path / "sheared.nii")
    with pytest.raises(InputError, match="sheared"):
        nifti.read_mask(tmp_path / "sheared.nii")


def test_an_image_without_numbers_is_refused(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(np.full((3, 3, 3), np.nan, np.float32), np.eye(4)), tmp_path / "nan.nii")
    with pytest.raises(InputError, match="not finite"):
        nifti.read_image(tmp_path / "nan.nii", Modality.CT)


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i2", ">i2", "u2", "i4", "f4", "f8"])
@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_blocks_of_any_size_and_type_hold_the_values_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, labels: bool, slope: float
) -> None:
    array = np.arange(3 * 4 * 5, dtype=kind).reshape(3, 4, 5)
    if kind == "f8" and not labels:
        array[2, 1, 1] += 0.25
    image = nibabel.Nifti1Image(array, np.diag([1.0, 2.0, 3.0, 1.0]))
    image.header.set_slope_inter(slope, 0)
    content = image.to_bytes()
    path = tmp_path / "image.nii"
    path.write_bytes(content)
    expected = np.asarray(nibabel.load(path).dataobj, dtype=np.float64)
    monkeypatch.setattr(nifti_read, "BLOCK", 7)
    _, (streamed,) = nifti_read.read(path, labels)
    parts = list(streamed.parts)
    assert {part.dtype for part in parts} == {streamed.dtype}
    assert max(len(part) for part in parts) == 7
    whole = np.concatenate(parts).reshape(streamed.shape)
    np.testing.assert_array_equal(whole, expected.T)
    narrow = np.uint8 if labels else np.float32 if (expected % 1).any() else np.int16
    assert streamed.dtype == narrow


@pytest.mark.parametrize("spacing", [(1e-30,) * 3, (0.001, 1.0, 1.0), (1.0, 1.0, 5e4), (90.0, 90.0, 90.0)])
def test_voxels_of_no_scanner_and_boxes_of_no_body_are_refused(tmp_path: Path, spacing: tuple[float, ...]) -> None:
    path = tmp_path / "image.nii"
    nibabel.save(nibabel.Nifti1Image(np.ones((40, 40, 40), dtype=np.int16), np.diag([*spacing, 1.0])), path)
    with pytest.raises(InputError, match=r"image.nii: no image of a patient: .*; expected .*mm.*Fix its header"):
        nifti.read_image(path, Modality.CT)
