"""Transforms written for other programs: SimpleITK maps points as we do."""

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
    itk = sitk.ReadTransform(str(path))
    expected = points.apply(transform, somewhere())
    assert np.array([itk.TransformPoint(p.tolist()) for p in somewhere()]) == pytest.approx(expected, abs=1e-4)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found the extension"):
        transforms.write(bent(), tmp_path / "t.mat")
