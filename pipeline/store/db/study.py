"""Read and write the values of a study; writing a subject's rows replaces them, so a repeat duplicates nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, Table, create_engine, delete, event, insert, select

from pipeline.model.catalog import FileEntry
from pipeline.store.db import schema


@dataclass(frozen=True)
class StudyDatabase:
    """The values of one study behind an SQLAlchemy engine."""

    engine: Engine

    @staticmethod
    def open(url: str) -> "StudyDatabase":
        """Open a study database by its SQLAlchemy URL and make missing tables."""
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _patient_sqlite)
        schema.metadata.create_all(engine)
        return StudyDatabase(engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def put_meta(self, key: str, value: Any) -> None:
        """Record one JSON value about the study."""
        with self.engine.begin() as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == key))
            connection.execute(insert(schema.meta).values(key=key, value=value))

    def get_meta(self, key: str) -> Any:
        """Return a value recorded by put_meta, or None."""
        with self.engine.connect() as connection:
            return connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar()

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
                connection.execute(insert(schema.source_file), rows)

    def get_file_hashes(self) -> tuple[tuple[str, str], ...]:
        """Return (path, sha256) of every source file, sorted by path."""
        table = schema.source_file
        with self.engine.connect() as connection:
            rows = connection.execute(select(table.c.path, table.c.sha256).order_by(table.c.path))
            return tuple((path, sha256) for path, sha256 in rows)

    def replace(self, table: Table, subject: str, kind: Any, values: Sequence[Any]) -> None:
        """Replace a subject's rows by the given values of one type; their order is kept."""
        adapter = TypeAdapter(kind)
        keys = [c.name for c in table.columns if c.name not in {"subject", "position", "document"}]
        rows = [
            {"subject": subject, "position": n, "document": adapter.dump_python(value, mode="json")}
            | {key: _plain(getattr(value, key)) for key in keys}
            for n, value in enumerate(values)
        ]
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.subject == subject))
            if rows:
                connection.execute(insert(table), rows)

    def values(self, table: Table, kind: Any, subject: str | None = None) -> tuple[Any, ...]:
        """Return the values of a table, of one subject or of all, in subject order."""
        adapter = TypeAdapter(kind)
        query = select(table.c.document).order_by(table.c.subject, table.c.position)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        with self.engine.connect() as connection:
            return tuple(adapter.validate_python(document) for (document,) in connection.execute(query))

    def keep_only(self, table: Table, subjects: Sequence[str]) -> None:
        """Remove the rows of subjects that the study no longer holds."""
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.subject.not_in(list(subjects))))


def _plain(value: Any) -> Any:
    return value if isinstance(value, dt.date) else str(value)


def _patient_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")
