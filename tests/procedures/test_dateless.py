"""Images without a date can be looked at and measured; a folder without images says so."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag
from pipeline.procedures import image_file, no_images, scan, source_names
from tests.builders import dicom_series

NO_TIMES: dict[str, Any] = {"AcquisitionTime": "000000", "ContentTime": "000000"}
WITHOUT_DATE: dict[str, dict[str, Any]] = {
    "absent": {"StudyDate": None},
    "empty": {"StudyDate": ""},
    "zeros": {"StudyDate": "00000000", "AcquisitionDate": "00000000", **NO_TIMES},
    "1900": {"StudyDate": "19000101", "SeriesDate": "19000101", **NO_TIMES},
    "year 1": {"StudyDate": "00010101"},
    "POSIX": {"StudyDate": "19700101"},
    "said to be removed": {"StudyDate": "20100615", "LongitudinalTemporalInformationModified": "REMOVED"},
    "no date at all": {"StudyDate": "unknown"},
}


@pytest.mark.parametrize("tags", WITHOUT_DATE.values(), ids=WITHOUT_DATE.keys())
def test_a_series_without_a_date_is_a_volume(tmp_path: Path, tags: dict[str, Any]) -> None:
    dicom_series.write_series(tmp_path, 8, **tags)
    loaded = image_file.load(tmp_path)
    assert loaded.image.grid.shape == (8, 8, 10)
    assert loaded.volume is not None
    assert loaded.volume.date is None
    (shown,) = _told(scan.scan([tmp_path]), tmp_path)["volumes"]
    assert shown["date"] is None
    assert "NO_DATE" in shown["flags"]


@pytest.mark.parametrize(
    "tags",
    [
        {"StudyDate": "19000101", "AcquisitionDate": "20240305"},
        {"StudyDate": None, "ContentDate": "20240305"},
        {"StudyDate": "20240305", "LongitudinalTemporalInformationModified": "MODIFIED"},
    ],
)
def test_a_date_beside_a_placeholder_counts(tmp_path: Path, tags: dict[str, Any]) -> None:
    dicom_series.write_series(tmp_path, 8, **tags)
    (volume,) = scan.scan([tmp_path], headers_only=True).volumes
    assert str(volume.date) == "2024-03-05"
    assert Flag.NO_DATE not in volume.flags


def test_a_shifted_date_of_long_ago_is_a_date(tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path, 8, StudyDate="19520817")
    (volume,) = scan.scan([tmp_path], headers_only=True).volumes
    assert str(volume.date) == "1952-08-17"


def _told(scanned: scan.Scan, folder: Path) -> dict[str, Any]:
    return scan.to_json(scanned, source_names.of_files([folder], scanned.files), paths=False)


def _files(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("no image", encoding="utf-8")
    return folder


def _called(*arguments: object) -> tuple[str, str]:
    """The output of a command, and the message it is refused with."""
    done = CliRunner().invoke(cli.app, [str(each) for each in arguments])
    assert isinstance(done.exception, InputError)
    return done.stdout, str(done.exception)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    out, message = _called("scan", tmp_path, "--json")
    assert json.loads(out) == {"files": [], "volumes": []}
    assert str(tmp_path) in message
    assert "empty" in message


def test_a_folder_without_images_says_what_is_there(tmp_path: Path) -> None:
    folder = _files(tmp_path / "source", "a.txt", "b.txt")
    (folder / "c").write_bytes(b"")
    out, message = _called("scan", folder, "--json")
    assert len(json.loads(out)["files"]) == 3
    assert "no CT or MR volume in 3 files: 2 not a DICOM file; 1 empty file (0 bytes)" in message


@pytest.mark.parametrize(
    "command", [("segment", "--what", "liver", "--out", "mask.nii.gz"), ("register", "--out", "t")]
)
def test_commands_on_one_image_say_the_same(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = _files(tmp_path / "source", "a.txt")
    images = (folder, folder) if command[0] == "register" else (folder,)
    _, message = _called(command[0], *images, *command[1:])
    assert "no CT or MR volume in 1 file: 1 not a DICOM file" in message


def test_many_reasons_are_counted_not_listed() -> None:
    assert "4 for other reasons" in no_images.message("folder", (f"reason {n}" for n in range(9)))
