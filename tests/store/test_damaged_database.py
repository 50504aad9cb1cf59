"""A bit that flips anywhere in a database changes no value that is had from it, or is told with the way back."""

import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.model.errors import StorageError
from pipeline.model.events import Event, EventKind
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store.db import reads, schema
from tests.store.test_db import DAY
from tests.store.test_reads import READ

SETTINGS = Settings()
FLIPS = 25
"""Flipped bits for each part of the file (a count): own choice, a second; `tests.damage` flips hundreds."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with a value of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    database = Study(folder).database(SETTINGS)
    database.replace(schema.proposal, READ.subject, [READ])
    database.replace(schema.event, READ.subject, [Event(READ.subject, EventKind.EMBOLIZATION, DAY)])
    reads.append(database, [READ])
    database.close()
    return folder


def content(folder: Path) -> dict[str, list[str]]:
    """Every row of every table of an opened study."""
    database = Study(folder).database(SETTINGS)
    try:
        with database.engine.connect() as connection:
            return {
                table.name: [
                    json.dumps(list(row), sort_keys=True, default=str) for row in connection.execute(select(table))
                ]
                for table in schema.metadata.sorted_tables
            }
    finally:
        database.close()


def pages_with(file: bytes, text: bytes) -> range:
    at = file.index(text) // 4096 * 4096
    return range(8 * at, 8 * (at + 4096))


def in_head(_file: bytes) -> range:
    return range(800)


def in_definitions(file: bytes) -> range:
    return pages_with(file, b"CREATE TABLE signed_read")


def in_guards(file: bytes) -> range:
    return pages_with(file, b"CREATE TRIGGER")


def anywhere(file: bytes) -> range:
    return range(8 * len(file))


@pytest.mark.parametrize("where", [in_head, in_definitions, in_guards, anywhere])
def test_a_flipped_bit_changes_nothing_or_is_told(whole: Path, tmp_path: Path, where):
    expected, choice = content(whole), random.Random(where.__name__)
    sound, told = (whole / DATABASE).read_bytes(), []
    for number in range(FLIPS):
        study = shutil.copytree(whole, tmp_path / str(number))
        file, bit = bytearray(sound), choice.choice(where(sound))
        file[bit // 8] ^= 1 << bit % 8
        (study / DATABASE).write_bytes(file)
        try:
            assert content(study) == expected
        except StorageError as error:
            told.append(str(error))
            restoring.restore(study, SETTINGS)
            assert content(study)["signed_read"] == expected["signed_read"], bit
    assert [line for line in told if f"hepatrack restore --study {tmp_path}" not in line] == []


def altered(folder: Path, old: bytes, new: bytes) -> None:
    assert len(old) == len(new)
    file = (folder / DATABASE).read_bytes()
    assert old in file
    (folder / DATABASE).write_bytes(file.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"RAISE(ABORT,", b"RAISE(IGNORE", "database is damaged"),
        (b"BEFORE DELETE ON signed_read", b"BEFORE INSERT ON signed_read", "is not defined as it was made"),
        (b"document JSON NOT NULL", b"documemt JSON NOT NULL", "is not defined as it was made"),
        (b"CREATE TABLE meta", b"CREATE TABLE met\xff", "database is damaged"),
    ],
    ids=["guard", "other guard", "column", "table"],
)
def test_what_is_defined_otherwise_is_damage(whole: Path, tmp_path: Path, old: bytes, new: bytes, words: str):
    study = shutil.copytree(whole, tmp_path / "study")
    altered(study, old, new)
    with pytest.raises(StorageError, match=f"{words}.*hepatrack restore"):
        content(study)
    restoring.restore(study, SETTINGS)
    assert content(study)["signed_read"] == content(whole)["signed_read"]


def test_a_flipped_layout_is_damage_and_no_other_hepatrack(whole: Path, tmp_path: Path):
    study = shutil.copytree(whole, tmp_path / "study")
    with sqlite3.connect(study / DATABASE) as connection:
        connection.execute("update meta set value = value + 1 where key = 'layout'")
    with pytest.raises(StorageError, match=r"table meta: a row is not what was written.*hepatrack restore"):
        content(study)


def test_what_others_have_added_is_no_damage(whole: Path, tmp_path: Path):
    study = shutil.copytree(whole, tmp_path / "study")
    database = Study(study).database(SETTINGS)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW lengths AS SELECT document FROM finding")
        connection.exec_driver_sql("CREATE INDEX by_reader ON signed_read (reader)")
    database.close()
    assert content(study)["signed_read"] == content(whole)["signed_read"]
