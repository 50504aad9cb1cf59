"""SHA-256 of files by their bytes; a file that the disk shows unchanged is not read again.

A hash is reused only while path, size, inode, time of change of the content (mtime) and of the inode (ctime) are those
of the day it was read. ctime cannot be set by a program, so a file replaced by one of the same size and mtime is read
again. What changed in the last moments before it was read is not remembered: the clock of the disk may not tell
another change (as git treats its "racily clean" entries, gitformat-index).
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

THREADS = 8
"""Files hashed at once; own choice, reading waits for the disk."""
SETTLED_NS = 2_000_000_000
"""Nanoseconds that a file must have rested before its hash is remembered: the time step of FAT, the coarsest in use."""
LAYOUT = 1
"""Version of the form in which hashes are remembered; what another version wrote is not read."""

_State = tuple[int, int, int, int]
"""What the disk says of a file: size, mtime, ctime (both in ns), inode."""


@dataclass
class FileHashes:
    """Hashes of files, remembered in one file from run to run; damaged or missing it costs time, never truth."""

    memory: Path
    verify: bool = False

    def __post_init__(self) -> None:
        """Recall what was remembered, nothing where everything is to be verified."""
        self._known: dict[str, tuple[_State, str]] = {} if self.verify else _recalled(self.memory)

    def of(self, paths: Iterable[Path]) -> tuple[str, ...]:
        """Return the hash of each file, and remember them; empty where a file cannot be read."""
        listed = list(paths)
        with ThreadPoolExecutor(max_workers=THREADS) as pool:
            hashes = tuple(pool.map(self._one, listed))
        self._remember()
        return hashes

    def _one(self, path: Path) -> str:
        key = str(path)
        try:
            state = _state(path.stat())
            known = self._known.get(key)
            if known is not None and known[0] == state:
                return known[1]
            digest, state, settled = _read(path)
        except OSError:
            self._known.pop(key, None)
            return ""
        if settled:
            self._known[key] = (state, digest)
        else:
            self._known.pop(key, None)
        return digest

    def _remember(self) -> None:
        text = json.dumps({"layout": LAYOUT, "files": self._known}, separators=(",", ":"))
        partial = self.memory.with_name(f"{self.memory.name}.{os.getpid()}.partial")
        partial.write_text(text, encoding="ascii")
        partial.replace(self.memory)


def sha256(path: Path) -> str:
    """Return the hash of a file, empty if it cannot be read or is no regular file (its entry says why)."""
    try:
        return _read(path)[0]
    except OSError:
        return ""


def _read(path: Path) -> tuple[str, _State, bool]:
    """Return the hash, the state of the file, and whether the file rested before and while it was read.

    Raises:
        OSError: it cannot be read, or is no regular file (a pipe would never end).
    """
    with _opened(path) as handle:
        before = os.fstat(handle.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(f"{path.name}: no regular file")
        started = time.time_ns()
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        state = _state(os.fstat(handle.fileno()))
    rested = started - max(before.st_mtime_ns, before.st_ctime_ns) > SETTLED_NS
    return digest, state, rested and state == _state(before)


def _opened(path: Path) -> BufferedReader:
    """Open a file without waiting for whoever writes into a pipe."""
    return os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")


def _state(status: os.stat_result) -> _State:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _recalled(memory: Path) -> dict[str, tuple[_State, str]]:
    try:
        stored = json.loads(memory.read_bytes())
        if stored["layout"] != LAYOUT:
            return {}
        return {
            str(path): ((int(state[0]), int(state[1]), int(state[2]), int(state[3])), str(digest))
            for path, (state, digest) in stored["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}
