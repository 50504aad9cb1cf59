"""A packed study is named as such with the remedy; what merely uses the same packing is no archive of images."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.store import dicom
from tests.builders import dicom_series


@pytest.fixture
def slice_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return dicom_series.write_slice(tmp_path_factory.mktemp("slice") / "slice").read_bytes()


def _entry(folder: Path, content: bytes) -> FileEntry:
    (folder / "file").write_bytes(content)
    headers, (entry,) = dicom.read_headers(folder)
    assert headers == ()
    return entry


def _zip(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("STUDY")
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _tar(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("STUDY/1")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _encrypted(content: bytes) -> bytes:
    """Mark the first member as encrypted, in its own header and in the directory (APPNOTE 4.4.4, bit 0)."""
    packed = bytearray(_zip(("1", content)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.rindex(mark) + offset] |= 1
    return bytes(packed)


PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "zip": (lambda dicom: _zip(("notes.txt", b"none"), ("STUDY/1", dicom)), "zip archive that holds DICOM files"),
    "zip in a zip": (lambda dicom: _zip(("inner.zip", _zip(("1", dicom)))), "zip archive that holds DICOM files"),
    "tar": (_tar, "tar archive that holds DICOM files"),
    "tar.gz": (lambda dicom: gzip.compress(_tar(dicom)), "gzip archive that holds DICOM files"),
    "tar.xz": (lambda dicom: lzma.compress(_tar(dicom)), "xz archive that holds DICOM files"),
    "slice.gz": (gzip.compress, "gzip file that holds DICOM files"),
    "slice.bz2": (bz2.compress, "bzip2 file that holds DICOM files"),
    "7z": (lambda _: b"7z\xbc\xaf\x27\x1c" + bytes(400), "7z archive, not read"),
    "RAR": (lambda _: b"Rar!\x1a\x07\x01\x00" + bytes(400), "RAR archive, not read"),
    "encrypted zip": (_encrypted, "archive that cannot be looked into"),
    "half a zip": (lambda dicom: _zip(("1", dicom))[:200], "archive that cannot be looked into"),
    "half a gz": (lambda dicom: gzip.compress(dicom)[:12], "archive that cannot be looked into"),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_study_is_named_with_the_remedy(name: str, tmp_path: Path, slice_bytes: bytes) -> None:
    pack, reason = PACKED[name]
    entry = _entry(tmp_path, pack(slice_bytes))
    assert entry.status is FileStatus.UNREADABLE
    assert reason in entry.reason
    assert entry.reason.endswith("not read: unpack it beside the other files and run again")


@pytest.mark.parametrize(
    "content",
    [_zip(("word/document.xml", b"<xml/>")), gzip.compress(b"a,b\n1,2\n"), _tar(b"text"), _zip()],
    ids=["office document", "packed table", "tar of texts", "empty zip"],
)
def test_an_archive_without_images_is_no_dicom_file(content: bytes, tmp_path: Path) -> None:
    entry = _entry(tmp_path, content)
    assert (entry.status, entry.reason) == (FileStatus.LEFT_OUT, "not a DICOM file")


def test_a_member_of_enormous_size_is_not_unpacked(tmp_path: Path) -> None:
    """A gigabyte of zeros in a megabyte: only the first bytes are read."""
    entry = _entry(tmp_path, _zip(("zeros", bytes(1 << 28)), ("more", bytes(1 << 28))))
    assert entry.reason == "not a DICOM file"
