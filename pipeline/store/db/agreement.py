"""Whether a study's database and its journal hold the same records; where they differ the journal wins.

The database may lag: a command was killed after the journal was synced. It never leads, for the journal is written
first; where it does, the journal was cut short.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, insert, select

from pipeline.model.errors import StorageError
from pipeline.store import journal as journals
from pipeline.store.db import schema
from pipeline.store.journal import Contents, Journal, JournalRecord

OPENED, READS = "study", "reads"
"""What a record says: a study was begun; these reads were signed, in this order."""


def lines(connection: Connection) -> list[str]:
    """Return the journal's lines as the database holds them."""
    return list(each_line(connection))


def each_line(connection: Connection) -> Iterator[str]:
    """Yield the journal's lines as the database holds them, each read when it is asked for."""
    yield from connection.execute(select(schema.journal.c.line).order_by(schema.journal.c.seq)).scalars()


def settle(connection: Connection, journal: Journal, contents: Contents, shown: str) -> tuple[str, ...]:
    """Bring the database up to the journal; tell what was mended, each in one line. shown names the database.

    Raises:
        StorageError: one of the two is damaged, cut short or of another study; nothing was changed.
    """
    journals.check(journal.path, contents)
    stored = lines(connection)
    _compare(stored, contents, journal, shown)
    missing = contents.records[len(stored) :]
    replay(connection, missing)
    if _signed(connection) != _expected(contents.records):
        raise StorageError(
            f"{shown}: table signed_read differs from {journal.path}, which is whole: the database is damaged. "
            f"{journals.way_back(journal.path.parent)}"
        )
    notices = []
    if count_reads(missing) or len(missing) > 1:
        notices.append(
            f"{shown}: {len(missing)} records of {journal.path}, {count_reads(missing)} signed reads among them, were "
            "not in the database; they are now"
        )
    if contents.torn:
        notices.append(f"{journal.path}: the last line was not written to its end and was never acknowledged; removed")
    if contents.records and (contents.torn or journal.last_line() == ""):
        journal.mend(contents)
    return tuple(notices)


def record(connection: Connection, journal: Journal, what: str, body: Any) -> None:
    """Write a record to the journal, synced, and to the database, which the caller commits.

    Raises:
        StorageError: the two do not hold the same.
        OSError: the journal cannot be written; nothing is.
    """
    table = schema.journal
    last = connection.execute(select(table.c.line).order_by(table.c.seq.desc()).limit(1)).scalar() or ""
    if last != journal.last_line():
        settle(connection, journal, journal.read(), str(connection.engine.url))
        last = journal.last_line()
    new = journals.record(journals.parse(last), what, body)
    replay(connection, (new,))
    journal.add(new)


def replay(connection: Connection, records: Iterable[JournalRecord]) -> None:
    """Put records into the database, and the reads that they hold."""
    for each in records:
        connection.execute(insert(schema.journal).values(seq=each.seq, line=each.line()))
        if each.what == READS and each.body:
            known: dict[str, int] = {}
            for subject in {document["subject"] for document in each.body}:
                table = schema.signed_read.table
                positions = connection.execute(select(table.c.position).where(table.c.subject == subject)).scalars()
                known[subject] = len(list(positions))
            connection.execute(insert(schema.signed_read.table), _rows(each.body, known))


def contradiction(connection: Connection) -> str:
    """Return how the database contradicts itself: its lines of the journal and the reads that they hold."""
    parsed = [journals.parse(line) for line in lines(connection)]
    records = tuple(each for each in parsed if each is not None)
    if len(records) != len(parsed) or any(journals.chained(records)):
        return "lines of the journal in the database are not what was written"
    return "" if _signed(connection) == _expected(records) else "table signed_read is not what was signed"


def count_reads(records: Iterable[JournalRecord]) -> int:
    """Return how many signed reads records hold."""
    return sum(len(each.body) for each in records if each.what == READS)


def _compare(stored: list[str], contents: Contents, journal: Journal, shown: str) -> None:
    path, back = journal.path, journals.way_back(journal.path.parent)
    if stored and not contents.exists:
        raise StorageError(f"{path}: the journal is missing; the database holds {len(stored)} records. {back}")
    for number, (line, known) in enumerate(zip(stored, contents.records, strict=False), 1):
        if line == known.line():
            continue
        if number == 1 and journals.parse(line) is not None:
            raise StorageError(
                f"{shown} and {path} are of different studies. Nothing was changed. Give each study its own folder, "
                "and its own database where HEPATRACK_DATABASE_URL is set."
            )
        raise StorageError(f"{shown}: record {number} differs from {path}, which is whole: damaged. {back}")
    if len(stored) > len(contents.records):
        raise StorageError(
            f"{path}: the journal was cut short: it holds {len(contents.records)} records, the database {len(stored)}. "
            f"{back}"
        )


def _signed(connection: Connection) -> dict[tuple[str, int], dict[str, Any]]:
    rows = connection.execute(select(schema.signed_read.table)).mappings()
    return {(row["subject"], row["position"]): dict(row) for row in rows}


def _expected(records: Iterable[JournalRecord]) -> dict[tuple[str, int], dict[str, Any]]:
    positions: dict[str, int] = {}
    rows = (row for each in records if each.what == READS for row in _rows(each.body, positions))
    return {(row["subject"], row["position"]): row for row in rows}


def _rows(documents: Iterable[dict[str, Any]], known: dict[str, int]) -> list[dict[str, Any]]:
    """Return the rows of reads behind those that are known by subject, and count them there."""
    rows = []
    for document in documents:
        subject = document["subject"]
        position = known.get(subject, 0)
        known[subject] = position + 1
        moment = document["signed_at"]
        rows.append(
            {
                "subject": subject,
                "position": position,
                "visit": document["visit"],
                "date": document["date"] or "",
                "lesion": document["lesion"],
                "reader": document["reader"],
                "signed_at": "" if moment is None else dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat(),
                "document": document,
            }
        )
    return rows
