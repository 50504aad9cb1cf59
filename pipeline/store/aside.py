"""Put a damaged file aside: it is renamed beside itself, never deleted and never over another."""

from collections.abc import Sequence
from pathlib import Path

WORD = "damaged"
"""What the name of a file says that was put aside."""


def put(files: Sequence[Path]) -> Path | None:
    """Rename files that are there and belong together; return where the first went, None where it was not there."""
    first = files[0]
    number = 1
    while first.with_name(f"{first.name}.{WORD}-{number}").exists():
        number += 1
    for file in files:
        if file.exists():
            file.rename(file.with_name(f"{file.name}.{WORD}-{number}"))
    there = first.with_name(f"{first.name}.{WORD}-{number}")
    return there if there.exists() else None


def with_sqlite(database: Path) -> tuple[Path, ...]:
    """Return the files of a SQLite database: its own, and those of what is not yet written into it."""
    return (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")))
