"""Whether the tables and guards of a SQLite database are defined as they were made; their text lies in it as values do.

A bit that flips there leaves a database whose pages fit together: without a guard, without a key, with numbers for
text. Other databases check what they hold of themselves.
"""

import hashlib

from sqlalchemy import Connection

_QUERY = "SELECT name, type, tbl_name, cast(sql AS blob) FROM sqlite_master ORDER BY name"


def of(connection: Connection) -> dict[str, str]:
    """Return by name the SHA-256 of each definition, none on other databases than SQLite."""
    if connection.dialect.name != "sqlite":
        return {}
    return {
        str(name): hashlib.sha256(repr((kind, table, text)).encode()).hexdigest()
        for name, kind, table, text in connection.exec_driver_sql(_QUERY)
    }


def changed(connection: Connection, made: object) -> str:
    """Return what is not defined as it was made, empty where all is; what others have added does not count."""
    stored = of(connection)
    known = made if isinstance(made, dict) else {}
    if stored and not known:
        return "how its tables were made is not recorded"
    differing = sorted(str(name) for name, digest in known.items() if stored.get(str(name)) != digest)
    return f"{differing[0]} is not defined as it was made" if differing else ""
