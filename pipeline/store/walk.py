"""What lies below a folder: every file once, whatever links lead to it, and an entry for what is not followed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.model.errors import InputError


@dataclass(frozen=True)
class Walked:
    """Paths of the files below a folder, relative to it and sorted, and entries for what is there and is none."""

    files: tuple[str, ...]
    entries: tuple[FileEntry, ...]


def walk(root: Path) -> Walked:
    """List every file below a folder, behind symbolic links too.

    1. What lies in the folder itself comes first, then what its links lead to: a file or
       folder that is met again by a link is an entry that names where it is listed.
    2. A link to this folder or one above it is an entry; it would never end.
    3. A link that leads nowhere and a folder that cannot be opened are unreadable entries.
    4. A pipe, socket or device is an entry; reading it could wait for ever.

    Raises:
        InputError: the folder does not exist.
    """
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; expected a folder of DICOM files. Check the path.")
    walking = _Walk(os.path.realpath(root))
    walking.folder("", walking.home)
    for link in walking.links:
        walking.follow(link)
    entries = sorted(walking.entries, key=lambda entry: entry.path)
    return Walked(tuple(sorted(walking.files.values())), tuple(entries))


@dataclass
class _Walk:
    """A walk under way: real paths to the paths they are listed under; links grows while it is followed."""

    home: str
    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    entries: list[FileEntry] = field(default_factory=list)

    def folder(self, path: str, real: str) -> None:
        """List a folder and those below it; its links are kept for later."""
        waiting = [(path, real)]
        while waiting:
            path, real = waiting.pop()
            if real in self.folders:
                self._leave_out(path, f"folder that is listed already as {self.folders[real] or 'this folder'}")
                continue
            self.folders[real] = path
            waiting += self._inside(path, real)

    def _inside(self, path: str, real: str) -> Iterator[tuple[str, str]]:
        try:
            with os.scandir(real) as scanned:
                inside = sorted(scanned, key=lambda item: item.name)
        except OSError as error:
            self._unreadable(path or ".", f"folder cannot be opened: {error.strerror or 'read error'}")
            return
        for item in inside:
            below = f"{path}/{item.name}" if path else item.name
            if item.is_symlink():
                self.links.append(below)
            elif item.is_dir(follow_symlinks=False):
                yield below, item.path
            else:
                self._file(below, item.path)

    def follow(self, link: str) -> None:
        """List what a link leads to."""
        try:
            real = os.path.realpath(os.path.join(self.home, link), strict=True)
        except OSError as error:
            self._unreadable(link, f"link that leads nowhere: {error.strerror or 'read error'}")
            return
        if not os.path.isdir(real):
            self._file(link, real)
        elif os.path.commonpath([real, self.home]) == real:
            self._leave_out(link, "link to this folder or to one above it; it is not followed")
        else:
            self.folder(link, real)

    def _file(self, path: str, real: str) -> None:
        if not os.path.isfile(real):
            self._leave_out(path, "pipe, socket or device; it holds no image")
        elif real in self.files:
            self._leave_out(path, f"link to a file that is listed already as {self.files[real]}")
        else:
            self.files[real] = path

    def _leave_out(self, path: str, reason: str) -> None:
        self.entries.append(FileEntry(path, FileStatus.LEFT_OUT, reason=reason))

    def _unreadable(self, path: str, reason: str) -> None:
        self.entries.append(FileEntry(path, FileStatus.UNREADABLE, reason=reason))
