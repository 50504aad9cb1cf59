"""Artifacts come back as they were stored, and damage is noticed."""

import numpy as np
import pytest

from pipeline.model.errors import IntegrityError
from pipeline.model.flags import Flag, Flags
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.store.artifacts import Artifacts

GRID = Grid((3, 4, 5), (0.7, 0.8, 2.5), (-10.0, 5.25, 100.5), ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))


@pytest.fixture
def artifacts(tmp_path):
    return Artifacts(tmp_path / "artifacts")


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_image_round_trip(artifacts, dtype):
    array = np.arange(60).reshape(3, 4, 5).astype(dtype)
    image = artifacts.get_image(artifacts.put_image(Image(array, GRID, Modality.MR)))
    assert image.array.dtype == dtype
    assert np.array_equal(image.array, array)
    assert image.grid == GRID
    assert image.modality is Modality.MR


def test_mask_and_labels_round_trip(artifacts):
    array = np.zeros((3, 4, 5), dtype=np.uint8)
    array[1, 2, 3], array[2, 0, 0] = 1, 2
    labels = artifacts.get_labels(artifacts.put_labels(Labels(array, GRID, ("T01", "NL01"))))
    mask = artifacts.get_mask(artifacts.put_mask(Mask(array > 0, GRID)))
    assert labels.names == ("T01", "NL01")
    assert np.array_equal(labels.mask("NL01").array, array == 2)
    assert mask.array.sum() == 2
    assert artifacts.get_labels(artifacts.put_labels(Labels(array * 0, GRID, ()))).names == ()


def test_transform_round_trip(artifacts):
    linear = np.eye(4)
    linear[0, 3] = 7.5
    plain = artifacts.get_transform(artifacts.put_transform(Transform(linear)))
    field = np.random.default_rng(1).normal(size=(3, 4, 5, 3)).astype(np.float32)
    bent = artifacts.get_transform(artifacts.put_transform(Transform(linear, field, GRID)))
    assert np.array_equal(plain.linear, linear)
    assert plain.displacement is None
    assert np.array_equal(bent.displacement, field)
    assert bent.displacement_grid == GRID


def test_values_keep_flags_by_name(artifacts):
    ref = artifacts.put_value(Flags, (Flag.GAP, Flag.LIPIODOL))
    assert b"GAP" in artifacts.get(ref)
    assert artifacts.get_value(Flags, ref) == (Flag.GAP, Flag.LIPIODOL)


def test_same_content_is_one_file(artifacts):
    assert artifacts.put(b"same") == artifacts.put(b"same")
    assert len([p for p in artifacts.root.rglob("*") if p.is_file()]) == 1


def test_missing_and_damaged_artifacts_are_told(artifacts):
    ref = artifacts.put(b"content")
    path = next(p for p in artifacts.root.rglob("*") if p.is_file())
    path.write_bytes(b"contents")
    with pytest.raises(IntegrityError, match="damaged"):
        artifacts.get(ref)
    with pytest.raises(IntegrityError, match="missing"):
        artifacts.get(ref)


def test_a_value_in_another_form_is_told(artifacts):
    ref = artifacts.put(b'{"a": 1}')
    with pytest.raises(IntegrityError, match=r"is no Grid of this hepatrack\. Repeat `hepatrack run`"):
        artifacts.get_value(Grid, ref)
