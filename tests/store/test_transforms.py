"""Transforms: read back alike by us and by SimpleITK; what is no transform is refused."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.transform import Transform
from pipeline.store import transforms
from pipeline.volume import points

GRID = Grid((5, 6, 7), (3.0, 3.0, 4.0), (-50.0, 20.0, 100.0))


def bent() -> Transform:
    linear = np.eye(4)
    linear[:3, :3] = Rotation.from_euler("xyz", (4, -6, 9), degrees=True).as_matrix() * 1.05
    linear[:3, 3] = (12.0, -7.5, 30.25)
    field = np.random.default_rng(2).normal(0, 4, (*GRID.shape, 3)).astype(np.float32)
    return Transform(linear, field, GRID)


def somewhere() -> np.ndarray:
    return GRID.to_lps(np.random.default_rng(5).uniform(-2, 8, (60, 3)))


@pytest.mark.parametrize("suffix", [".tfm", ".txt", ".h5"])
@pytest.mark.parametrize("transform", [Transform(bent().linear), bent()], ids=["linear", "deformable"])
def test_simpleitk_maps_points_as_we_do(tmp_path: Path, suffix: str, transform: Transform) -> None:
    path = tmp_path / f"t{suffix}"
    transforms.write(transform, path)
    itk, back = sitk.ReadTransform(str(path)), transforms.read(path)
    expected = points.apply(transform, somewhere())
    assert np.array([itk.TransformPoint(p.tolist()) for p in somewhere()]) == pytest.approx(expected, abs=1e-4)
    assert points.apply(back, somewhere()) == pytest.approx(expected, abs=1e-4)
    assert (back.displacement is None) == (transform.displacement is None)


def test_a_rigid_transform_of_another_program_is_read(tmp_path: Path) -> None:
    rigid = sitk.Euler3DTransform((10.0, 20.0, 30.0), 0.1, 0.2, -0.1, (1.0, 2.0, 3.0))
    sitk.WriteTransform(rigid, str(tmp_path / "r.tfm"))
    back = transforms.read(tmp_path / "r.tfm")
    expected = [rigid.TransformPoint(p.tolist()) for p in somewhere()]
    assert points.apply(back, somewhere()) == pytest.approx(np.array(expected), abs=1e-9)


@pytest.mark.parametrize("transform", [Transform.identity(), bent()], ids=["linear", "deformable"])
def test_bytes_read_back_exactly_and_alike(transform: Transform) -> None:
    data = transforms.save(transform)
    assert data == transforms.save(transform)
    back = transforms.load(data)
    assert np.array_equal(back.linear, transform.linear)
    assert back.displacement_grid == transform.displacement_grid
    if transform.displacement is not None:
        assert back.displacement is not None
        assert np.array_equal(back.displacement, transform.displacement)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ends in one of"):
        transforms.write(bent(), tmp_path / "t.mat")
    (tmp_path / "t.tfm").write_text("no transform")
    with pytest.raises(InputError, match="not a readable"):
        transforms.read(tmp_path / "t.tfm")
    spline = sitk.BSplineTransformInitializer(sitk.Image(9, 9, 9, sitk.sitkFloat32), [2, 2, 2])
    sitk.WriteTransform(spline, str(tmp_path / "b.tfm"))
    with pytest.raises(InputError, match="expected a linear transform"):
        transforms.read(tmp_path / "b.tfm")
    flat = sitk.AffineTransform(2)
    sitk.WriteTransform(flat, str(tmp_path / "flat.tfm"))
    with pytest.raises(InputError, match="2 dimensions"):
        transforms.read(tmp_path / "flat.tfm")
    with pytest.raises(InputError, match="hold no transform"):
        transforms.load(b"nothing")
