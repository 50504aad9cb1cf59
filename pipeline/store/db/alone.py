"""A transaction that no other of its kind runs beside: what it reads is still true when it writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

_LOCK = 7_233_119
"""Number of the PostgreSQL advisory lock (no unit): own choice, one for each study database."""

_FIRST = {"sqlite": "BEGIN IMMEDIATE", "postgresql": f"SELECT pg_advisory_xact_lock({_LOCK})"}
"""By dialect, the statement that waits for the others; elsewhere unique keys alone refuse what two write at once."""


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Wait for the others, begin; commit at the end, undo everything on an error."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # every statement sees what was committed before it, also while this one waited
            connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            first = _FIRST.get(engine.dialect.name)
            if first is not None:
                connection.exec_driver_sql(first)
            yield connection
