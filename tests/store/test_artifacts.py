"""Artifacts come back as they were stored, and damage is noticed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.errors import IntegrityError, OutOfReachError
from pipeline.model.flags import Flag, Flags
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.store.artifacts import Artifacts, Ref
from tests.builders.files import flipped

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


@dataclass(frozen=True)
class Found:
    """A value that refers to artifacts in the ways that results do."""

    visit: str
    image: Ref
    liver: Ref | None
    pictures: tuple[tuple[str, Ref], ...] = ()


def test_a_value_is_whole_while_all_that_it_refers_to_is_there(artifacts):
    refs = [artifacts.put(content) for content in (b"image", b"liver", b"picture")]
    value = artifacts.put_value(Found, Found("W12", refs[0], refs[1], (("T01", refs[2]),)))
    assert artifacts.whole(Found, value)
    assert artifacts.wanted() == 0
    for ref, content in zip(refs, (b"image", b"liver", b"picture"), strict=True):
        file_of(artifacts, ref).unlink()
        assert not artifacts.whole(Found, value)
        assert artifacts.wanted() == 1
        artifacts.put(content)
        assert artifacts.whole(Found, value)
    assert artifacts.settle() == len(refs)
    assert artifacts.settle() == 0


def test_a_value_that_is_lost_damaged_or_of_another_form_is_not_whole(artifacts):
    value = artifacts.put_value(Found, Found("W12", artifacts.put(b"image"), None))
    flipped(file_of(artifacts, value))
    assert not artifacts.whole(Found, value)
    assert not artifacts.whole(Found, value)
    assert not artifacts.whole(Found, artifacts.put(b"{}"))


def test_damage_is_noted_until_it_is_made_good(artifacts):
    refs = [artifacts.put(content) for content in (b"one", b"two", b"three")]
    flipped(file_of(artifacts, refs[0]))
    file_of(artifacts, refs[1]).unlink()
    artifacts.sweep()
    assert artifacts.wanted() == 1
    for ref in refs[:2]:
        with pytest.raises(IntegrityError, match="missing"):
            artifacts.get(ref)
    assert artifacts.wanted() == 2
    assert (artifacts.put(b"one"), artifacts.put(b"two")) == tuple(refs[:2])
    assert artifacts.wanted() == 0
    assert artifacts.settle() == 2


def test_storing_again_mends_a_damaged_file(artifacts):
    ref = artifacts.put(b"content")
    flipped(file_of(artifacts, ref))
    assert artifacts.put(b"content") == ref
    assert artifacts.get(ref) == b"content"


def file_of(artifacts: Artifacts, ref: Ref) -> Path:
    return artifacts.root / ref[:2] / ref


def test_an_artifact_that_the_disk_cannot_read_is_made_anew(artifacts, monkeypatch: pytest.MonkeyPatch):
    ref = artifacts.put(b"an image")

    def broken(path: Path) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", broken)
        with pytest.raises(IntegrityError, match=r"cannot be read \(Input/output error\).*hepatrack run"):
            artifacts.get(ref)
    assert artifacts.wanted() == 1


def test_an_artifact_that_may_not_be_read_stays(artifacts, monkeypatch: pytest.MonkeyPatch):
    ref = artifacts.put(b"an image")

    def forbidden(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", forbidden)
        with pytest.raises(OutOfReachError, match="may not be read"):
            artifacts.get(ref)
    assert artifacts.get(ref) == b"an image"
