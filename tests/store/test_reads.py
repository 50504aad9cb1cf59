"""Signed reads are only ever added to: two signers at once lose nothing, and the database refuses the rest."""

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.store.db import reads, schema

SIGNED = dt.datetime(2021, 3, 2, 9, tzinfo=dt.UTC)
READ = Finding(
    subject="S-1",
    visit="W12",
    date=dt.date(2021, 3, 1),
    lesion="T01",
    role=Role.TARGET,
    state=State.PRESENT,
    long_axis_mm=Decimal("24.1"),
    source=Source.SIGNED,
    reader="R1",
    signed_at=SIGNED,
)
SIGNER = """
import datetime as dt, sys
from dataclasses import replace
from pipeline.model.errors import InputError
from pathlib import Path
from pipeline.store.db import reads, schema
from pipeline.store.db.study import StudyDatabase
from pydantic import TypeAdapter

url, folder, reader, count = sys.argv[1:]
kind = TypeAdapter(schema.signed_read.kind)
database = StudyDatabase.open(url, Path(folder))
print("ready", flush=True)
read = kind.validate_json(sys.stdin.readline())
refused = 0
for n in range(int(count)):
    reads.append(database, [replace(read, reader=reader, signed_at=read.signed_at + dt.timedelta(minutes=n))])
    try:
        moment = read.signed_at + dt.timedelta(days=1, minutes=n)
        reads.append(database, [replace(read, reader="both", segment=reader, signed_at=moment)])
    except InputError:
        refused += 1
print(refused)
"""
"""A process that signs `count` reads of its own, and as many under signatures that the other signs differently."""


def test_what_is_new_follows_what_is_known(database):
    later = replace(READ, long_axis_mm=Decimal("25.0"), signed_at=SIGNED + dt.timedelta(days=1))
    other = replace(READ, subject="S-0", date=None)
    reads.append(database, [READ])
    reads.append(database, [later, READ, other, later])
    assert database.rows(schema.signed_read) == (other, READ, later)
    reads.append(database, [])
    assert database.rows(schema.signed_read, "S-1") == (READ, later)


def test_a_differing_read_records_nothing_of_its_batch(database):
    reads.append(database, [READ])
    batch = [replace(READ, subject="S-0"), replace(READ, segment="VIII")]
    for refuse in (reads.check, reads.append):
        with pytest.raises(InputError, match="differs from what the study holds under that signature"):
            refuse(database, batch)
    assert database.rows(schema.signed_read) == (READ,)


def test_one_moment_in_two_time_zones_is_one_signature(database):
    reads.append(database, [READ])
    tokyo = dt.timezone(dt.timedelta(hours=9))
    reads.append(database, [replace(READ, signed_at=SIGNED.astimezone(tokyo))])
    assert len(database.rows(schema.signed_read)) == 1


def test_two_signers_at_once_lose_nothing(database):
    count = 25
    url = database.engine.url.render_as_string(hide_password=False)
    signers = [
        subprocess.Popen(
            [sys.executable, "-c", SIGNER, url, database.journal.path.parent, reader, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for reader in ("R1", "R2")
    ]
    for signer in signers:
        assert signer.stdout.readline() == "ready\n"
    document = TypeAdapter(Finding).dump_json(READ).decode() + "\n"
    for signer in signers:
        signer.stdin.write(document)
        signer.stdin.flush()
    refused = [int(signer.communicate(timeout=120)[0]) for signer in signers]
    assert [signer.returncode for signer in signers] == [0, 0]
    recorded = database.rows(schema.signed_read)
    by_reader = {reader: sum(read.reader == reader for read in recorded) for reader in ("R1", "R2", "both")}
    assert by_reader == {"R1": count, "R2": count, "both": count}
    assert sum(refused) == count
    with database.engine.connect() as connection:
        positions = connection.execute(select(schema.signed_read.table.c.position)).scalars().all()
    assert sorted(positions) == list(range(3 * count))


@pytest.mark.parametrize("values", [{"reader": "R2"}, {"document": {}}], ids=["reader", "document"])
def test_the_database_refuses_to_alter_a_signed_read(database, values):
    reads.append(database, [READ])
    with pytest.raises(DBAPIError, match="only ever added to"), database.engine.begin() as connection:
        connection.execute(update(schema.signed_read.table).values(values))
    assert database.rows(schema.signed_read) == (READ,)


def test_the_database_refuses_to_remove_a_signed_read(database):
    reads.append(database, [READ])
    with pytest.raises(DBAPIError, match="only ever added to"), database.engine.begin() as connection:
        connection.execute(delete(schema.signed_read.table))
    database.keep_only([])
    assert database.rows(schema.signed_read) == (READ,)


def test_the_database_refuses_a_signature_twice(database):
    reads.append(database, [READ])
    with database.engine.connect() as connection:
        row = dict(connection.execute(select(schema.signed_read.table)).mappings().one())
    with pytest.raises(DBAPIError, match=r"(?i)unique"), database.engine.begin() as connection:
        connection.execute(schema.signed_read.table.insert(), row | {"position": 7})
    assert database.rows(schema.signed_read) == (READ,)
