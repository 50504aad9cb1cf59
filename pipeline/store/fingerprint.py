"""What a study is made from, by content: every source file and every mask with the SHA-256 of its bytes."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.file_hashes import FileHashes
from pipeline.store.input_tables import MaskRow


@dataclass(frozen=True)
class SourceFile:
    """A file of a source folder: the folder's index, the path in it, and the hash (empty where it cannot be read)."""

    source: int
    path: str
    sha256: str


@dataclass(frozen=True)
class HashedMask:
    """A row of the masks table with the SHA-256 of its file."""

    row: MaskRow
    sha256: str


def listing(roots: Sequence[Path], hashes: FileHashes) -> tuple[SourceFile, ...]:
    """Return every file under the folders with the hash of its bytes, by folder and path."""
    paths = [(source, path) for source, root in enumerate(roots) for path in sorted(_files(root))]
    digests = hashes.of(roots[source] / path for source, path in paths)
    return tuple(
        SourceFile(source, printable(str(path)), digest) for (source, path), digest in zip(paths, digests, strict=True)
    )


def with_hashes(rows: Sequence[MaskRow], hashes: FileHashes) -> tuple[HashedMask, ...]:
    """Return the rows of the masks table with the hash of each file."""
    return tuple(map(HashedMask, rows, hashes.of(Path(row.path) for row in rows)))


def printable(path: str) -> str:
    """Return a path that can be stored as text: bytes that are no UTF-8 are written out."""
    return path.encode("utf-8", "backslashreplace").decode()


def _files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder, relative to it."""
    for folder, _, names in os.walk(root):
        for name in names:
            yield Path(folder, name).relative_to(root)
