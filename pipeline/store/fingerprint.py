"""Fingerprints of what a study is made from; they decide whether anything is left to do."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store import walk
from pipeline.store.input_tables import MaskRow


@dataclass(frozen=True)
class HashedMask:
    """A row of the masks table with the SHA-256 of its file."""

    row: MaskRow
    sha256: str


def listing(roots: Sequence[Path]) -> str:
    """Return the hash over path, size and time of change of every file under the folders, behind links too."""
    digest = hashlib.sha256()
    for root in roots:
        walked = walk.walk(root)
        for name in walked.files:
            status = (root / name).stat()
            digest.update(os.fsencode(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n"))
        for entry in walked.entries:
            digest.update(os.fsencode(f"{entry.path}\0{entry.reason}\n"))
        digest.update(b"\0")
    return digest.hexdigest()


def with_hashes(rows: Sequence[MaskRow]) -> tuple[HashedMask, ...]:
    """Return the rows of the masks table with the hash of each file."""
    return tuple(HashedMask(row, sha256(Path(row.path))) for row in rows)


def sha256(path: Path) -> str:
    """Return the hash of a file, empty if it is none or cannot be read (its entry says why)."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""
