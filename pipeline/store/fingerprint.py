"""Fingerprints of what a study is made from; they decide whether anything is left to do."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.input_tables import MaskRow


@dataclass(frozen=True)
class HashedMask:
    """A row of the masks table with the SHA-256 of its file."""

    row: MaskRow
    sha256: str


def listing(roots: Sequence[Path]) -> str:
    """Return the hash over path, size and time of change of every file under the folders."""
    digest = hashlib.sha256()
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                status = path.lstat()
                digest.update(f"{path.relative_to(root)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        digest.update(b"\0")
    return digest.hexdigest()


def with_hashes(rows: Sequence[MaskRow]) -> tuple[HashedMask, ...]:
    """Return the rows of the masks table with the hash of each file."""
    return tuple(HashedMask(row, sha256(Path(row.path))) for row in rows)


def sha256(path: Path) -> str:
    """Return the hash of a file, empty if it cannot be read (its entry says why)."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""
