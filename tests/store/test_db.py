"""The study database keeps values by subject; writing again replaces."""

import datetime as dt

import pytest

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.model.events import Event, EventKind
from pipeline.model.failure import Failure
from pipeline.store.db import schema
from pipeline.store.db.study import StudyDatabase

DAY = dt.date(2021, 3, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgres") if server else f"sqlite:///{tmp_path / 'study.sqlite'}"
    opened = StudyDatabase.open(url)
    yield opened
    if server:
        schema.metadata.drop_all(opened.engine)
    opened.close()


def test_values_come_back_in_order(database):
    events = [Event("S-2", EventKind.DEATH, DAY), Event("S-2", EventKind.RANDOMIZED, DAY, "late")]
    database.replace(schema.event, "S-2", Event, events)
    database.replace(schema.event, "S-1", Event, [Event("S-1", EventKind.EMBOLIZATION, DAY)])
    assert database.values(schema.event, Event, "S-2") == tuple(events)
    assert [event.subject for event in database.values(schema.event, Event)] == ["S-1", "S-2", "S-2"]


def test_writing_again_replaces(database):
    for reason in ("first", "second"):
        database.replace(schema.failure, "S-1", Failure, [Failure("S-1", "W12", "align", reason)])
    assert database.values(schema.failure, Failure) == (Failure("S-1", "W12", "align", "second"),)


def test_subjects_that_left_are_removed(database):
    for subject in ("S-1", "S-2"):
        database.replace(schema.failure, subject, Failure, [Failure(subject, "", "ingest", "why")])
    database.keep_only(schema.failure, ["S-2"])
    assert [failure.subject for failure in database.values(schema.failure, Failure)] == ["S-2"]


def test_files_and_meta(database):
    entry = FileEntry("a/b.dcm", FileStatus.LEFT_OUT, reason="localizer")
    database.put_files([(entry, "ff")])
    database.put_files([(entry, "ee")])
    database.put_meta("request", {"a": 1})
    database.put_meta("request", "ref")
    assert database.get_file_hashes() == (("a/b.dcm", "ee"),)
    assert database.get_meta("request") == "ref"
    assert database.get_meta("catalog") is None
