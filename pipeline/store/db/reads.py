"""Signed reads of a study: appended in one transaction, never altered or removed.

21 CFR 11.10(e): changes do not obscure what was recorded before. Of two signers at once each is recorded. The journal
is synced before the database commits: what is acknowledged is written twice.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection

from pipeline.model import signatures
from pipeline.model.lesion import Finding
from pipeline.store.db import agreement, schema
from pipeline.store.db.alone import alone
from pipeline.store.db.study import StudyDatabase, rows_of

_DOCUMENT = TypeAdapter(Finding)


def append(database: StudyDatabase, reads: Iterable[Finding]) -> None:
    """Record the reads that the study does not hold yet, after those that it holds, in journal and database.

    Raises:
        InputError: a read differs from one of the same signature; nothing is recorded.
        StorageError: journal and database do not hold the same; nothing is recorded.
    """
    with alone(database.engine) as connection:
        new = [read for own in _new(connection, reads).values() for read in own]
        if new:
            documents = [document(read) for read in new]
            agreement.record(connection, database.journal, agreement.READS, documents)


def document(read: Finding) -> dict[str, Any]:
    """Return a read as journal and database hold it."""
    values: dict[str, Any] = _DOCUMENT.dump_python(read, mode="json")
    return values


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
