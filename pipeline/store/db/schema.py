"""Tables of the study database: key columns to query by, and the typed value as a JSON document."""

from typing import Any

from sqlalchemy import JSON, Column, Date, Integer, MetaData, String, Table, Text

metadata = MetaData()


def _keyed(name: str, *keys: Column[Any]) -> Table:
    """Return a table of documents of one subject; position keeps their order."""
    return Table(
        name,
        metadata,
        Column("subject", String(64), primary_key=True),
        Column("position", Integer, primary_key=True),
        *keys,
        Column("document", JSON, nullable=False),
    )


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", JSON, nullable=False))

source_file = Table(
    "source_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("volume", String(128), nullable=False),
    Column("reason", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)

volume = _keyed("volume", Column("id", String(128), nullable=False))
event = _keyed("event", Column("kind", String(32), nullable=False), Column("date", Date, nullable=False))
visit = _keyed("visit", Column("name", String(32), nullable=False))
proposal = _keyed("proposal", Column("visit", String(32), nullable=False), Column("lesion", String(32), nullable=False))
signed_read = _keyed("signed_read", Column("lesion", String(32), nullable=False), Column("reader", String(64)))
burden = _keyed("burden", Column("visit", String(32), nullable=False))
alignment = _keyed("alignment", Column("visit", String(32), nullable=False))
picture = _keyed("picture", Column("visit", String(32), nullable=False), Column("lesion", String(32), nullable=False))
key_slice = _keyed("key_slice", Column("visit", String(32), nullable=False))
finding = _keyed("finding", Column("visit", String(32), nullable=False), Column("lesion", String(32), nullable=False))
time_point = _keyed("time_point", Column("visit", String(32), nullable=False), Column("date", Date, nullable=False))
endpoint = _keyed("endpoint", Column("paramcd", String(8), nullable=False))
failure = _keyed("failure", Column("visit", String(32), nullable=False), Column("step", String(32), nullable=False))

BY_SUBJECT = (
    volume,
    event,
    visit,
    proposal,
    signed_read,
    burden,
    alignment,
    picture,
    key_slice,
    finding,
    time_point,
    endpoint,
    failure,
)
"""Every table whose rows belong to a subject."""
