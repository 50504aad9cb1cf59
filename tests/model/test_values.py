"""Values are valid once constructed."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.lesion import Axis
from pipeline.model.response import Response
from pipeline.model.transform import Transform

GRID = Grid((2, 3, 4), (2.0, 2.0, 5.0), (0.0, 0.0, 0.0))


def test_image_and_grid_have_one_shape() -> None:
    with pytest.raises(ValueError, match="expected the same shape"):
        Image(np.zeros((4, 3, 2)), GRID)


@pytest.mark.parametrize("array", [np.zeros((2, 3, 4), np.uint8), np.zeros((2, 3, 5), bool)])
def test_a_mask_is_bool_and_of_the_grids_shape(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected bool, same shape"):
        Mask(array, GRID)


def test_mask_volume_counts_voxels_in_ml() -> None:
    array = np.zeros(GRID.shape, bool)
    array[0, :2, :3] = True
    assert Mask(array, GRID).volume_ml == pytest.approx(6 * 0.02)


def test_a_label_is_found_by_its_name() -> None:
    array = np.zeros(GRID.shape, np.uint8)
    array[0, 0, 0], array[1, 2, 3] = 1, 2
    labels = Labels(array, GRID, ("T01", "NT01"))
    assert np.argwhere(labels.mask("NT01").array).tolist() == [[1, 2, 3]]
    assert not Labels(np.zeros(GRID.shape, np.uint8), GRID, ("T01",)).mask("T01").array.any()
    with pytest.raises(KeyError, match="T02"):
        labels.mask("T02")


def test_a_label_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="label 3 has no name"):
        Labels(np.full(GRID.shape, 3, np.uint8), GRID, ("T01", "T02"))


@pytest.mark.parametrize("array", [np.zeros((2, 3, 4), np.int16), np.zeros((2, 3, 5), np.uint8)])
def test_labels_are_bytes_of_the_grids_shape(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="labels"):
        Labels(array, GRID, ())


def test_axis_length_is_the_distance_of_its_ends() -> None:
    assert Axis((1.0, 2.0, 3.0), (4.0, 6.0, 15.0)).length_mm == pytest.approx(13.0)


def test_transform_is_four_by_four_and_whole() -> None:
    with pytest.raises(ValueError, match=r"expected \(4, 4\)"):
        Transform(np.eye(3))
    with pytest.raises(ValueError, match="needs its grid"):
        Transform(np.eye(4), np.zeros((2, 3, 4, 3), np.float32))
    with pytest.raises(ValueError, match="needs its grid"):
        Transform(np.eye(4), None, GRID)
    np.testing.assert_array_equal(Transform.identity().linear, np.eye(4))


def test_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        GRID.shape = (1, 1, 1)


def test_responses_are_spelled_as_in_cdisc() -> None:
    assert [response.value for response in Response] == [
        *("CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"),
        *("iCR", "iPR", "iSD", "iUPD", "iCPD", "NON-iCR/NON-iUPD"),
        "",
    ]


def _slice(position: tuple[float, float, float]) -> SliceHeader:
    return SliceHeader(
        source=0,
        path="a",
        subject="S-001",
        study_date=dt.date(2024, 1, 1),
        modality=Modality.CT,
        study_uid="1",
        series_uid="1.1",
        sop_uid="1.1.1",
        frame_of_reference_uid="1.2",
        instance_number=1,
        acquisition_number=None,
        temporal_position=None,
        rows=3,
        columns=4,
        position=position,
        orientation=(1.0, 0.0, 0.0, 0.0, 0.8, 0.6),
        pixel_spacing_mm=(2.0, 2.0),
        slice_thickness_mm=None,
    )


def test_slice_positions_run_along_the_normal() -> None:
    normal = (0.0, -0.6, 0.8)
    grid = Grid((2, 3, 4), (2.0, 2.0, 5.0), (0.0, 10.0, 20.0), ((1.0, 0.0, 0.0), (0.0, 0.8, 0.6), normal))
    slices = (_slice((0.0, 10.0, 20.0)), _slice((0.0, 10.0 - 3.0, 20.0 + 4.0)))
    volume = Volume("v", "S-001", dt.date(2024, 1, 1), Modality.CT, "1.1", "1", slices, grid)
    assert volume.positions_mm == pytest.approx((10.0, 15.0))
