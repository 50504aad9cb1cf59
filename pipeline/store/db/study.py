"""Read and write the values of a study; writing a subject's rows replaces them, so a repeat duplicates nothing.

Signed reads are read here and written by `reads` alone, which never replaces.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import URL, Connection, Engine, delete, insert, inspect, select

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.model.errors import InputError, IntegrityError, StorageError
from pipeline.store import journal as journals
from pipeline.store.db import agreement, append_only, definitions, digests, engines, schema
from pipeline.store.db.alone import alone
from pipeline.store.db.schema import Keyed, Replaceable
from pipeline.store.journal import Contents, Journal

ARTIFACTS = "artifacts"
"""Folder of a study that tells, without a database, that there was one."""
_LAYOUT, _DEFINITIONS = "layout", "definitions"
"""Keys of what a database holds about itself: its layout, and how its tables were made."""

T = TypeVar("T")


@dataclass(frozen=True)
class StudyDatabase:
    """The values of one study behind an SQLAlchemy engine, and the journal beside it."""

    engine: Engine
    journal: Journal
    mended: tuple[str, ...] = ()
    """What was mended when the study was opened, each in one line."""

    @staticmethod
    def open(url: str | URL, folder: Path) -> "StudyDatabase":
        """Open a study database by its SQLAlchemy URL, with the journal in the study folder; begin an empty study.

        Raises:
            InputError: the database was made by a hepatrack whose tables have another layout.
            StorageError: database or journal is damaged, or one of them is gone.
        """
        engine = engines.engine(url, folder)
        journal = Journal(folder / journals.NAME)
        try:
            mended = _begin_or_settle(engine, journal)
        except BaseException:
            engine.dispose()
            raise
        return StudyDatabase(engine, journal, mended)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def put_meta(self, key: str, value: object) -> None:
        """Record one JSON value about the study."""
        with self.engine.begin() as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == key))
            connection.execute(insert(schema.meta), digests.sealed(schema.meta, {"key": key, "value": value}))

    def get_meta(self, key: str) -> object:
        """Return a value recorded by put_meta, or None."""
        with self.engine.connect() as connection:
            return _fact(connection, key)

    def record(self, what: str, body: object) -> None:
        """Write to journal and database that something was done."""
        with alone(self.engine) as connection:
            agreement.record(connection, self.journal, what, body)

    def put_files(self, files: Iterable[tuple[FileEntry, str]]) -> None:
        """Replace the account of source files: each with its SHA-256."""
        rows = [
            {
                "path": entry.path,
                "status": entry.status.value,
                "volume": entry.volume,
                "reason": entry.reason,
                "sha256": sha256,
            }
            for entry, sha256 in files
        ]
        with self.engine.begin() as connection:
            connection.execute(delete(schema.source_file))
            if rows:
                connection.execute(
                    insert(schema.source_file), [digests.sealed(schema.source_file, row) for row in rows]
                )

    def get_files(self) -> tuple[FileEntry, ...]:
        """Return the account of every source file, sorted by path; tracebacks stand in the study's log."""
        table = schema.source_file
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(table.c.path, table.c.status, table.c.volume, table.c.reason).order_by(table.c.path)
            )
            return tuple(FileEntry(path, FileStatus(status), volume, reason) for path, status, volume, reason in rows)

    def get_file_hashes(self) -> tuple[tuple[str, str], ...]:
        """Return (path, sha256) of every source file, sorted by path."""
        table = schema.source_file
        with self.engine.connect() as connection:
            rows = connection.execute(select(table.c.path, table.c.sha256).order_by(table.c.path))
            return tuple((path, sha256) for path, sha256 in rows)

    def replace(self, rows: Replaceable[T], subject: str, values: Sequence[T]) -> None:
        """Replace a subject's values; their order is kept."""
        table, adapter = rows.table, TypeAdapter(rows.kind)
        keys = [c.name for c in table.columns if c.name not in {"subject", "position", "document", schema.DIGEST}]
        records = [
            {"subject": subject, "position": n, "document": adapter.dump_python(value, mode="json")}
            | {key: _plain(getattr(value, key)) for key in keys}
            for n, value in enumerate(values)
        ]
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.subject == subject))
            if records:
                connection.execute(insert(table), [digests.sealed(table, record) for record in records])

    def rows(self, rows: Keyed[T], subject: str | None = None) -> tuple[T, ...]:
        """Return the values of a table, of one subject or of all, in subject order."""
        with self.engine.connect() as connection:
            return rows_of(connection, rows, subject)

    def keep_only(self, subjects: Sequence[str]) -> None:
        """Remove what is derived of subjects that the study no longer holds; their signed reads stay."""
        with self.engine.begin() as connection:
            for table in schema.DERIVED:
                connection.execute(delete(table).where(table.c.subject.not_in(list(subjects))))


def rows_of(connection: Connection, rows: Keyed[T], subject: str | None = None) -> tuple[T, ...]:
    """Return the values of a table within a transaction, of one subject or of all, in subject order.

    Raises:
        IntegrityError: a document is none of these values, as another hepatrack may have stored it.
    """
    table, adapter = rows.table, TypeAdapter(rows.kind)
    query = select(table.c.document).order_by(table.c.subject, table.c.position)
    if subject is not None:
        query = query.where(table.c.subject == subject)
    try:
        return tuple(adapter.validate_python(document) for (document,) in connection.execute(query))
    except ValidationError as error:
        first = error.errors()[0]
        raise IntegrityError(
            f"table {table.name}: holds a value that is no {rows.kind.__name__} of this hepatrack "
            f"({'.'.join(map(str, first['loc']))}: {first['msg']}). Repeat `hepatrack run`; where that fails, make the "
            "study anew in another folder with all signed reads."
        ) from error


def _begin_or_settle(engine: Engine, journal: Journal) -> tuple[str, ...]:
    shown = engine.url.render_as_string(hide_password=True)
    gone = engines.gone(engine)
    if gone:
        _refuse_gone(journal, journal.read(), f"{shown}: the database {gone}")
    with engines.believed(shown, journal.path.parent), alone(engine) as connection:
        contents = journal.read()
        if not inspect(connection).has_table(schema.meta.name):
            _refuse_gone(journal, contents, f"{shown}: the database holds no study")
            make(connection)
            if contents.last is None:
                begin(connection, journal)
                return ()
        broken = _broken(connection, shown, journal) or digests.broken(connection)
        if broken:
            raise StorageError(f"{shown}: the database is damaged ({broken}). {journals.way_back(journal.path.parent)}")
        return agreement.settle(connection, journal, contents, shown)


def make(connection: Connection) -> None:
    """Make the tables of an empty database."""
    schema.metadata.create_all(connection)
    append_only.guard(connection)
    facts = {_LAYOUT: schema.VERSION, _DEFINITIONS: definitions.of(connection)}
    for key, value in facts.items():
        connection.execute(insert(schema.meta), digests.sealed(schema.meta, {"key": key, "value": value}))


def begin(connection: Connection, journal: Journal) -> None:
    """Write the first record of a study, which tells it from any other."""
    if journal.path.exists():
        journal.replace(())
    first = journals.record(None, agreement.OPENED, {"study": uuid.uuid4().hex, "layout": schema.VERSION})
    agreement.replay(connection, (first,))
    journal.add(first)


def damage(connection: Connection, journal: Journal) -> str:
    """Return what is wrong with a database by itself, empty where nothing is.

    Raises:
        InputError, StorageError: another layout; damaged pages; a document that is no JSON.
    """
    broken = _broken(connection, connection.engine.url.render_as_string(hide_password=True), journal)
    if broken:
        return broken
    for table in schema.metadata.sorted_tables:
        connection.execute(select(table)).all()
    return digests.broken(connection) or agreement.contradiction(connection)


def _broken(connection: Connection, shown: str, journal: Journal) -> str:
    """Return what is wrong with the facts about the database and with its tables, before their rows are read.

    Raises:
        InputError, StorageError: another layout; damaged pages.
    """
    broken = digests.broken_facts(connection)
    if not broken:
        _check_layout(connection, shown)
        engines.check(connection, shown, journal)
        broken = definitions.changed(connection, _fact(connection, _DEFINITIONS))
    return broken


def _fact(connection: Connection, key: str) -> Any:
    return connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar()


def _refuse_gone(journal: Journal, contents: Contents, what: str) -> None:
    """Begin no study where there was one: a journal with more than its first record, or artifacts, tell."""
    if contents.damage or len(contents.records) > 1:
        raise StorageError(
            f"{what}, and {journal.path} tells of {len(contents.records)} records with "
            f"{agreement.count_reads(contents.records)} signed reads. {journals.way_back(journal.path.parent)}"
        )
    if contents.last is None and any((journal.path.parent / ARTIFACTS).glob("*/*")):
        raise StorageError(
            f"{what}, and there is no journal at {journal.path}, but artifacts of a study are there. Nothing was "
            "changed. Put back a copy of one of the two, or make the study anew in another folder, with all signed "
            "reads."
        )


def _check_layout(connection: Connection, shown: str) -> None:
    """Refuse another layout.

    Raises:
        InputError: the database was made by an earlier or a later hepatrack.
    """
    stored = _fact(connection, _LAYOUT)
    layout = 1 if stored is None else stored
    if layout != schema.VERSION:
        raise InputError(
            f"Study database {shown}: layout {layout}; this hepatrack reads layout {schema.VERSION}. The study stays "
            f"as it is. Open it with the {'earlier' if layout < schema.VERSION else 'later'} hepatrack that made it, "
            "or make it anew in another folder (another database where HEPATRACK_DATABASE_URL is set): `hepatrack run` "
            "with the same sources, protocol, events, masks and all signed reads."
        )


def _plain(value: object) -> dt.date | str:
    return value if isinstance(value, dt.date) else str(value)
