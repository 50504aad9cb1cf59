"""The empty database of the embedded Prefect server, made once per environment.

Prefect builds its tables by some hundred migrations, which takes most of the time that its
server needs to start. The first server of an environment leaves a copy of the migrated,
still empty database beside the installed packages; later studies begin with that copy.
"""

import contextlib
import importlib.metadata
import os
import shutil
import sqlite3
import sys
from pathlib import Path

NAME = "prefect.db"
"""File name that Prefect gives its SQLite database in its home folder."""


def begin(home: Path) -> bool:
    """Put the kept copy into a Prefect home that has no database yet; tell whether the home was new."""
    database = home / NAME
    if database.exists():
        return False
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(kept(), database)
    return True


def keep(home: Path) -> None:
    """Keep a copy of a database without any run; nothing happens where the environment cannot be written."""
    copy = kept()
    if copy.exists():
        return
    part = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        copy.parent.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.closing(sqlite3.connect(home / NAME)) as source,
            contextlib.closing(sqlite3.connect(part)) as target,
        ):
            source.backup(target)
        part.replace(copy)


def kept() -> Path:
    """Return where the copy of this Prefect version lies."""
    version = importlib.metadata.version("prefect")
    return Path(sys.prefix) / "share" / "hepatrack" / f"prefect-{version}.db"
