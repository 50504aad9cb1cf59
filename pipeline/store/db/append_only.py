"""Make the database itself refuse to alter or remove a signed read, or a line of the journal (21 CFR 11.10(e))."""

from sqlalchemy import Connection

_REFUSED = "'signed reads are only ever added to'"
_TABLES = ("signed_read", "journal")

_STATEMENTS = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_not_{done} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, {_REFUSED}); END"
        for table in _TABLES
        for verb, done in (("UPDATE", "altered"), ("DELETE", "removed"))
    ),
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION signed_read_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION {_REFUSED}; END $$
        """,
        *(
            f"""
            CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION signed_read_stays()
            """
            for table in _TABLES
        ),
    ),
}
"""By dialect; the unique key on the signature stands on every database."""


def guard(connection: Connection) -> None:
    """Put the guard on both tables, just made; other databases than these two have none."""
    for statement in _STATEMENTS.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)
