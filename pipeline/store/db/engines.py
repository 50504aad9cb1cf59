"""Connections to a study database, with errors that say what to do instead of a driver's traceback."""

import errno
import functools
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.model.errors import OutOfReachError, StorageError
from pipeline.store import journal as journals
from pipeline.store.journal import Journal

_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_NO_TEXT = "Could not decode to UTF-8"
"""What Python's driver says, without a code of SQLite, of text whose bytes have changed."""
_FULL = {"SQLITE_FULL"}
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_DENIED = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")
_DISK = "SQLITE_IOERR"
_UNREADABLE = ("SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS")
_POSTGRES_FULL = "53100"


def engine(url: str | URL, folder: Path | None = None) -> Engine:
    """Return the engine of a database, of the study in a folder; nothing is connected yet."""
    shown = make_url(url).render_as_string(hide_password=True)
    back = journals.way_back(folder) if folder else ""
    made = create_engine(url, json_deserializer=functools.partial(_document, shown, back))
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _patient_sqlite)
    event.listen(made, "handle_error", functools.partial(_translate, shown, back))
    return made


def gone(engine: Engine) -> str:
    """Return how a SQLite file is not there ("is missing", "is empty"), empty where it is or on another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return ""
    file = Path(engine.url.database)
    if not file.exists():
        return "is missing"
    return "" if file.stat().st_size else "is empty (0 bytes)"


@contextmanager
def believed(shown: str, folder: Path) -> Iterator[None]:
    """Take it for damage where a database refuses what every study database grants, in a block.

    Raises:
        StorageError: what the database says, and the way back.
    """
    try:
        yield
    except (DBAPIError, UnicodeDecodeError) as error:
        # the driver fails with the latter where SQLite tells of a name whose bytes have changed
        what = str(error.orig) if isinstance(error, DBAPIError) else "a name is no text any more"
        raise StorageError(_damaged(shown, what, journals.way_back(folder))) from error


def check(connection: Connection, shown: str, journal: Journal) -> None:
    """Refuse a SQLite database whose pages contradict each other.

    Raises:
        StorageError: what SQLite says, and the way back.
    """
    if connection.dialect.name != "sqlite":
        return
    answer = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if answer != "ok":
        first = str(answer).splitlines()[-1]
        raise StorageError(_damaged(shown, first, journals.way_back(journal.path.parent)))


def _damaged(shown: str, what: str, back: str) -> str:
    return f"{shown}: the database is damaged ({what}). {back}"


def _document(shown: str, back: str, text: str) -> Any:
    """Return the value of a stored JSON document.

    Raises:
        StorageError: its bytes have changed so that it is none, and the way back.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise StorageError(_damaged(shown, "a stored document is no JSON any more", back)) from error


def _translate(shown: str, back: str, context: ExceptionContext) -> None:
    """Raise a StorageError for what no statement can help: damage, a full disk, a server out of reach.

    Raises:
        StorageError: what, where, and what to do.
    """
    error = context.original_exception
    name = getattr(error, "sqlite_errorname", "")
    what = str(error).partition(" with text")[0]  # never the stored value
    if name in _DAMAGED or what.startswith(_NO_TEXT):
        raise StorageError(_damaged(shown, what, back)) from error
    if name in _FULL or getattr(error, "sqlstate", None) == _POSTGRES_FULL:
        raise OSError(errno.ENOSPC, "the disk is full", shown) from error
    if name.startswith(_BUSY):
        raise OutOfReachError(f"{shown}: the database is in use by another program. Repeat once it is free.") from error
    if name.startswith(_DENIED) and not _permitted(context):
        raise OutOfReachError(
            f"{shown}: the database cannot be read or written ({what}). Give this account the right to file and "
            "folder, then repeat the command."
        ) from error
    if name in _UNREADABLE or name.startswith(_DENIED):
        raise StorageError(_damaged(shown, what, back)) from error
    if name.startswith(_DISK):
        raise OutOfReachError(
            f"{shown}: the database cannot be written ({what}). See to its disk, the room there and your quota, then "
            "repeat the command."
        ) from error
    failed_to_connect = context.connection is None and isinstance(context.sqlalchemy_exception, OperationalError)
    if failed_to_connect and context.dialect.name == "sqlite":
        raise StorageError(_damaged(shown, what, back)) from error
    if context.is_disconnect or failed_to_connect:
        first = str(error).strip().splitlines()[0]
        raise OutOfReachError(
            f"{shown}: no connection to the database ({first}). Nothing was changed. Check that its server runs and "
            "HEPATRACK_DATABASE_URL, then repeat the command."
        ) from error


def _permitted(context: ExceptionContext) -> bool:
    """Whether the file of a SQLite database may be read and written: then what it refuses, it refuses by itself."""
    database = context.engine.url.database if context.engine is not None else None
    return (
        bool(database)
        and os.access(str(database), os.R_OK | os.W_OK)
        and os.access(Path(str(database)).parent, os.W_OK)
    )


def _patient_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
