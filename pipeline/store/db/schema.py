"""Tables of the study database: key columns to query by, and the typed value as a JSON document."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, Column, Date, Integer, MetaData, String, Table, Text, UniqueConstraint

from pipeline.model.catalog import Volume
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit

VERSION = 4
"""Layout of the database (a count): raised when a table, a key column or a stored document changes its form.

Databases made before the layout was counted hold no number; they are 1.
"""

DIGEST = "digest"
"""Name of the column by which a row proves itself."""

T = TypeVar("T")

metadata = MetaData()


@dataclass(frozen=True)
class Keyed(Generic[T]):
    """A table with the type of the values that its documents hold, some to each subject."""

    table: Table
    kind: type[T]


@dataclass(frozen=True)
class Replaceable(Keyed[T]):
    """A table of values that are derived: a repeat replaces those of a subject."""


def _digest() -> Column[str]:
    """Return the column of the SHA-256 over the other values of a row (see `digests`)."""
    return Column(DIGEST, String(64), nullable=False)


def _derived(name: str, *keys: Column[Any]) -> Table:
    """Return a table of documents that can be made again; each row proves itself by its digest."""
    return _documents(name, *keys, _digest())


def _documents(name: str, *keys: Column[Any] | UniqueConstraint) -> Table:
    """Return a table of documents of one subject; position keeps their order."""
    return Table(
        name,
        metadata,
        Column("subject", String(64), primary_key=True),
        Column("position", Integer, primary_key=True),
        *keys,
        Column("document", JSON, nullable=False),
    )


def _place() -> tuple[Column[str], Column[str]]:
    """Return the columns that say which lesion at which visit."""
    return Column("visit", String(32), nullable=False), Column("lesion", String(32), nullable=False)


meta = Table(
    "meta", metadata, Column("key", String(64), primary_key=True), Column("value", JSON, nullable=False), _digest()
)

source_file = Table(
    "source_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("volume", String(128), nullable=False),
    Column("reason", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    _digest(),
)

volume = Replaceable(_derived("volume", Column("id", String(128), nullable=False)), Volume)
event = Replaceable(
    _derived("event", Column("kind", String(32), nullable=False), Column("date", Date, nullable=False)), Event
)
visit = Replaceable(_derived("visit", Column("name", String(32), nullable=False)), Visit)
proposal = Replaceable(_derived("proposal", *_place(), Column("for_reader", String(64), nullable=False)), Finding)
finding = Replaceable(_derived("finding", *_place()), Finding)
time_point = Replaceable(
    _derived("time_point", Column("visit", String(32), nullable=False), Column("date", Date, nullable=False)),
    TimePoint,
)
endpoint = Replaceable(_derived("endpoint", Column("paramcd", String(8), nullable=False)), EndpointRow)
failure = Replaceable(
    _derived("failure", Column("visit", String(32), nullable=False), Column("step", String(32), nullable=False)),
    Failure,
)

# The values of these four are made above the store: whoever defines the type makes the table Replaceable.
burden = _derived("burden", Column("visit", String(32), nullable=False))
alignment = _derived("alignment", Column("visit", String(32), nullable=False))
picture = _derived("picture", *_place())
key_slice = _derived("key_slice", Column("visit", String(32), nullable=False))

journal = Table("journal", metadata, Column("seq", Integer, primary_key=True), Column("line", Text, nullable=False))
"""The lines of the study's journal once more, by their number."""

signed_read = Keyed(
    _documents(
        "signed_read",
        *_place(),
        Column("date", String(10), nullable=False),
        Column("reader", String(64), nullable=False),
        Column("signed_at", String(32), nullable=False),
        UniqueConstraint("subject", "visit", "date", "lesion", "reader", "signed_at", name="signature"),
    ),
    Finding,
)
"""Signed reads, each once under its signature; days and moments (UTC) in ISO 8601, empty where there is none."""

DERIVED = tuple(
    table
    for table in metadata.sorted_tables
    if all(table is not other for other in (meta, source_file, journal, signed_read.table))
)
"""Every table of a subject whose rows can be made again: all but the journal and its signed reads."""
