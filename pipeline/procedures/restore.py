"""Make the damaged one of a study's database and journal from the other; what is damaged is kept aside, never deleted.

Every line of the journal proves itself by its hash and stands in both. The whole lines of the two together are the
study; a record that is whole in neither is named, and nothing is changed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect

from pipeline.model.errors import OutOfReachError, StorageError
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store import aside
from pipeline.store import journal as journals
from pipeline.store.db import agreement, engines, schema, study
from pipeline.store.db.alone import alone
from pipeline.store.journal import Contents, JournalRecord


def restore(folder: Path, settings: Settings) -> tuple[str, ...]:
    """Restore a study; whoever calls has locked the folder. Returns what was done, each in one line.

    Raises:
        StorageError: both are gone, of different studies, or out of reach, or a record is whole in neither; nothing was
            changed.
    """
    here = Study(folder)
    url = here.url(settings)
    contents = here.journal.read()
    stored, complaint = _of_database(url, folder)
    records = _union(contents, stored, folder)
    notices = []
    if contents.records != records or contents.damage:
        there = aside.copied(here.journal.path)
        here.journal.replace(records)
        notices.append(f"journal made anew from the database: {_counted(records)}{_kept(there)}")
    if complaint:
        notices.append(_database_anew(url, folder, records, complaint))
    database = here.database(settings)
    try:
        notices.extend(database.mended)
        if notices:
            database.record("restored", list(notices))
            notices.append("Next: `hepatrack run` as before; images and proposals that are kept are not made again.")
        else:
            notices.append(f"database and journal agree: {_counted(records)}; nothing to restore")
    finally:
        database.close()
    return tuple(notices)


def _of_database(url: URL, folder: Path) -> tuple[dict[int, JournalRecord], str]:
    """Return the whole records that the database holds, and what is wrong with it."""
    engine = engines.engine(url, folder)
    gone = engines.gone(engine)
    if gone:
        return {}, f"the database {gone}"
    shown = engine.url.render_as_string(hide_password=True)
    kept: dict[int, JournalRecord] = {}
    try:
        try:
            with engines.believed(shown, folder), engine.connect() as connection:
                for line in _readable_lines(connection):
                    each = journals.parse(line)
                    if each is not None:
                        kept[each.seq] = each
        except OutOfReachError:
            raise
        except (StorageError, ValueError) as error:
            return kept, str(error)
        return kept, _complaint(engine, folder)
    finally:
        engine.dispose()


def _readable_lines(connection: Connection) -> Iterator[str]:
    """Yield line after line, so that those before a damaged page are had."""
    if inspect(connection).has_table(schema.journal.name):
        yield from agreement.each_line(connection)


def _complaint(engine: Engine, folder: Path) -> str:
    """Return why the database cannot stay, empty where opening it will do."""
    journal = journals.Journal(folder / journals.NAME)
    try:
        shown = engine.url.render_as_string(hide_password=True)
        with engines.believed(shown, folder), alone(engine) as connection:
            if not inspect(connection).has_table(schema.meta.name):
                return "the database holds no study"
            return study.damage(connection, journal)
    except OutOfReachError:
        raise
    except (StorageError, ValueError) as error:
        return str(error)


def _union(contents: Contents, stored: dict[int, JournalRecord], folder: Path) -> tuple[JournalRecord, ...]:
    merged = dict(stored)
    for each in contents.whole:
        if each.seq in merged and merged[each.seq] != each:
            raise StorageError(
                f"{folder}: record {each.seq} of the journal and of the database are both whole and differ: they are "
                "of different studies. Nothing was changed. Put back the one that belongs to this folder."
            )
        merged[each.seq] = each
    if not merged:
        raise StorageError(
            f"{folder}: neither the database nor {journals.NAME} holds a record that can be read. Nothing was changed. "
            f"Put back a copy of {DATABASE} or {journals.NAME}, or make the study anew in another folder, with all "
            "signed reads."
        )
    records = tuple(merged[seq] for seq in sorted(merged))
    broken = list(journals.chained(records))
    if broken:
        raise StorageError(
            f"{folder}: of {records[-1].seq} records number {', '.join(map(str, broken))} are whole neither in the "
            f"database nor in {journals.NAME}. Nothing was changed. Put back a copy of one of the two from before the "
            "damage and repeat `hepatrack restore`."
        )
    return records


def _database_anew(url: URL, folder: Path, records: tuple[JournalRecord, ...], complaint: str) -> str:
    """Make the database from the records."""
    engine = engines.engine(url, folder)
    there = None
    if engine.dialect.name == "sqlite":
        there = aside.put(aside.with_sqlite(Path(str(engine.url.database))))
    try:
        with alone(engine) as connection:
            schema.metadata.drop_all(connection)
            study.make(connection)
            agreement.replay(connection, records)
    finally:
        engine.dispose()
    return f"{complaint}\ndatabase made anew from the journal: {_counted(records)}{_kept(there)}"


def _kept(there: Path | None) -> str:
    return f"; what was there is kept as {there.name}" if there else ""


def _counted(records: Sequence[JournalRecord]) -> str:
    return f"{len(records)} records, {agreement.count_reads(records)} signed reads"
