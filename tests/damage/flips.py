"""Flip a bit of a study's database or journal, and see whether every value is as it was or the way back is told."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from pipeline.model.errors import StorageError
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store import journal
from pipeline.store.db import schema

PAGE_BYTES = 4096
"""Bytes of a page of the database: the default of SQLite."""
HEAD_BITS = 800
"""Bits of the header of the database (100 bytes; the file format of SQLite, section 1.3)."""


def content(folder: Path) -> dict[str, list[str]]:
    """Return every row of every table of a study, opened as each command opens it."""
    database = Study(folder).database(Settings())
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


def in_head(_file: bytes) -> range:
    """Return the bits of the header."""
    return range(HEAD_BITS)


def in_definitions(file: bytes) -> range:
    """Return the bits of the page where the signed reads are defined."""
    return _page_of(file, b"CREATE TABLE signed_read")


def in_guards(file: bytes) -> range:
    """Return the bits of the page where the first guard is defined."""
    return _page_of(file, b"CREATE TRIGGER")


def anywhere(file: bytes) -> range:
    """Return all bits."""
    return range(8 * len(file))


PLACES: dict[str, tuple[str, Callable[[bytes], range]]] = {
    "header": (DATABASE, in_head),
    "definitions": (DATABASE, in_definitions),
    "guards": (DATABASE, in_guards),
    "anywhere in the database": (DATABASE, anywhere),
    "anywhere in the journal": (journal.NAME, anywhere),
}
"""By its words: the file, and which of its bits may be flipped."""


def flip(
    whole: Path, study: Path, place: str, choice: random.Random, expected: dict[str, list[str]]
) -> tuple[bool, str]:
    """Flip one bit in a copy of a study; return whether it was told, and what is wrong, empty if nothing.

    expected: the content of the study.
    """
    name, bits = PLACES[place]
    shutil.rmtree(study, ignore_errors=True)
    study.mkdir()
    for each in (DATABASE, journal.NAME):
        shutil.copyfile(whole / each, study / each)
    file = bytearray((study / name).read_bytes())
    bit = choice.choice(bits(bytes(file)))
    file[bit // 8] ^= 1 << bit % 8
    (study / name).write_bytes(file)
    try:
        return False, "" if content(study) == expected else f"{name} bit {bit}: another value, untold"
    except StorageError as error:
        if f"hepatrack restore --study {study}" not in str(error):
            return True, f"{name} bit {bit}: no way back in: {error}"
    restoring.restore(study, Settings())
    same = content(study)["signed_read"] == expected["signed_read"]
    return True, "" if same else f"{name} bit {bit}: other signed reads after restore"


def _page_of(file: bytes, text: bytes) -> range:
    first = file.index(text) // PAGE_BYTES * PAGE_BYTES
    return range(8 * first, 8 * (first + PAGE_BYTES))
