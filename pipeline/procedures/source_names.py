"""The table of names of a study: which source file stands behind a hash. It stays in the study folder.

Names of files and folders may be those of patients, so results that leave the folder name a file by its content.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.table import Table
from pipeline.model.catalog import FileCount, FileEntry, FileStatus
from pipeline.store import file_hashes, fingerprint, tables

FILE = "files.csv"
"""Every source file of the study: its short name in results, path, what became of it, and the hash of its bytes."""
COLUMNS = ("name", "path", "status", "volume", "reason", "sha256")
MASK = "mask"
"""Status of a mask from outside; a row of the masks table names it by its path."""
SHORT = 12
"""Hexadecimal digits of a hash that name a file in results; own choice: two of a million meet in 1 of 500 studies."""
READERS = 2
"""Files hashed at the same time; own choice, one a core of a small machine."""
_LONGEST_NUMBER = 4
"""Digits of a number that may be a count in a reason; own choice."""
_ROW = "row-"
_NAMED = re.compile(rf"\bfile (?:[0-9a-f]{{{SHORT}}}\b|{_ROW}\d)")
_ANOTHER = re.compile(rf"\b(of|as) (?:file (?:[0-9a-f]{{{SHORT}}}|{_ROW}\d+)|one of \d+ files)(?: frame \d+)?(?=$|; )")
"""Where a reason names the file that stands for the one it is about."""


def write(study: Path, files: Sequence[tuple[FileEntry, str]], masks: Sequence[tuple[str, str]]) -> None:
    """Write the table of names into the study folder: source files, then masks from outside, (path, hash) each."""
    listed = [(entry.path, entry.status.value, entry.volume, entry.reason, digest) for entry, digest in files]
    listed += [(path, MASK, "", "", digest) for path, digest in masks]
    rows = ((short(row[-1], number), *row) for number, row in enumerate(listed, start=1))
    tables.write_csv(
        Table(COLUMNS, tuple(tuple(fingerprint.printable(cell) for cell in row) for row in rows)), study / FILE
    )


def short(digest: str, number: int) -> str:
    """Return the name that a file has in results: of its hash, where it has none of its row in the table of names."""
    return digest[:SHORT] or f"{_ROW}{number}"


def of_files(roots: Sequence[Path], files: Sequence[FileEntry]) -> "SourceNames":
    """Return the names of files of source folders that no study keeps: each file is read for it."""
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        digests = pool.map(lambda entry: file_hashes.sha256(located(roots, entry.path)), files)
        named = tuple(
            (entry.path, short(digest, number))
            for number, (entry, digest) in enumerate(zip(files, digests, strict=True), start=1)
        )
    return SourceNames(named, tuple(str(root) for root in roots))


def located(roots: Sequence[Path], path: str) -> Path:
    """Return where a file of an account lies; with several sources its path starts with the source's number."""
    if len(roots) == 1:
        return roots[0] / path
    number, _, inside = path.partition(":")
    return roots[int(number) - 1] / inside


def names_file(text: str) -> bool:
    """Whether a text names a file by its content or its row."""
    return bool(_NAMED.search(text))


def counted(accounts: Iterable[tuple[FileStatus, str]]) -> tuple[FileCount, ...]:
    """Count files by what became of them and why, the files that reasons name as one; sorted by status and reason.

    Reasons name files by their content (SourceNames.hidden).
    """
    counts = Counter((status, _ANOTHER.sub(r"\1 another file", reason)) for status, reason in accounts)
    return tuple(FileCount(count, status, reason) for (status, reason), count in sorted(counts.items()))


@dataclass(frozen=True)
class SourceNames:
    """The names that stay in the study folder: (path, name in results) of files, and the source folders."""

    files: tuple[tuple[str, str], ...]
    roots: tuple[str, ...]

    @functools.cached_property
    def of_path(self) -> dict[str, str]:
        """The name of each file by its path."""
        return dict(self.files)

    @functools.cached_property
    def _by_word(self) -> dict[str, list[tuple[str, str]]]:
        """Files by the longest word of their last part: a text without it does not name them."""
        files: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for path, name in self.files:
            files[max(_words(_last(path)), key=len, default="")].append((path, name))
        return files

    def hidden(self, text: str) -> str:
        """Return a text in which each file has the name of its content instead of its path.

        The longest form of a path counts: with its source folder, below it, or its last part alone. A form that
        several files share names none of them.
        """
        names: dict[str, set[str]] = defaultdict(set)
        for word in {"", *_words(text)}:
            for path, name in self._by_word.get(word, ()):
                if _last(path) in text:
                    for form in self._forms(path):
                        names[form].add(f"file {name}")
        for number, root in enumerate(self.roots, start=1):
            names[root].add(f"source {number}")
        shown = {form: min(each) if len(each) == 1 else f"one of {len(each)} files" for form, each in names.items()}
        pattern = "|".join(_alone(form) for form in sorted(shown, key=len, reverse=True) if form)
        return re.sub(pattern, lambda match: shown[match[0]], text) if pattern else text

    def _forms(self, path: str) -> Iterator[str]:
        """Yield the forms in which a text may name a file; of several sources its path has the number."""
        number, colon, inside = path.partition(":")
        numbered = bool(colon) and number.isdecimal() and len(self.roots) > 1
        below = inside if numbered else path
        root = self.roots[int(number) - 1] if numbered else self.roots[0] if self.roots else ""
        yield from dict.fromkeys((path, f"{root}/{below}", below, _last(path)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _last(path: str) -> str:
    return path.rpartition("/")[2].rpartition(":")[2]


def _alone(form: str) -> str:
    """Return a pattern for a form where it stands alone.

    One of letters alone, or a short number, may be a word of ours: it counts where a reason names a file, first before
    a colon, or after `of` or `as` at an end.
    """
    word = re.escape(form)
    if re.fullmatch(rf"[^\W\d_]+|\d{{1,{_LONGEST_NUMBER}}}", form):
        last = rf"|(?<=\bof |\bas ){word}(?=$|[;,]| frame)" if not form.isdecimal() else ""
        return rf"(?:^{word}(?=:)|(?<=[:;] ){word}(?=:){last})"
    return rf"(?<![\w./-]){word}(?![\w-]|\.\w)"
