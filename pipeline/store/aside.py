"""Put a damaged file aside: it is renamed beside itself or copied there, never deleted and never over another."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

WORD = "damaged"
"""What the name of a file says that was put aside."""


def put(files: Sequence[Path]) -> Path | None:
    """Rename files that are there and belong together; return where the first went, None where it was not there."""
    number = _free_number(files[0])
    for file in files:
        if file.exists():
            file.rename(_named(file, number))
    there = _named(files[0], number)
    return there if there.exists() else None


def copied(file: Path) -> Path | None:
    """Copy a file that another will replace at once, so that a kill leaves either; return where, if it was there."""
    if not file.exists():
        return None
    there = _named(file, _free_number(file))
    shutil.copyfile(file, there)
    with there.open("rb") as handle:
        os.fsync(handle.fileno())
    return there


def with_sqlite(database: Path) -> tuple[Path, ...]:
    """Return the files of a SQLite database: its own, and those of what is not yet written into it."""
    return (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")))


def _free_number(file: Path) -> int:
    number = 1
    while _named(file, number).exists():
        number += 1
    return number


def _named(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{WORD}-{number}")
