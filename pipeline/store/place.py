"""Whether a file can be written where a command is told to write it."""

import tempfile
from pathlib import Path

from pipeline.model.errors import InputError


def prepare(path: Path, *others: Path) -> None:
    """Make the folder of a file that is to be written; the file itself is not touched.

    others: what the command reads, and what else it writes.

    Raises:
        InputError: the path is one of the others, or nothing can be written there.
    """
    for other in others:
        if path.resolve() == other.resolve():
            raise InputError(f"{path}: found as the file to write and as another table; allowed: a path of its own")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); allowed: a path in a folder that may be written to"
        ) from error
