"""Nothing below a folder is passed over: what links lead to is listed once, what is not followed has its entry."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.catalog import FileStatus
from pipeline.store import file_hashes, fingerprint
from pipeline.store.file_hashes import FileHashes
from pipeline.store.walk import Walked, walk


def _reasons(walked: Walked) -> dict[str, str]:
    return {entry.path: entry.reason for entry in walked.entries}


def _file(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source folder beside an archive that its links may lead to."""
    (tmp_path / "source").mkdir()
    for name in ("v1/1", "v1/2", "v2/deep/3"):
        _file(tmp_path / "archive" / name)
    return tmp_path / "source"


def test_linked_folders_and_files_are_followed(source: Path) -> None:
    (source / "visit1").symlink_to(source.parent / "archive" / "v1")
    (source / "visit2").symlink_to(Path("..", "archive", "v2"))
    (source / "alone").symlink_to(_file(source.parent / "elsewhere"))
    assert walk(source) == Walked(("alone", "visit1/1", "visit1/2", "visit2/deep/3"), ())


def test_a_file_met_twice_is_listed_where_it_lies(source: Path) -> None:
    _file(source / "real" / "1")
    (source / "a_file").symlink_to(source / "real" / "1")
    (source / "a_folder").symlink_to(source / "real")
    walked = walk(source)
    assert walked.files == ("real/1",)
    assert _reasons(walked) == {
        "a_file": "link to a file that is listed already as real/1",
        "a_folder": "folder that is listed already as real",
    }


@pytest.mark.parametrize("target", [".", "..", "../..", "/"])
def test_a_circle_is_listed_and_not_followed(source: Path, target: str) -> None:
    _file(source / "real" / "1")
    (source / "up").symlink_to(target)
    walked = walk(source)
    assert walked.files == ("real/1",)
    assert list(_reasons(walked)) == ["up"]


def test_folders_that_link_to_each_other_end(source: Path) -> None:
    archive = source.parent / "archive"
    (archive / "v1" / "next").symlink_to(archive / "v2")
    (archive / "v2" / "next").symlink_to(archive / "v1")
    (source / "start").symlink_to(archive / "v1")
    walked = walk(source)
    assert walked.files == ("start/1", "start/2", "start/next/deep/3")
    assert _reasons(walked) == {"start/next/next": "folder that is listed already as start"}


def test_links_that_lead_nowhere_are_unreadable(source: Path) -> None:
    (source / "gone").symlink_to(source / "absent")
    (source / "self").symlink_to(source / "self")
    walked = walk(source)
    assert {entry.path: entry.status for entry in walked.entries} == dict.fromkeys(
        ("gone", "self"), FileStatus.UNREADABLE
    )
    assert all(entry.reason.startswith("link that leads nowhere: ") for entry in walked.entries)


def test_a_folder_that_cannot_be_opened_is_an_entry(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(source / "closed" / "1")
    _file(source / "open" / "1")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    walked = walk(source)
    assert walked.files == ("open/1",)
    (entry,) = walked.entries
    assert (entry.path, entry.status) == ("closed", FileStatus.UNREADABLE)
    assert entry.reason == "folder cannot be opened: Permission denied"


def test_a_pipe_is_an_entry_and_not_waited_for(source: Path) -> None:
    os.mkfifo(source / "pipe")
    assert _reasons(walk(source)) == {"pipe": "pipe, socket or device; it holds no image"}
    assert file_hashes.sha256(source / "pipe") == ""


def test_the_listing_sees_a_change_behind_a_link(source: Path) -> None:
    behind = source.parent / "archive" / "v2" / "deep" / "3"
    hashes = FileHashes(source.parent / "memory")
    (source / "visit2").symlink_to(source.parent / "archive" / "v2")
    before = fingerprint.listing([source], hashes)
    assert [file.path for file in before] == ["visit2/deep/3"]
    assert fingerprint.listing([source], hashes) == before
    behind.write_text("longer", encoding="utf-8")
    after = fingerprint.listing([source], hashes)
    assert after != before
    (source / "visit1").symlink_to(source.parent / "archive" / "v1")
    assert fingerprint.listing([source], hashes) != after


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_every_name_is_listed_once_however_folders_link(
    tmp_path_factory: pytest.TempPathFactory, links: list[tuple[int, int]]
) -> None:
    root = tmp_path_factory.mktemp("links")
    for number in range(4):
        _file(root / f"f{number}" / "file")
    for number, (home, target) in enumerate(links):
        (root / f"f{home}" / f"link{number}").symlink_to(root / f"f{target}")
    walked = walk(root)
    assert walked.files == tuple(f"f{number}/file" for number in range(4))
    assert sorted(_reasons(walked)) == sorted(f"f{home}/link{n}" for n, (home, _) in enumerate(links))
