"""The study database keeps values by subject; writing again replaces; another layout is refused."""

import datetime as dt

import pytest
from sqlalchemy import JSON, Column, Date, Integer, delete, insert, update

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.model.errors import InputError, IntegrityError, StorageError
from pipeline.model.events import Event, EventKind
from pipeline.model.failure import Failure
from pipeline.store.db import digests, schema
from pipeline.store.db.study import StudyDatabase

DAY = dt.date(2021, 3, 1)


def test_values_come_back_in_order(database):
    events = [Event("S-2", EventKind.DEATH, DAY), Event("S-2", EventKind.RANDOMIZED, DAY, "late")]
    database.replace(schema.event, "S-2", events)
    database.replace(schema.event, "S-1", [Event("S-1", EventKind.EMBOLIZATION, DAY)])
    assert database.rows(schema.event, "S-2") == tuple(events)
    assert [event.subject for event in database.rows(schema.event)] == ["S-1", "S-2", "S-2"]


def test_writing_again_replaces(database):
    for reason in ("first", "second"):
        database.replace(schema.failure, "S-1", [Failure("S-1", "W12", "align", reason)])
    assert database.rows(schema.failure) == (Failure("S-1", "W12", "align", "second"),)


def test_subjects_that_left_are_removed(database):
    for subject in ("S-1", "S-2"):
        database.replace(schema.failure, subject, [Failure(subject, "", "ingest", "why")])
    database.keep_only(["S-2"])
    assert [failure.subject for failure in database.rows(schema.failure)] == ["S-2"]


def test_files_and_meta(database):
    entry = FileEntry("a/b.dcm", FileStatus.LEFT_OUT, reason="localizer")
    database.put_files([(entry, "ff")])
    database.put_files([(entry, "ee")])
    database.put_meta("request", {"a": 1})
    database.put_meta("request", "ref")
    assert database.get_file_hashes() == (("a/b.dcm", "ee"),)
    assert database.get_files() == (entry,)
    assert database.get_meta("request") == "ref"
    assert database.get_meta("catalog") is None


def test_layout_of_an_earlier_version_is_refused_and_left_as_it_is(database):
    with database.engine.begin() as connection:
        connection.execute(delete(schema.meta).where(schema.meta.c.key == "layout"))
    with pytest.raises(InputError, match=r"layout 1; this hepatrack reads layout 4.*`hepatrack run`.*all signed reads"):
        StudyDatabase.open(database.engine.url.render_as_string(hide_password=False), database.journal.path.parent)
    database.put_meta("layout", schema.VERSION + 1)
    with pytest.raises(InputError, match="the later hepatrack"):
        StudyDatabase.open(database.engine.url.render_as_string(hide_password=False), database.journal.path.parent)
    assert database.get_meta("layout") == schema.VERSION + 1


def test_opening_again_makes_nothing_anew(database):
    database.put_meta("request", "ref")
    again = StudyDatabase.open(database.engine.url.render_as_string(hide_password=False), database.journal.path.parent)
    assert again.get_meta("request") == "ref"
    again.close()


def test_a_value_in_another_form_is_told_with_what_to_do(database):
    with database.engine.begin() as connection:
        row = {"subject": "S-1", "position": 0, "visit": "W12", "step": "align", "document": {"subject": "S-1"}}
        connection.execute(schema.failure.table.insert(), digests.sealed(schema.failure.table, row))
    with pytest.raises(
        IntegrityError, match=r"table failure: .* is no Failure of this hepatrack \(visit: .*hepatrack run"
    ):
        database.rows(schema.failure)


def value_of(column: Column[object], *, other: bool) -> object:
    """A value that a column may hold, or another that differs in little."""
    if isinstance(column.type, JSON):
        return {"visit": "W12", "lengths": [24.2 if other else 24.1, None]}
    if isinstance(column.type, Date):
        return DAY + dt.timedelta(days=other)
    return int(other) if isinstance(column.type, Integer) else "xy"[other]


def test_every_value_that_can_be_made_again_proves_itself(database):
    tables = [table for table in schema.metadata.sorted_tables if schema.DIGEST in table.c]
    assert set(schema.DERIVED) | {schema.meta, schema.source_file} == set(tables)
    with database.engine.begin() as connection:
        connection.execute(delete(schema.meta))
        for table in tables:
            row = {column.name: value_of(column, other=False) for column in table.c if column.name != schema.DIGEST}
            connection.execute(insert(table), digests.sealed(table, row))
        assert digests.broken(connection) == ""
    for column in (column for table in tables for column in table.c):
        with database.engine.connect() as connection:
            connection.execute(update(column.table).values({column.name: value_of(column, other=True)}))
            assert digests.broken(connection) == f"table {column.table.name}: a row is not what was written"


@pytest.mark.parametrize("day", ["2021-03-0:", "not a day"])
def test_a_day_that_is_none_any_more_is_noticed(database, day: str):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("other databases hold days as days")
    database.replace(schema.event, "S-1", [Event("S-1", EventKind.EMBOLIZATION, DAY)])
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"update event set date = '{day}'")
    with pytest.raises(StorageError, match=r"table event: a row is not what was written.*hepatrack restore"):
        StudyDatabase.open(str(database.engine.url), database.journal.path.parent)
