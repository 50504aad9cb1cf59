"""Scan: every file of a folder accounted for, whatever is in it."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag
from pipeline.procedures import scan, source_names
from tests.builders import dicom_series, segmentation

WHOLE = np.repeat(np.array([1, 1, 0], dtype=np.uint8)[None], 5 * 8 * 10, axis=0).reshape(5, 8, 10, 3)


def _by_path(result: scan.Scan) -> dict[str, FileEntry]:
    entries = {entry.path: entry for entry in result.files}
    assert len(entries) == len(result.files)
    return entries


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Two good acquisitions of S-001, a series of S-002 with damage, and junk."""
    dicom_series.write_series(tmp_path / "a", 8, AcquisitionNumber=2)
    dicom_series.write_series(tmp_path / "a", 8, AcquisitionNumber=3)
    other = {"PatientID": "S-002", "SeriesInstanceUID": dicom_series.uid("other"), "SeriesNumber": 7}
    paths = dicom_series.write_series(tmp_path / "b" / "nested", 10, **other)
    paths[4].write_bytes(paths[4].read_bytes()[:-50])
    dicom_series.write_slice(paths[6], 7, **{**other, "PatientID": "S-003"})
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "notes").write_text("not an image", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    dicom_series.write_slice(tmp_path / "scout", 1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    return tmp_path


@pytest.mark.parametrize("headers_only", [True, False])
def test_every_file_is_accounted_for(broken: Path, headers_only: bool) -> None:
    result = scan.scan([broken], headers_only)
    files = _by_path(result)
    assert set(files) == {path.relative_to(broken).as_posix() for path in broken.rglob("*") if path.is_file()}
    used = [entry for entry in result.files if entry.status is FileStatus.USED]
    assert len(used) == 16 + 8
    assert all(entry.volume and not entry.reason for entry in used)
    assert all(entry.reason and not entry.volume for entry in result.files if entry.status is not FileStatus.USED)
    assert {volume.subject for volume in result.volumes} == {"S-001", "S-002"}
    damaged = next(volume for volume in result.volumes if volume.subject == "S-002")
    assert {Flag.GAP, Flag.MIXED_PATIENTS} <= set(damaged.flags)
    assert Flag.PHASE_UNKNOWN in damaged.flags


def test_reasons_say_what_is_wrong(broken: Path) -> None:
    files = _by_path(scan.scan([broken], headers_only=True))
    status = {path: (entry.status, entry.reason) for path, entry in files.items()}
    assert status["empty"] == (FileStatus.UNREADABLE, "empty file (0 bytes)")
    assert status["notes"] == (FileStatus.LEFT_OUT, "not a DICOM file")
    assert status["scout"] == (FileStatus.LEFT_OUT, "localizer (scout view)")
    assert status["b/nested/1-035"][0] is FileStatus.UNREADABLE
    assert status["b/nested/1-049"] == (FileStatus.LEFT_OUT, "slice of another patient in a series of S-002")


def test_json_has_the_agreed_keys_and_nothing_of_a_name(broken: Path) -> None:
    result = scan.scan([broken], headers_only=True)
    values = scan.to_json(result, source_names.of_files([broken], result.files), paths=False)
    assert json.loads(json.dumps(values)) == values
    assert list(values) == ["files", "volumes"]
    assert list(values["files"][0]) == ["path", "status", "volume", "reason"]
    keys = (
        "id subject date visit modality kind kind_evidence study_uid series_uid phase phase_confidence shape spacing_mm"
    )
    assert list(values["volumes"][0]) == [*keys.split(), "positions_mm", "flags", "varying_tags"]
    first = values["volumes"][0]
    assert (first["shape"], first["spacing_mm"]) == ([8, 8, 10], [0.7, 0.8, 2.5])
    assert first["positions_mm"] == [2.5 * number for number in range(1, 9)]
    assert "Secret" not in json.dumps(values)
    empty = hashlib.sha256(b"").hexdigest()[:12]
    assert [file["reason"] for file in values["files"] if file["path"] == empty] == ["empty file (0 bytes)"]


def test_json_has_paths_where_they_are_asked_for(broken: Path) -> None:
    result = scan.scan([broken], headers_only=True)
    values = scan.to_json(result, source_names.of_files([broken], result.files), paths=True)
    assert [file["path"] for file in values["files"]] == [file.path for file in result.files]


def test_a_second_scan_is_the_same(broken: Path) -> None:
    assert scan.scan([broken], headers_only=True) == scan.scan([broken], headers_only=True)


def test_several_sources_keep_their_files_apart(tmp_path: Path) -> None:
    for number in (1, 2):
        dicom_series.write_series(tmp_path / str(number), 6, AcquisitionNumber=number)
        (tmp_path / str(number) / "notes").write_text("x", encoding="utf-8")
    result = scan.scan([tmp_path / "1", tmp_path / "2"])
    files = _by_path(result)
    assert {"1:notes", "2:notes"} <= set(files)
    assert [volume.acquisition for volume in result.volumes] == ["1", "2"]
    assert files["2:2-007"].volume == result.volumes[1].id


def test_an_adopted_segmentation_belongs_to_its_volume(tmp_path: Path) -> None:
    common = {"PatientBirthDate": "", "PatientSex": "", "AccessionNumber": "", "StudyID": "", "StudyTime": ""}
    slices = dicom_series.write_series(tmp_path / "images", 5, ReferringPhysicianName="", **common)
    segmentation.write(tmp_path / "seg", slices, WHOLE)
    result = scan.scan([tmp_path], headers_only=True)
    entry = _by_path(result)["seg"]
    assert (entry.status, entry.volume) == (FileStatus.USED, result.volumes[0].id)
    assert entry.reason.startswith("segmentation (DICOM SEG), adopted")
    assert [(item.path, volume) for item, volume in result.adopted] == [("seg", result.volumes[0].id)]


def test_a_segmentation_without_its_images_is_left_out(tmp_path: Path) -> None:
    common = {"PatientBirthDate": "", "PatientSex": "", "AccessionNumber": "", "StudyID": "", "StudyTime": ""}
    slices = dicom_series.write_series(tmp_path, 5, ReferringPhysicianName="", **common)
    segmentation.write(tmp_path / "seg", slices, WHOLE)
    for path in slices:
        path.unlink()
    (entry,) = scan.scan([tmp_path]).files
    assert entry.status is FileStatus.LEFT_OUT
    assert "references no volume" in entry.reason


def test_a_slice_that_cannot_be_decoded_blocks_its_volume(tmp_path: Path) -> None:
    paths = dicom_series.write_series(tmp_path, 7)
    dataset = dcmread(paths[0])
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.PixelData = encapsulate([bytes(64) + b"\x05"])
    dataset.save_as(paths[0])
    (volume,) = scan.scan([tmp_path]).volumes
    assert Flag.TRUNCATED in volume.flags


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        scan.scan([tmp_path / "absent"])


@pytest.mark.real
def test_the_real_case_is_scanned_in_time(real_case: Callable[[str], Path]) -> None:
    folder = real_case("HCC_007")
    start = time.process_time()
    by_headers = scan.scan([folder], headers_only=True)
    assert time.process_time() - start < 4
    start = time.process_time()
    with_phases = scan.scan([folder])
    assert time.process_time() - start < 20
    for result in (by_headers, with_phases):
        assert len(result.files) == 382
        assert {entry.status for entry in result.files} == {FileStatus.USED}
        assert len(result.volumes) == 6
