"""A bit that flips anywhere in a database changes no value that is had from it, or is told with the way back."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from pipeline.model.errors import StorageError
from pipeline.model.events import Event, EventKind
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store.db import reads, schema
from tests.damage import flips
from tests.store.test_db import DAY
from tests.store.test_reads import READ

SETTINGS = Settings()
FLIPS = 15
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


@pytest.mark.parametrize("place", flips.PLACES)
def test_a_flipped_bit_changes_nothing_or_is_told(whole: Path, tmp_path: Path, place: str):
    choice, expected = random.Random(place), flips.content(whole)
    wrong = [flips.flip(whole, tmp_path / "study", place, choice, expected)[1] for _ in range(FLIPS)]
    assert [line for line in wrong if line] == []


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
        flips.content(study)
    restoring.restore(study, SETTINGS)
    assert flips.content(study)["signed_read"] == flips.content(whole)["signed_read"]


def test_a_flipped_layout_is_damage_and_no_other_hepatrack(whole: Path, tmp_path: Path):
    study = shutil.copytree(whole, tmp_path / "study")
    with sqlite3.connect(study / DATABASE) as connection:
        connection.execute("update meta set value = value + 1 where key = 'layout'")
    with pytest.raises(StorageError, match=r"table meta: a row is not what was written.*hepatrack restore"):
        flips.content(study)


def test_what_others_have_added_is_no_damage(whole: Path, tmp_path: Path):
    study = shutil.copytree(whole, tmp_path / "study")
    database = Study(study).database(SETTINGS)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW lengths AS SELECT document FROM finding")
        connection.exec_driver_sql("CREATE INDEX by_reader ON signed_read (reader)")
    database.close()
    assert flips.content(study)["signed_read"] == flips.content(whole)["signed_read"]
