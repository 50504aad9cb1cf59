"""Images without a date can be looked at and measured; a folder without images says so."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag
from pipeline.procedures import image_file, ingest, no_images, scan, source_names
from pipeline.store import visits_table
from pipeline.store.artifacts import Artifacts
from tests.builders import dicom_series, undated

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
    assert "the source folder is empty" in message
    assert str(tmp_path) not in message


def test_a_folder_without_images_says_what_is_there(tmp_path: Path) -> None:
    folder = _files(tmp_path / "source", "a.txt", "b.txt")
    (folder / "c").write_bytes(b"")
    out, message = _called("scan", folder, "--json")
    assert len(json.loads(out)["files"]) == 3
    assert "no CT or MR volume in 3 files: 2 not a DICOM file; 1 empty file (0 bytes)" in message


@pytest.mark.parametrize(
    "command", [("segment", "--what", "liver", "--out", "mask.nii.gz"), ("register", "--out", "t.tfm")]
)
def test_commands_on_one_image_say_the_same(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = _files(tmp_path / "source", "a.txt")
    images = (folder, folder) if command[0] == "register" else (folder,)
    _, message = _called(command[0], *images, *command[1:])
    assert "no CT or MR volume in 1 file: 1 not a DICOM file" in message


def test_many_reasons_are_counted_not_listed() -> None:
    assert "4 for other reasons" in no_images.message(2, (f"reason {n}" for n in range(9)))


def _two_studies(folder: Path) -> Path:
    """Two studies of one subject without dates, in folders of their own."""
    for name in ("first", "second"):
        dicom_series.write_series(
            folder / name,
            8,
            StudyDate=None,
            StudyInstanceUID=dicom_series.uid(name),
            SeriesInstanceUID=dicom_series.uid(f"series of {name}"),
        )
    return folder


def _scanned(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli.app, ["scan", *map(str, arguments), "--headers-only"])
    return done.exit_code, done.stdout, done.stderr


def test_the_skeleton_of_a_list_is_filled_in_and_tried(tmp_path: Path) -> None:
    folder, path = _two_studies(tmp_path / "source"), tmp_path / "visits.csv"
    code, _, told = _scanned(folder, "--visits-template", path)
    assert (code, "2 rows" in told) == (0, True)
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    assert header == "subject,study_uid,series_uid,folder,visit,date,note"
    assert {row.split(",")[1] for row in rows} == {dicom_series.uid("first"), dicom_series.uid("second")}
    assert all(",,,,," in row for row in rows)
    code, _, told = _scanned(folder, "--visits", path)
    assert code == 1
    assert told.count("column date: found nothing") == 2
    filled = {"first": "BASELINE,2024-03-05", "second": "W12,2024-05-28"}
    named = [row.replace(",,,,,", f",,,{filled[name]},") for row in rows for name in filled if f"in {name}" in row]
    path.write_text("\n".join([header, *named, ""]), encoding="utf-8")
    code, out, told = _scanned(folder, "--visits", path, "--json")
    assert (code, told) == (0, "")
    volumes = json.loads(out)["volumes"]
    assert [(volume["visit"], volume["date"]) for volume in volumes] == [
        ("BASELINE", "2024-03-05"),
        ("W12", "2024-05-28"),
    ]
    again = tmp_path / "again.csv"
    assert _scanned(folder, "--visits", path, "--visits-template", again)[0] == 0
    assert sorted(again.read_text(encoding="utf-8").splitlines()) == sorted([header, *named])


def test_a_list_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("filled in", encoding="utf-8")
    _, message = _called("scan", _two_studies(tmp_path / "source"), "--visits-template", path)
    assert "is there already" in message
    assert path.read_text(encoding="utf-8") == "filled in"


def test_without_a_list_ingest_names_each_study_and_what_to_do(tmp_path: Path) -> None:
    given = ingest.IngestInput((str(_two_studies(tmp_path / "source")),), (), ())
    (subject,) = ingest.ingest(Artifacts(tmp_path / "artifacts"), given).subjects
    assert len(subject.volumes) == 2
    assert {failure.reason.split()[1] for failure in subject.failures} == {
        dicom_series.uid("first"),
        dicom_series.uid("second"),
    }
    assert all("--visits-template" in failure.reason for failure in subject.failures)


def test_faults_of_a_list_are_failures_and_the_other_rows_go_on(tmp_path: Path) -> None:
    source = _two_studies(tmp_path / "source")
    visits = visits_table.read(
        undated.write_list(
            tmp_path / "visits.csv",
            {"subject": "S-001", "folder": "first", "visit": "BASELINE", "date": "2024-03-05"},
            {"subject": "S-001", "folder": "third", "visit": "W12", "date": "2024-05-28"},
        )
    )
    given = ingest.IngestInput((str(source),), (), (), visits)
    ingested = ingest.ingest(Artifacts(tmp_path / "artifacts"), given)
    assert [(f.subject, f.step, f.reason) for f in ingested.failures] == [
        ("S-001", "visits", "list of visits: row 3: names no image (folder third). Correct it, or remove the row.")
    ]
    (subject,) = ingested.subjects
    assert [(volume.listed.visit, str(volume.date)) for volume in subject.volumes] == [
        ("BASELINE", "2024-03-05"),
        ("", "None"),
    ]
    (left,) = subject.failures
    assert "no sound row of the list of visits names it" in left.reason
