"""The empty database of the embedded Prefect server, made once per environment.

Prefect builds its tables by some hundred migrations, which takes most of the time that its
server needs to start. The first server of an environment leaves a copy of the migrated,
still empty database beside the installed packages; later studies begin with that copy.
A damaged one is put aside: it holds the history of runs, and no result.
"""

import contextlib
import errno
import importlib.metadata
import os
import shutil
import sqlite3
import sys
from pathlib import Path

from pipeline.store import aside

NAME = "prefect.db"
"""File name that Prefect gives its SQLite database in its home folder."""


def begin(home: Path) -> bool:
    """Put the kept copy into a Prefect home that has no sound database; tell whether there was none.

    Raises:
        PermissionError: the database that is there may not be read or written.
    """
    database = home / NAME
    if database.exists():
        if not os.access(database, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(database))
        if _sound(database):
            return False
        there = aside.put(aside.with_sqlite(database))
        print(
            f"hepatrack: {database} is damaged. Prefect begins a new one without the history of earlier runs; what was "
            f"there is kept{f' as {there.name}' if there else ''}. No result of the study is lost.",
            file=sys.stderr,
        )
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(kept(), database)
    return True


def _sound(database: Path) -> bool:
    """Whether the pages of a database fit together; one that is in use counts as sound."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        return error.sqlite_errorname == "SQLITE_BUSY"
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False


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
