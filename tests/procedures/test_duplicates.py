"""Whole folders with the same slices twice: pixels tell copies from other images, and every file has its line."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import RLELossless

from pipeline.model.catalog import FileStatus
from pipeline.model.flags import Flag
from pipeline.procedures import scan
from tests.builders import dicom_series, multi_frame

COUNT = 8
"""Slices of a series."""


def _slices(again: str = "", add: int = 0, **tags: object) -> list[Dataset]:
    """A series; `again` gives its slices other SOP Instance UIDs, `add` other pixels."""
    pixels = np.arange(80, dtype=np.int16).reshape(8, 10)
    named = [{"SOPInstanceUID": dicom_series.uid(f"{again}{number}")} if again else {} for number in range(COUNT)]
    return [
        dicom_series.slice_dataset(number, pixels + number + add, **uid, **tags)
        for number, uid in enumerate(named, start=1)
    ]


def _write(folder: Path, slices: list[Dataset]) -> None:
    folder.mkdir(parents=True)
    for number, item in enumerate(slices):
        item.save_as(folder / f"{number:02d}", enforce_file_format=True)


def _scanned(folder: Path) -> tuple[list[tuple[int, bool]], dict[str, str]]:
    """Slices of each volume and whether it stands for copies, and the reasons of files that are left out."""
    scanned = scan.scan([folder], headers_only=True)
    assert len(scanned.files) == len({entry.path for entry in scanned.files})
    left = {entry.path: entry.reason for entry in scanned.files if entry.status is not FileStatus.USED}
    return [(len(v.slices), Flag.DUPLICATED_SLICES in v.flags) for v in scanned.volumes], left


def _compressed(slices: list[Dataset]) -> list[Dataset]:
    for item in slices:
        item.compress(RLELossless, generate_instance_uid=False)
    return slices


@pytest.mark.parametrize("second", ["as it is", "compressed", "numbered on", "in another frame of reference"])
def test_a_second_export_under_other_uids_is_one_volume_and_names_what_it_repeats(second: str, tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    again = _slices("again")
    if second == "compressed":
        again = _compressed(again)
    for item in again:
        if second == "numbered on":
            item.InstanceNumber += COUNT
        elif second == "in another frame of reference":
            item.FrameOfReferenceUID = dicom_series.uid("other")
    _write(tmp_path / "b", again)
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert left == {f"b/{n:02d}": f"same pixels under another SOP Instance UID as a/{n:02d}" for n in range(COUNT)}


def test_a_few_slices_twice_are_left_out_by_name(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    _write(tmp_path / "b", _slices("again")[3:5])
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert left == {
        "b/00": "same pixels under another SOP Instance UID as a/03",
        "b/01": "same pixels under another SOP Instance UID as a/04",
    }


def test_the_same_file_twice_is_a_copy(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    _write(tmp_path / "b", _slices())
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert left == {f"b/{n:02d}": f"copy of a/{n:02d}" for n in range(COUNT)}


def test_other_pixels_under_the_same_uids_are_another_volume(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    _write(tmp_path / "b", _slices(add=100))
    scanned = scan.scan([tmp_path], headers_only=True)
    assert [(len(volume.slices), Flag.REPEATED_SOP_UID in volume.flags) for volume in scanned.volumes] == [
        (COUNT, True),
        (COUNT, True),
    ]
    assert {entry.status for entry in scanned.files} == {FileStatus.USED}


def test_one_slice_with_other_pixels_under_its_uid_leaves_the_pass_whole(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    _write(tmp_path / "b", _slices(add=100)[3:4])
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert left == {"b/00": "other pixels, same SOP Instance UID and position as a/03"}


def test_pixels_that_cannot_be_read_are_not_compared(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    broken = _compressed(_slices())
    for item in broken:
        item.PixelData = item.PixelData[:-40] + bytes(32) + item.PixelData[-8:]
    _write(tmp_path / "b", broken)
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert set(left.values()) <= {
        f"pixels that cannot be compared, same SOP Instance UID as a/{n:02d}" for n in range(COUNT)
    }
    assert len(left) == COUNT


def test_a_multi_frame_image_twice_is_one_volume(tmp_path: Path) -> None:
    for name in ("a", "b"):
        image = multi_frame.enhanced(_slices(), SOPInstanceUID=dicom_series.uid(name))
        image.save_as(tmp_path / name, enforce_file_format=True)
    volumes, left = _scanned(tmp_path)
    assert volumes == [(COUNT, True)]
    assert list(left) == ["b"]
    assert left["b"].startswith("frame 1: same pixels under another SOP Instance UID as a frame 1; ")


def test_another_phase_is_no_duplicate(tmp_path: Path) -> None:
    _write(tmp_path / "a", _slices())
    _write(tmp_path / "b", _slices("again", AcquisitionNumber=2))
    assert _scanned(tmp_path) == ([(COUNT, False), (COUNT, False)], {})
