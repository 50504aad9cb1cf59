"""What a file that is no DICOM file packs: an archive is not read, so it is said what it holds and what to do.

Archives are not unpacked here: a volume names its slices by file, and the hashes of the manifest are those of files.
"""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO, cast

from pipeline.store import dicom_encoding

MEMBERS = 200
"""Members of an archive whose first bytes are looked at; own choice, more are not needed to tell a study."""
START = 512
"""Bytes of a member that are looked at: the 132 up to the prefix of a DICOM file, and the header of a tar archive."""
_UNPACK = "unpack it beside the other files and run again"
_CLOSED = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR"}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR = slice(257, 262)
"""Where a tar archive holds "ustar" (POSIX.1-1988)."""
_STREAMS: dict[bytes, tuple[str, Callable[[BinaryIO], BinaryIO]]] = {
    b"\x1f\x8b": ("gzip", lambda file: cast("BinaryIO", gzip.GzipFile(fileobj=file))),
    b"BZh": ("bzip2", lambda file: cast("BinaryIO", bz2.BZ2File(file))),
    b"\xfd7zXZ\x00": ("xz", lambda file: cast("BinaryIO", lzma.LZMAFile(file))),  # noqa: SIM115  closed with the file
}
"""By their first bytes, files that pack one other file."""


def reason(file: BinaryIO) -> str:
    """Why an archive is not read, with the remedy; empty where the file is none or holds no DICOM file.

    Of one that cannot be looked into (7z, RAR, encrypted, damaged) it is not known, so it is named. Only the first
    bytes of the first members are read.
    """
    file.seek(0)
    start = file.read(START)
    closed = next((name for mark, name in _CLOSED.items() if start.startswith(mark)), "")
    if closed:
        return f"{closed} archive, not read: {_UNPACK}"
    try:
        kind, holds = _look(file, start)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the errors of the unpackers on foreign bytes are of any type
        return f"archive that cannot be looked into (encrypted or damaged), not read: {_UNPACK}"
    return f"{kind} that holds DICOM files, not read: {_UNPACK}" if holds else ""


def _look(file: BinaryIO, start: bytes) -> tuple[str, bool]:
    """What kind of archive it is, and whether a DICOM file is in it; an archive in an archive counts as one."""
    file.seek(0)
    if start.startswith(_ZIP):
        return "zip archive", any(map(_promising, _of_zip(file)))
    if start[_TAR] == b"ustar":
        return "tar archive", any(map(_promising, _of_tar(file)))
    for mark, (name, opened) in _STREAMS.items():
        if start.startswith(mark):
            stream = opened(file)
            first = stream.read(START)
            if first[_TAR] != b"ustar":
                return f"{name} file", dicom_encoding.starts_as_dicom(first, START)
            stream.seek(0)
            return f"{name} archive", any(map(_promising, _of_tar(stream)))
    return "", False


def _promising(start: bytes) -> bool:
    return dicom_encoding.starts_as_dicom(start, START) or start.startswith((*_ZIP, *_CLOSED))


def _of_zip(file: BinaryIO) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        for member in islice((item for item in archive.infolist() if not item.is_dir()), MEMBERS):
            with archive.open(member) as opened:
                yield opened.read(START)


def _of_tar(file: BinaryIO) -> Iterator[bytes]:
    with tarfile.open(fileobj=file) as archive:
        for member in islice((item for item in archive if item.isfile()), MEMBERS):
            opened = archive.extractfile(member)
            yield opened.read(START) if opened is not None else b""
