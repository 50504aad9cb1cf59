"""What a study is made from, by content: every source file and every mask with the SHA-256 of its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store import walk
from pipeline.store.file_hashes import FileHashes
from pipeline.store.input_tables import MaskRow


@dataclass(frozen=True)
class SourceFile:
    """What lies in a source folder: the folder's index, the path in it, and the hash of the bytes.

    The hash is empty where there are none to read: a pipe, a link that is not followed, a file that cannot be opened.
    """

    source: int
    path: str
    sha256: str


@dataclass(frozen=True)
class HashedMask:
    """A row of the masks table with the SHA-256 of its file."""

    row: MaskRow
    sha256: str


def listing(roots: Sequence[Path], hashes: FileHashes) -> tuple[SourceFile, ...]:
    """Return everything under the folders, behind links too, each file with the hash of its bytes."""
    walked = [walk.walk(root) for root in roots]
    names = [(source, name) for source, each in enumerate(walked) for name in each.files]
    digests = hashes.of(roots[source] / name for source, name in names)
    files = [(source, name, digest) for (source, name), digest in zip(names, digests, strict=True)]
    files += [(source, entry.path, "") for source, each in enumerate(walked) for entry in each.entries]
    return tuple(SourceFile(source, printable(name), digest) for source, name, digest in files)


def with_hashes(rows: Sequence[MaskRow], hashes: FileHashes) -> tuple[HashedMask, ...]:
    """Return the rows of the masks table with the hash of each file."""
    return tuple(map(HashedMask, rows, hashes.of(Path(row.path) for row in rows)))


def printable(path: str) -> str:
    """Return a path that can be stored as text: bytes that are no UTF-8 are written out."""
    return path.encode("utf-8", "backslashreplace").decode()
