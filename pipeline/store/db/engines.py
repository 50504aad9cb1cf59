"""Connections to a study database, with errors that say what to do instead of a driver's traceback."""

import errno
import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from pipeline.model.errors import StorageError
from pipeline.store import journal as journals
from pipeline.store.journal import Journal

_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_NO_TEXT = "Could not decode to UTF-8"
"""What Python's driver says, without a code of SQLite, of text whose bytes have changed."""
_FULL = {"SQLITE_FULL"}
_DISK = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")
_POSTGRES_FULL = "53100"


def engine(url: str) -> Engine:
    """Return the engine of a database; nothing is connected yet."""
    made = create_engine(url, json_deserializer=_document)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _patient_sqlite)
    event.listen(made, "handle_error", _translate)
    return made


def gone(engine: Engine) -> str:
    """Return how a SQLite file is not there ("is missing", "is empty"), empty where it is or on another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return ""
    file = Path(engine.url.database)
    if not file.exists():
        return "is missing"
    return "" if file.stat().st_size else "is empty (0 bytes)"


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
        raise StorageError(f"{shown}: the database is damaged ({first}). {journals.way_back(journal.path.parent)}")


def _document(text: str) -> Any:
    """Return the value of a stored JSON document.

    Raises:
        StorageError: its bytes have changed so that it is none, and the way back.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise StorageError(
            "the database is damaged: a stored document is no JSON any more. Nothing was changed. `hepatrack restore "
            "--study` with its folder makes it from the journal."
        ) from error


def _translate(context: ExceptionContext) -> None:
    """Raise a StorageError for what no statement can help: damage, a full disk, a server out of reach.

    Raises:
        StorageError: what, where, and what to do.
    """
    error = context.original_exception
    url = context.engine.url if context.engine is not None else None
    shown = url.render_as_string(hide_password=True) if url is not None else context.dialect.name
    name = getattr(error, "sqlite_errorname", "")
    what = str(error).partition(" with text")[0]  # never the stored value
    if name in _DAMAGED or what.startswith(_NO_TEXT):
        raise StorageError(
            f"{shown}: the database is damaged ({what}). Nothing was changed. `hepatrack restore --study` with its "
            "folder makes it from the journal."
        ) from error
    if name in _FULL or getattr(error, "sqlstate", None) == _POSTGRES_FULL:
        raise OSError(errno.ENOSPC, "the disk is full", shown) from error
    if name.startswith(_DISK):
        raise StorageError(f"{shown}: the database cannot be read or written ({error}). Repeat once it can.") from error
    failed_to_connect = context.connection is None and isinstance(context.sqlalchemy_exception, OperationalError)
    if context.is_disconnect or failed_to_connect:
        first = str(error).strip().splitlines()[0]
        raise StorageError(
            f"{shown}: no connection to the database ({first}). Nothing was changed. Check that its server runs and "
            "HEPATRACK_DATABASE_URL, then repeat the command."
        ) from error


def _patient_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
