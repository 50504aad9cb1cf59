"""Whether each row of the database is the one that was written: it carries a SHA-256 over all its values.

A database proves by itself only that its pages fit together. A bit that flips within a value leaves a value: another
length, another date. Signed reads and the journal have no digest here, for they are compared with each other.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Date, String, Table, inspect, select, type_coerce

from pipeline.store.db import schema


def sealed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it is stored: with the digest over its values, and the name of its table."""
    return {**row, schema.DIGEST: _digest(table, row)}


def broken(connection: Connection) -> str:
    """Return which table holds a row that is not what was written, empty where none does."""
    sealed_tables = (table for table in schema.metadata.sorted_tables if schema.DIGEST in table.c)
    return next((_complaint(table) for table in sealed_tables if not _whole(connection, table)), "")


def broken_facts(connection: Connection) -> str:
    """Return that what a database says of itself is not what was written; earlier layouts had no digests yet."""
    stored = {column["name"] for column in inspect(connection).get_columns(schema.meta.name)}
    return "" if schema.DIGEST not in stored or _whole(connection, schema.meta) else _complaint(schema.meta)


def _complaint(table: Table) -> str:
    return f"table {table.name}: a row is not what was written"


def _whole(connection: Connection, table: Table) -> bool:
    raw = [type_coerce(each, String).label(each.name) if isinstance(each.type, Date) else each for each in table.c]
    try:
        return all(
            row[schema.DIGEST] == _digest(table, dict(row)) for row in connection.execute(select(*raw)).mappings()
        )
    except (TypeError, ValueError):
        return False


def _digest(table: Table, row: Mapping[str, Any]) -> str:
    values = {name: value for name, value in row.items() if name != schema.DIGEST}
    text = json.dumps([table.name, values], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
