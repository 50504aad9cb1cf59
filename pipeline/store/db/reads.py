"""Signed reads of a study: appended in one transaction, never altered or removed.

21 CFR 11.10(e): changes do not obscure what was recorded before. Of two signers at once each is recorded.
"""

import datetime as dt
from collections.abc import Iterable

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select

from pipeline.model import signatures
from pipeline.model.lesion import Finding
from pipeline.store.db import schema
from pipeline.store.db.alone import alone
from pipeline.store.db.study import StudyDatabase, rows_of

_DOCUMENT = TypeAdapter(Finding)


def append(database: StudyDatabase, reads: Iterable[Finding]) -> None:
    """Record the reads that the study does not hold yet, after those that it holds.

    Raises:
        InputError: a read differs from one of the same signature; nothing is recorded.
    """
    with alone(database.engine) as connection:
        for subject, new in _new(connection, reads).items():
            if new:
                _insert(connection, subject, new)


def check(database: StudyDatabase, reads: Iterable[Finding]) -> None:
    """Refuse what `append` would refuse; nothing is recorded.

    Raises:
        InputError: a read differs from one of the same signature.
    """
    with database.engine.connect() as connection:
        _new(connection, reads)


def _new(connection: Connection, reads: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return by subject the reads that are not recorded yet."""
    by_subject: dict[str, list[Finding]] = {}
    for read in reads:
        by_subject.setdefault(read.subject, []).append(read)
    return {
        subject: signatures.unrecorded(rows_of(connection, schema.signed_read, subject), own)
        for subject, own in sorted(by_subject.items())
    }


def _insert(connection: Connection, subject: str, reads: tuple[Finding, ...]) -> None:
    table = schema.signed_read.table
    last = connection.execute(select(func.max(table.c.position)).where(table.c.subject == subject)).scalar()
    rows = [
        {
            "subject": subject,
            "position": position,
            "visit": read.visit,
            "date": "" if read.date is None else read.date.isoformat(),
            "lesion": read.lesion,
            "reader": read.reader,
            "signed_at": "" if read.signed_at is None else read.signed_at.astimezone(dt.UTC).isoformat(),
            "document": _DOCUMENT.dump_python(read, mode="json"),
        }
        for position, read in enumerate(reads, 0 if last is None else last + 1)
    ]
    connection.execute(insert(table), rows)
