"""The files on this disk that an engine of the user's own rests on, by their SHA-256."""

import functools
import hashlib
from pathlib import Path

from pipeline.model.errors import EngineError

_BLOCK = 1 << 20
"""Bytes that are read at a time."""


def sha256(path: Path, patterns: tuple[str, ...] = ("**/*",)) -> str:
    """Return the SHA-256 of a file, or of a folder: over the relative path and the SHA-256 of each file in it.

    patterns: which files of a folder count. A file that the disk shows unchanged (size, time of change) is read once
    in a process.

    Raises:
        EngineError: there is no such file or folder, it cannot be read, or the folder holds no file.
    """
    try:
        if not path.is_dir():
            return _of_file(path, *_shown(path))
        files = sorted({each for pattern in patterns for each in path.glob(pattern) if each.is_file()})
        digest = hashlib.sha256()
        for each in files:
            digest.update(f"{each.relative_to(path).as_posix()} {_of_file(each, *_shown(each))}\n".encode())
    except OSError as error:
        raise EngineError(f"{path}: {error.strerror}; an engine of your own needs its files on this disk") from error
    if not files:
        raise EngineError(f"{path}: holds no {' or '.join(patterns)}; put the weights there, nothing is downloaded")
    return digest.hexdigest()


def _shown(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@functools.lru_cache(maxsize=4096)
def _of_file(path: Path, _size: int, _changed_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
