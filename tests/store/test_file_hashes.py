"""A hash is that of the bytes, whatever the disk says of size and time."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.store import file_hashes
from pipeline.store.file_hashes import FileHashes
from tests.builders.files import replaced


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been there for long."""
    monkeypatch.setattr(file_hashes, "SETTLED_NS", -(10**18))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read."""
    read, paths = file_hashes._read, []

    def noted(path: Path):
        paths.append(path)
        return read(path)

    monkeypatch.setattr(file_hashes, "_read", noted)
    return paths


@pytest.mark.usefixtures("rested")
def test_an_unchanged_file_is_read_once(tmp_path: Path, reads: list[Path]):
    path = tmp_path / "slice"
    path.write_bytes(b"pixels")
    for _ in range(3):
        assert FileHashes(tmp_path / "memory").of([path]) == (digest(b"pixels"),)
    assert reads == [path]
    assert FileHashes(tmp_path / "memory", verify=True).of([path]) == (digest(b"pixels"),)
    assert reads == [path, path]


@pytest.mark.usefixtures("rested")
@pytest.mark.parametrize("in_place", [True, False], ids=["written over", "another file in its place"])
def test_other_bytes_of_equal_size_and_time_are_noticed(tmp_path: Path, in_place: bool):
    path = tmp_path / "slice"
    path.write_bytes(b"pixels")
    FileHashes(tmp_path / "memory").of([path])
    replaced(path, b"PIXELS", in_place=in_place)
    assert FileHashes(tmp_path / "memory").of([path]) == (digest(b"PIXELS"),)


@pytest.mark.usefixtures("rested")
def test_verify_finds_what_the_disk_does_not_tell(tmp_path: Path):
    """A clock that was set back, or a disk that was written to from outside, leaves no trace in the file's state."""
    path, memory = tmp_path / "slice", tmp_path / "memory"
    path.write_bytes(b"pixels")
    FileHashes(memory).of([path])
    memory.write_text(memory.read_text().replace(digest(b"pixels"), digest(b"others")))
    assert FileHashes(memory).of([path]) == (digest(b"others"),)
    assert FileHashes(memory, verify=True).of([path]) == (digest(b"pixels"),)
    assert FileHashes(memory).of([path]) == (digest(b"pixels"),)


def test_a_file_that_changed_just_now_is_not_remembered(tmp_path: Path):
    path, memory = tmp_path / "slice", tmp_path / "memory"
    path.write_bytes(b"pixels")
    assert FileHashes(memory).of([path]) == (digest(b"pixels"),)
    assert json.loads(memory.read_bytes())["files"] == {}


@pytest.mark.usefixtures("rested")
@pytest.mark.parametrize(
    "memory", [b"", b"{", b"[]", b'{"layout": 0}', b'{"layout": 1, "files": {"x": [1, 2]}}', b"\xff\x00"]
)
def test_a_damaged_memory_costs_time_and_no_truth(tmp_path: Path, memory: bytes):
    path = tmp_path / "slice"
    path.write_bytes(b"pixels")
    (tmp_path / "memory").write_bytes(memory)
    assert FileHashes(tmp_path / "memory").of([path]) == (digest(b"pixels"),)


def test_what_cannot_be_read_has_no_hash_and_does_not_hang(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    paths = [tmp_path / "pipe", tmp_path / "link", tmp_path / "absent", tmp_path]
    assert FileHashes(tmp_path / "memory").of(paths) == ("",) * 4


@pytest.mark.usefixtures("rested")
def test_a_name_that_is_no_utf8_is_hashed_and_remembered(tmp_path: Path, reads: list[Path]):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcller"))
    path.write_bytes(b"pixels")
    for _ in range(2):
        assert FileHashes(tmp_path / "memory").of([path]) == (digest(b"pixels"),)
    assert len(reads) == 1


@given(st.lists(st.tuples(st.integers(0, 2), st.binary(min_size=3, max_size=3), st.booleans()), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
def test_whatever_is_replaced_the_hash_is_that_of_the_bytes(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"...")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(file_hashes, "SETTLED_NS", -(10**18))
        FileHashes(folder / "memory").of(paths)
        for number, content, in_place in changes:
            replaced(paths[number], content, in_place=in_place)
            expected = tuple(digest(path.read_bytes()) for path in paths)
            assert FileHashes(folder / "memory").of(paths) == expected
