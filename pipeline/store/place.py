"""Whether something can be written where a command is told to write it."""

import tempfile
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.store import disk


def prepare(path: Path, *others: Path | None) -> None:
    """Make the folder of a file that is to be written; the file itself is not touched.

    others: what the command reads, and what else it writes; None is nothing.

    Raises:
        InputError: the path is one of the others, or nothing can be written there.
    """
    for other in others:
        if other is not None and path.resolve() == other.resolve():
            raise InputError(f"{path}: found as the file to write and as another table; allowed: a path of its own")
    if path.is_dir():
        raise InputError(f"{path}: found a folder; allowed: a file to write")
    _check(path, path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)


def check(folder: Path) -> None:
    """See whether a folder, made already or not, can be written to; it is not made.

    Raises:
        InputError: nothing can be written there.
    """
    _check(folder, folder)


def _check(named: Path, folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=disk.existing(folder)):
            pass
    except OSError as error:
        if disk.is_full(error):
            raise
        raise InputError(
            f"{named}: cannot be written ({error.strerror}); allowed: a path in a folder that may be written to"
        ) from error
