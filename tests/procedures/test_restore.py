"""A study whose database or journal is damaged or gone says so, and `restore` loses no signed read."""

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model.errors import InputError, StorageError
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store import journal as journals
from pipeline.store.db import reads, schema
from tests.store.test_reads import READ, SIGNED

READS = tuple(replace(READ, signed_at=SIGNED + dt.timedelta(minutes=n)) for n in range(40))
SETTINGS = Settings()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study with forty signed reads, signed in four batches."""
    made = Study(tmp_path)
    database = made.database(SETTINGS)
    for start in range(0, len(READS), 10):
        reads.append(database, READS[start : start + 10])
    database.close()
    return made


def held(study: Study) -> tuple[object, ...]:
    """Return the signed reads that an opened study holds."""
    database = study.database(SETTINGS)
    try:
        return database.rows(schema.signed_read)
    finally:
        database.close()


def flip(path: Path, at: int) -> None:
    """Flip the lowest bit of a byte."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def cut(path: Path, size: int) -> None:
    """Cut a file to a size in bytes."""
    path.write_bytes(path.read_bytes()[:size])


def flip_read(study: Study) -> None:
    """Flip a digit of a stored length; the pages of the database stay sound."""
    content = (study.path / DATABASE).read_bytes()
    (study.path / DATABASE).write_bytes(content.replace(b'"24.1"', b'"25.1"', 1))


DAMAGE = {
    "database gone": (lambda s: (s.path / DATABASE).unlink(), "is missing"),
    "database empty": (lambda s: cut(s.path / DATABASE, 0), "is empty"),
    "database cut": (lambda s: cut(s.path / DATABASE, 9000), "damaged"),
    "database header": (lambda s: flip(s.path / DATABASE, 3), "damaged"),
    "length in the database": (flip_read, "damaged"),
    "journal gone": (lambda s: s.journal.path.unlink(), "journal is missing"),
    "journal empty": (lambda s: cut(s.journal.path, 0), "cut short"),
    "journal cut in a line": (lambda s: cut(s.journal.path, s.journal.path.stat().st_size - 9), "cut short"),
    "journal flipped": (lambda s: flip(s.journal.path, 700), "journal is damaged: line"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_an_error_and_restore_the_way_back(study: Study, name: str):
    damage, words = DAMAGE[name]
    damage(study)
    before = {path.name: path.read_bytes() for path in study.path.iterdir()}
    with pytest.raises(StorageError, match=f"(?s){words}.*hepatrack restore"):
        study.database(SETTINGS)
    assert {name: content for name, content in before.items() if content != (study.path / name).read_bytes()} == {}
    assert any("made anew" in line for line in restoring.restore(study.path, SETTINGS))
    assert held(study) == READS
    lines = study.journal.path.read_bytes()
    assert "nothing to restore" in restoring.restore(study.path, SETTINGS)[0]
    assert study.journal.path.read_bytes() == lines


def test_damage_of_both_is_repaired_where_no_record_is_lost(study: Study):
    flip(study.journal.path, study.journal.path.stat().st_size - 300)
    flip_read(study)
    restoring.restore(study.path, SETTINGS)
    assert held(study) == READS


def test_a_record_that_is_whole_in_neither_is_named(study: Study):
    flip(study.journal.path, 700)
    (study.path / DATABASE).unlink()
    before = study.journal.path.read_bytes()
    with pytest.raises(StorageError, match="of 5 records number 2 are whole neither"):
        restoring.restore(study.path, SETTINGS)
    assert study.journal.path.read_bytes() == before


def test_both_gone_is_no_new_study(study: Study):
    study.artifacts.put(b"an image")
    (study.path / DATABASE).unlink()
    study.journal.path.unlink()
    for attempt in (lambda: study.database(SETTINGS), lambda: restoring.restore(study.path, SETTINGS)):
        with pytest.raises(StorageError, match="signed reads"):
            attempt()
    assert not (study.path / DATABASE).exists()


def test_a_database_that_lags_is_brought_up(study: Study):
    last = study.journal.read().last
    assert last is not None
    later = reads.document(replace(READ, signed_at=SIGNED + dt.timedelta(days=1)))
    study.journal.add(journals.record(last, "reads", [later]))
    database = study.database(SETTINGS)
    assert len(database.mended) == 1
    assert "1 records" in database.mended[0]
    assert len(database.rows(schema.signed_read)) == len(READS) + 1
    database.close()
    assert len(held(study)) == len(READS) + 1


def test_a_torn_line_is_told_and_mended(study: Study):
    whole = study.journal.path.read_bytes()
    study.journal.path.write_bytes(whole + b'{"at":')
    database = study.database(SETTINGS)
    assert "never acknowledged" in database.mended[0]
    database.close()
    assert study.journal.path.read_bytes() == whole


def test_a_journal_of_another_study_is_refused(study: Study, tmp_path_factory):
    other = Study(tmp_path_factory.mktemp("other"))
    other.database(SETTINGS).close()
    study.journal.path.write_bytes(other.journal.path.read_bytes())
    with pytest.raises(StorageError, match="different studies"):
        study.database(SETTINGS)
    with pytest.raises(StorageError, match="different studies"):
        restoring.restore(study.path, SETTINGS)


def test_a_folder_without_a_study_is_left_alone(tmp_path: Path):
    with pytest.raises(InputError, match="holds no study; run `hepatrack ingest`"):
        Study(tmp_path).check_there(SETTINGS, "ingest")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_beginning_is_begun_again(tmp_path: Path):
    first = journals.record(None, "study", {"study": "1", "layout": schema.VERSION})
    Study(tmp_path).journal.add(first)
    database = Study(tmp_path).database(SETTINGS)
    reads.append(database, READS[:1])
    database.close()
    assert held(Study(tmp_path)) == READS[:1]


def test_the_journal_says_who_and_when(study: Study):
    with sqlite3.connect(study.path / DATABASE) as connection:
        stored = [line for (line,) in connection.execute("select line from journal order by seq")]
    assert stored == study.journal.path.read_text(encoding="ascii").splitlines()
    assert all(each.who and each.at.endswith("+00:00") for each in study.journal.read().records)


@pytest.mark.parametrize(
    ("stored", "words"), [("'\"never closed'", "no JSON any more"), ("cast(x'22ff22' as text)", "Could not decode")]
)
def test_a_document_that_cannot_be_read_is_damage(study: Study, stored: str, words: str) -> None:
    with sqlite3.connect(study.path / DATABASE) as connection:
        connection.execute(f"insert into meta values ('finished', {stored}, '')")
    with pytest.raises(StorageError, match=f"{words}.*hepatrack restore"):
        study.database(SETTINGS)
    assert any("made anew" in line for line in restoring.restore(study.path, SETTINGS))
    assert held(study) == READS


def test_a_value_that_can_be_made_again_is_not_believed_once_it_changed(study: Study) -> None:
    database = study.database(SETTINGS)
    database.replace(schema.proposal, READ.subject, [READ])
    database.close()
    with sqlite3.connect(study.path / DATABASE) as connection:
        connection.execute("update proposal set document = replace(document, '24.1', '25.1')")
    with pytest.raises(StorageError, match=r"table proposal: a row is not what was written.*hepatrack restore"):
        study.database(SETTINGS)
    assert "table proposal" in restoring.restore(study.path, SETTINGS)[0]
    assert held(study) == READS


def test_lines_before_a_damaged_page_are_had(tmp_path: Path) -> None:
    """The journal is damaged early, the database late: together they are whole up to the last record."""
    made = Study(tmp_path)
    database = made.database(SETTINGS)
    for number in range(60):
        database.record("note", {"number": number, "filling": "x" * 1000})
    reads.append(database, READS[:3])
    database.close()
    flip(made.journal.path, 500)
    content = bytearray((tmp_path / DATABASE).read_bytes())
    page = content.index(b'"number":50') // 4096
    content[page * 4096] = 0
    (tmp_path / DATABASE).write_bytes(content)
    restoring.restore(tmp_path, SETTINGS)
    assert held(made) == READS[:3]
    assert len(made.journal.read().records) == 1 + 60 + 1 + 1
