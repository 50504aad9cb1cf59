"""A study on PostgreSQL whose rows or tables were altered behind its back says so, and the journal brings it back."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from pipeline.model.errors import OutOfReachError, StorageError
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import Study
from pipeline.settings import Settings
from pipeline.store.db import reads, schema
from tests.store.test_reads import READ, SIGNED

pytestmark = pytest.mark.postgres
READS = tuple(replace(READ, signed_at=SIGNED + dt.timedelta(minutes=n)) for n in range(3))
SHORTER = """SET document = jsonb_set(document::jsonb, '{long_axis_mm}', '"9.9"')::json"""
DAMAGE = {
    "a signed read altered": f"UPDATE signed_read {SHORTER}",
    "a signed read removed": "DELETE FROM signed_read WHERE position = 1",
    "the journal's lines removed": "DELETE FROM journal",
    "a line of the journal altered": "UPDATE journal SET line = replace(line, '24.1', '25.1')",
    "a proposal altered": f"UPDATE proposal {SHORTER}",
    "a table gone": "DROP TABLE finding",
    "a column gone": "ALTER TABLE proposal DROP COLUMN document",
    "all tables gone": f"DROP TABLE {', '.join(table.name for table in schema.metadata.sorted_tables)}",
}


@pytest.fixture
def study(postgres: str, tmp_path: Path) -> Iterator[tuple[Study, Settings]]:
    made, settings = Study(tmp_path), Settings(database_url=postgres)
    database = made.database(settings)
    for read in READS:
        reads.append(database, [read])
    database.replace(schema.proposal, READ.subject, [READ])
    database.close()
    yield made, settings
    engine = create_engine(postgres)
    schema.metadata.drop_all(engine)
    engine.dispose()


def as_superuser(postgres: str, statement: str) -> None:
    """Do what the guards refuse, as a superuser may."""
    engine = create_engine(postgres)
    with engine.begin() as connection:
        without_guards(connection)
        connection.exec_driver_sql(statement)
    engine.dispose()


def without_guards(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_restored(study: tuple[Study, Settings], postgres: str, name: str):
    made, settings = study
    as_superuser(postgres, DAMAGE[name])
    with pytest.raises(StorageError, match=r"(?s)hepatrack restore --study"):
        made.database(settings)
    assert any("made anew" in line for line in restoring.restore(made.path, settings))
    database = made.database(settings)
    assert database.rows(schema.signed_read) == READS
    database.close()
    assert "nothing to restore" in restoring.restore(made.path, settings)[0]


def test_a_damaged_journal_comes_back_from_postgres(study: tuple[Study, Settings]):
    made, settings = study
    whole = made.journal.path.read_bytes()
    made.journal.path.write_bytes(whole.replace(b"24.1", b"25.1", 1))
    with pytest.raises(StorageError, match=r"journal is damaged: line 2.*hepatrack restore"):
        made.database(settings)
    restoring.restore(made.path, settings)
    assert made.journal.path.read_bytes().startswith(whole)


def test_a_server_that_is_away_is_no_damage(tmp_path: Path):
    settings = Settings(database_url=f"postgresql+psycopg://hepatrack@/postgres?host={tmp_path}")
    Study(tmp_path).journal.path.write_text("", encoding="utf-8")
    for attempt in (lambda: Study(tmp_path).database(settings), lambda: restoring.restore(tmp_path, settings)):
        with pytest.raises(OutOfReachError, match="no connection to the database"):
            attempt()
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]
