"""The journal: every line proves itself; a torn end is known from a cut, a flipped bit is named by its line."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.errors import StorageError
from pipeline.store import journal as journals
from pipeline.store.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of three records."""
    made = Journal(tmp_path / journals.NAME)
    last = None
    for what in ("study", "reads", "assess"):
        last = journals.record(last, what, {"text": f"{what} é \udc80\n"})
        made.add(last)
    return made


def test_records_come_back_chained(journal):
    contents = journal.read()
    assert [each.seq for each in contents.records] == [1, 2, 3]
    assert [each.what for each in contents.records] == ["study", "reads", "assess"]
    assert [each.previous for each in contents.records[1:]] == [each.sha256 for each in contents.records[:-1]]
    assert contents.records[0].body == {"text": "study é \udc80\n"}
    assert not contents.damage
    assert journal.last_line() == contents.records[-1].line()


def test_a_torn_last_line_is_removed_and_the_rest_stays(journal):
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole + b'{"at": "2026-')
    contents = journal.read()
    assert (len(contents.records), contents.torn, contents.damage) == (3, 13, "")
    journal.mend(contents)
    assert journal.path.read_bytes() == whole


def test_a_last_line_without_its_end_is_whole(journal):
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-1])
    contents = journal.read()
    assert (len(contents.records), contents.torn) == (3, 0)
    journal.mend(contents)
    assert journal.path.read_bytes() == whole


@given(data=st.data())
def test_any_flipped_bit_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("flip") / journals.NAME
    journal = Journal(path)
    first = journals.record(None, "study", {})
    journal.add(first)
    journal.add(journals.record(first, "reads", [{"long_axis_mm": "24.1"}]))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    contents = journal.read()
    assert contents.damage or contents.torn or len(contents.records) < 2


def test_an_exchanged_and_a_missing_line_are_named(journal):
    one, two, three = journal.path.read_bytes().splitlines(keepends=True)
    for lines, number in (((two, one, three), 1), ((one, three), 2), ((one, two, two), 3)):
        journal.path.write_bytes(b"".join(lines))
        with pytest.raises(StorageError, match=f"line {number} does not follow"):
            journals.check(journal.path, journal.read())


def test_a_record_that_finds_no_room_leaves_the_journal_as_it_was(journal, monkeypatch):
    whole = journal.path.read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:40]))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        journal.add(journals.record(journal.read().last, "reads", []))
    assert journal.path.read_bytes() == whole
