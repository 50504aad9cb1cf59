"""Killed at any moment of signing, beginning or restoring, a study loses no read that it has, and goes on."""

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model.errors import StorageError
from pipeline.model.lesion import Finding
from pipeline.procedures import restore as restoring
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store import journal as journals
from pipeline.store.db import reads, schema
from tests.builders import killed
from tests.procedures.test_restore import cut
from tests.store.test_reads import READ, SIGNED

SETTINGS = Settings()
MOMENTS = 3
"""Moments of signing (a count) that there are at least: the journal is opened and synced, the database commits."""
SIGNED_READS = tuple(replace(READ, signed_at=SIGNED + dt.timedelta(minutes=n)) for n in range(4))


def sign(folder: Path, signed: Sequence[Finding]) -> None:
    database = Study(folder).database(SETTINGS)
    reads.append(database, signed)
    database.close()


def held(folder: Path) -> tuple[Finding, ...]:
    """The signed reads of a study, restored first where it asks for it."""
    try:
        database = Study(folder).database(SETTINGS)
    except StorageError:
        restoring.restore(folder, SETTINGS)
        database = Study(folder).database(SETTINGS)
    try:
        return database.rows(schema.signed_read)
    finally:
        database.close()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    folder = tmp_path / "whole"
    folder.mkdir()
    for read in SIGNED_READS[:3]:
        sign(folder, [read])
    return folder


def anew(folder: Path, source: Path | None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if source is None:
        folder.mkdir()
    else:
        shutil.copytree(source, folder)


def test_killed_while_signing(whole: Path, tmp_path: Path):
    study = tmp_path / "study"
    moments = 0
    for _ in killed.at_each_moment(lambda: anew(study, whole), lambda: sign(study, SIGNED_READS[3:])):
        assert held(study) in (SIGNED_READS[:3], SIGNED_READS)
        sign(study, SIGNED_READS[2:])
        assert held(study) == SIGNED_READS
        assert not Study(study).journal.read().damage
        moments += 1
    assert moments > MOMENTS


def test_killed_while_a_study_begins(tmp_path: Path):
    study = tmp_path / "study"
    for _ in killed.at_each_moment(lambda: anew(study, None), lambda: sign(study, SIGNED_READS[:1])):
        assert held(study) in ((), SIGNED_READS[:1])
        sign(study, SIGNED_READS[:1])
        assert held(study) == SIGNED_READS[:1]


def behind(folder: Path) -> None:
    """The database lacks the last read, which the journal alone holds, and the journal lacks its first line."""
    later = folder.with_name("later")
    anew(later, folder)
    sign(later, SIGNED_READS[3:])
    lines = (later / journals.NAME).read_bytes().splitlines(keepends=True)
    (folder / journals.NAME).write_bytes(b"".join([b"damaged\n", *lines[1:]]))


DAMAGE = {
    "database cut": (lambda folder: cut(folder / DATABASE, 9000), 3),
    "database gone": (lambda folder: (folder / DATABASE).unlink(), 3),
    "journal cut": (lambda folder: cut(folder / journals.NAME, 900), 3),
    "each has what the other lacks": (behind, 4),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_killed_while_restoring(whole: Path, tmp_path: Path, name: str):
    damage, count = DAMAGE[name]
    study = tmp_path / "study"

    def prepare() -> None:
        anew(study, whole)
        damage(study)

    for moment in killed.at_each_moment(prepare, lambda: restoring.restore(study, SETTINGS)):
        assert held(study) == SIGNED_READS[:count], moment
        assert "nothing to restore" in restoring.restore(study, SETTINGS)[0]
