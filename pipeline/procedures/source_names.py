"""The table of names of a study: which source file stands behind a hash. It stays in the study folder.

Names of files and folders may be those of patients, so the manifest holds hashes alone.
"""

from collections.abc import Iterable
from pathlib import Path

from pipeline.export.table import Table
from pipeline.model.catalog import FileEntry
from pipeline.store import fingerprint, tables

FILE = "files.csv"
"""Every source file of the study: its short name in results, path, what became of it, and the hash of its bytes."""
COLUMNS = ("name", "path", "status", "volume", "reason", "sha256")
SHORT = 12
"""Hexadecimal digits of a hash that name a file in results; own choice: two of a million meet in 1 of 500 studies."""


def write(study: Path, files: Iterable[tuple[FileEntry, str]]) -> None:
    """Write the table of names into the study folder."""
    rows = (
        (short(digest), entry.path, entry.status.value, entry.volume, entry.reason, digest) for entry, digest in files
    )
    tables.write_csv(
        Table(COLUMNS, tuple(tuple(fingerprint.printable(cell) for cell in row) for row in rows)), study / FILE
    )


def short(digest: str) -> str:
    """Return the name that a file has in results; one that cannot be read has none."""
    return digest[:SHORT]
