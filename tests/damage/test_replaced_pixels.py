"""A source file whose bytes were replaced is noticed, and the manifest never lists a hash that is not the file's."""

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.procedures.inputs import Inputs
from pipeline.procedures.line import OpenStudy
from pipeline.settings import Settings
from pipeline.store import file_hashes
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import write_series
from tests.builders.files import replaced


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small series that has been there for long."""
    monkeypatch.setattr(file_hashes, "SETTLED_NS", -(10**18))
    write_series(tmp_path / "source", 4)
    return tmp_path / "source"


@pytest.fixture
def opened(tmp_path: Path):
    (tmp_path / "study").mkdir()
    with line.stored(tmp_path / "study", Settings(), Direct()) as study:
        yield study


def asked(source: Path, **tables: Path) -> Inputs:
    return inputs.read([source], PROTOCOL, None, tables.get("masks"), None)


def complete(opened: OpenStudy, source: Path) -> None:
    """Do as a run does that found nothing amiss: these slices show no liver."""
    opened.ingest(asked(source))
    opened.mark_finished()


def listed(opened: OpenStudy, out: Path) -> list[str]:
    export.export(opened, out, formats=["csv"])
    hashes: list[str] = json.loads((out / "manifest.json").read_text())["inputs"]["sha256"]
    return hashes


def true_hashes(source: Path) -> list[str]:
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in source.rglob("*") if path.is_file())


@pytest.mark.parametrize("in_place", [True, False], ids=["written over", "another file in its place"])
def test_replaced_pixels_of_equal_size_and_time(tmp_path: Path, source: Path, opened: OpenStudy, in_place: bool):
    complete(opened, source)
    assert opened.finished(asked(source))
    before = listed(opened, tmp_path / "out")
    assert before == true_hashes(source)
    path = sorted(source.rglob("*"))[1]
    content = path.read_bytes()
    replaced(path, content[:-2] + b"\x07\x07", in_place=in_place)
    assert not opened.finished(asked(source))
    complete(opened, source)
    assert listed(opened, tmp_path / "out") == true_hashes(source) != before
    subject = opened.subjects()[0]
    replaced(path, content, in_place=in_place)
    complete(opened, source)
    assert opened.subjects()[0].content != subject.content


def test_what_changes_while_a_run_goes_on_is_not_taken_for_finished(source: Path, opened: OpenStudy):
    opened.ingest(asked(source))
    path = sorted(source.rglob("*"))[1]
    replaced(path, path.read_bytes()[:-2] + b"\x07\x07")
    opened.mark_finished()
    assert not opened.finished(asked(source))


def test_a_file_that_was_only_touched_is_still_the_same(source: Path, opened: OpenStudy):
    complete(opened, source)
    for path in source.rglob("*"):
        path.touch()
    assert opened.finished(asked(source))


def test_verify_reads_what_the_disk_shows_unchanged(tmp_path: Path, source: Path, opened: OpenStudy):
    complete(opened, source)
    memory = tmp_path / "study" / "file-hashes.json"
    wrong = memory.read_text().replace(true_hashes(source)[0], "0" * 64)
    memory.write_text(wrong)
    assert not opened.finished(asked(source))
    memory.write_text(wrong)
    assert opened.finished(asked(source), verify=True)


def test_the_study_names_the_file_behind_each_hash(tmp_path: Path, source: Path, opened: OpenStudy):
    complete(opened, source)
    rows = (tmp_path / "study" / "files.csv").read_text().splitlines()
    assert rows[0] == "name,path,status,volume,reason,sha256"
    for path in source.rglob("*"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert any(row.startswith(f"{digest[:12]},{path.name},used,") and row.endswith(digest) for row in rows)
