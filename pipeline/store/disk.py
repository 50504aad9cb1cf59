"""Whether a disk has room and lets itself be read and written, and what is said when it does not."""

import errno
import os
import shutil
from pathlib import Path

from pipeline.model.errors import StorageError

LEAST_FREE_MB = 16.0
"""Room in MB (10^6 bytes) below which a run ends; own choice, what databases and logs write in some seconds."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENAMETOOLONG, errno.ELOOP)
_WORDS = tuple(os.strerror(number) for number in _FULL)


def full(path: Path) -> bool:
    """Whether the disk of a folder has too little room for a run."""
    return _free_mb(path) < LEAST_FREE_MB


def is_full(error: OSError) -> bool:
    """Whether an error says that a disk, a quota or a file's limit is reached."""
    return error.errno in _FULL


def is_denied(error: OSError) -> bool:
    """Whether an error says that a file or folder by its name may not or cannot be read or written."""
    return error.errno in _DENIED and bool(error.filename)


def denied(error: OSError) -> str:
    """Return which file or folder cannot be had, why, and what to do."""
    return (
        f"{os.fsdecode(error.filename)}: cannot be read or written ({error.strerror}). Give this account the right to "
        "it, or choose another place, then repeat the command."
    )


def tells_full(reason: str) -> bool:
    """Whether the reason of a failed step, which may have come from another process, says that a disk is full."""
    return any(word in reason for word in _WORDS)


def message(path: Path, reason: str = "") -> str:
    """Return what is full, where, how much is free, and what to do."""
    what = f" ({reason})" if reason else ""
    return (
        f"disk full{what}: {path} has {_free_mb(path):.0f} MB free, a run needs at least {LEAST_FREE_MB:.0f} MB, and "
        "about 1 GB for ten subjects. The study is as it was. Make room, raise a quota or choose another disk, then "
        "repeat the command: it goes on where it ended."
    )


def check(path: Path) -> None:
    """Refuse to begin on a disk without room.

    Raises:
        StorageError: the folder, how much is free, what to do.
    """
    if full(path):
        raise StorageError(message(path))


def existing(path: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    whole = path.resolve()
    return next(each for each in (whole, *whole.parents) if each.exists())


def _free_mb(path: Path) -> float:
    return shutil.disk_usage(existing(path)).free / 1e6
