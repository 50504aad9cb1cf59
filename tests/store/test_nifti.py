"""NIfTI: what is written reads back in place; what is no mask is refused."""

from pathlib import Path

import nibabel
import numpy as np
import pytest

from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.store import nifti

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
    nifti.write_image(image, tmp_path / "i.nii.gz")
    assert (nifti.read_image(tmp_path / "i.nii.gz", Modality.CT).array == image.array).all()


def test_the_same_mask_gives_the_same_bytes(tmp_path: Path) -> None:
    mask = Mask(np.ones(GRID.shape, dtype=np.bool_), GRID)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        nifti.write_mask(mask, tmp_path / name / "m.nii.gz")
    assert (tmp_path / "a" / "m.nii.gz").read_bytes() == (tmp_path / "b" / "m.nii.gz").read_bytes()


def test_fractions_are_no_mask(tmp_path: Path) -> None:
    image = Image(np.full(GRID.shape, 0.4, dtype=np.float32), GRID, Modality.CT)
    nifti.write_image(image, tmp_path / "i.nii.gz")
    with pytest.raises(InputError, match="integers from 0 to 255"):
        nifti.read_mask(tmp_path / "i.nii.gz")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.nii.gz").write_text("no image")
    with pytest.raises(InputError, match="cannot be read as NIfTI"):
        nifti.read_mask(tmp_path / "x.nii.gz")
    nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3, 3, 2), dtype=np.float32), np.eye(4)), tmp_path / "four.nii")
    with pytest.raises(InputError, match="4 dimensions"):
        nifti.read_image(tmp_path / "four.nii", Modality.CT)
