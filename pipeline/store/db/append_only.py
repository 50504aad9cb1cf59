"""Make the database itself refuse to alter or remove a signed read (21 CFR 11.10(e)), whoever asks."""

from sqlalchemy import Connection

_REFUSED = "'signed reads are only ever added to'"

_STATEMENTS = {
    "sqlite": (
        f"""
        CREATE TRIGGER signed_read_not_altered BEFORE UPDATE ON signed_read
        BEGIN SELECT RAISE(ABORT, {_REFUSED}); END
        """,
        f"""
        CREATE TRIGGER signed_read_not_removed BEFORE DELETE ON signed_read
        BEGIN SELECT RAISE(ABORT, {_REFUSED}); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION signed_read_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION {_REFUSED}; END $$
        """,
        """
        CREATE TRIGGER signed_read_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_read
        FOR EACH STATEMENT EXECUTE FUNCTION signed_read_stays()
        """,
    ),
}
"""By dialect; the unique key on the signature stands on every database."""


def guard(connection: Connection) -> None:
    """Put the guard on the table of signed reads that was just made; other databases than these two have none."""
    for statement in _STATEMENTS.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)
