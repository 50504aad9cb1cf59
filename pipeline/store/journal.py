"""The journal of a study: what cannot be made again, one JSON line to a record, only ever added to (21 CFR 11.10(e)).

Each record says when (UTC), who (the account on this machine), what, and carries a SHA-256 over itself and the
record before it; so a flipped bit, a removed and an exchanged line are all noticed. A record counts once its line
is whole on the disk: file and folder are synced before `add` returns.
"""

import datetime as dt
import hashlib
import json
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.model.errors import StorageError

NAME = "journal.jsonl"
"""File name of the journal in the study folder."""
NOTHING = ""
"""What stands for the record before the first."""
_KEYS = {"seq", "at", "who", "what", "body", "previous", "sha256"}


@dataclass(frozen=True)
class JournalRecord:
    """One record: seq counts from 1; previous is the SHA-256 of the record before it."""

    seq: int
    at: str
    who: str
    what: str
    body: Any
    previous: str

    @property
    def sha256(self) -> str:
        """Return the hash over this record, and with it over all before."""
        return hashlib.sha256(_json(vars(self)).encode()).hexdigest()

    def line(self) -> str:
        """Return the record as it stands in the journal, without the end of the line."""
        return _json({**vars(self), "sha256": self.sha256})


def record(after: JournalRecord | None, what: str, body: Any) -> JournalRecord:
    """Return the record that follows another, of now and of who runs this process."""
    return JournalRecord(
        seq=1 if after is None else after.seq + 1,
        at=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        who=_account(),
        what=what,
        body=body,
        previous=NOTHING if after is None else after.sha256,
    )


def parse(line: str) -> JournalRecord | None:
    """Return the record of a line, None where the line is not what was written."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict) or set(values) != _KEYS:
        return None
    stated = values.pop("sha256")
    read = JournalRecord(**values)
    same = read.sha256 == stated and _json({**vars(read), "sha256": stated}) == line
    return read if same else None


@dataclass(frozen=True)
class Contents:
    """What a journal holds: its records up to the first fault, all whole ones, where it is damaged, what is torn."""

    exists: bool
    records: tuple[JournalRecord, ...] = ()
    whole: tuple[JournalRecord, ...] = ()
    damage: str = ""
    torn: int = 0
    """Bytes of a last line that a killed command did not write to its end (a count)."""

    @property
    def last(self) -> JournalRecord | None:
        """Return the last record before any fault."""
        return self.records[-1] if self.records else None


@dataclass(frozen=True)
class Journal:
    """A journal file; whoever writes holds the transaction of the study's database."""

    path: Path

    def read(self) -> Contents:
        """Return what stands in the file; every record is checked."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Contents(exists=False)
        *lines, rest = content.split(b"\n")
        torn = len(rest)
        if rest and parse(_text(rest)) is not None:
            lines, torn = [*lines, rest], 0
        parsed = [parse(_text(line)) for line in lines]
        records: list[JournalRecord] = []
        damage = ""
        for number, each in enumerate(parsed, 1):
            if each is None:
                damage = f"line {number} is not what was written"
            elif each.seq != number or each.previous != (records[-1].sha256 if records else NOTHING):
                damage = f"line {number} does not follow the line before it"
            if damage or each is None:
                break
            records.append(each)
        return Contents(True, tuple(records), tuple(each for each in parsed if each is not None), damage, torn)

    def last_line(self) -> str:
        """Return the last whole line, empty where there is none."""
        with self.path.open("rb") as handle:
            end = handle.seek(0, os.SEEK_END)
            size = 4096
            while True:
                handle.seek(max(0, end - size))
                tail = handle.read()
                if not tail.endswith(b"\n"):
                    return ""
                if tail.count(b"\n") > 1 or size >= end:
                    return _text(tail[:-1].rpartition(b"\n")[2])
                size *= 4

    def add(self, new: JournalRecord) -> None:
        """Write a record behind the others and wait until the disk holds it.

        Raises:
            OSError: it cannot be written; the journal is as it was.
        """
        fresh = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            try:
                _write(descriptor, f"{new.line()}\n".encode())
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
        if fresh:
            _sync_folder(self.path.parent)

    def mend(self, contents: Contents) -> None:
        """Remove a torn last line, and end a whole one that lacks its end."""
        size = sum(len(each.line()) + 1 for each in contents.records)
        with self.path.open("r+b") as handle:
            if handle.seek(0, os.SEEK_END) >= size:
                handle.truncate(size)
            else:
                handle.write(b"\n")
            handle.flush()
            os.fsync(handle.fileno())

    def replace(self, records: tuple[JournalRecord, ...]) -> None:
        """Write the whole journal anew, at once or not at all."""
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        with part.open("wb") as handle:
            handle.write("".join(f"{each.line()}\n" for each in records).encode())
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(self.path)
        _sync_folder(self.path.parent)


def check(journal: Path, contents: Contents) -> None:
    """Refuse a damaged journal.

    Raises:
        StorageError: which line, and the way back.
    """
    if contents.damage:
        raise StorageError(f"{journal}: the journal is damaged: {contents.damage}. {way_back(journal.parent)}")


def way_back(study: Path) -> str:
    """Return what to do about a damaged study, the same words everywhere."""
    return f"Nothing was changed. `hepatrack restore --study {study}` makes the one from the other."


def chained(records: tuple[JournalRecord, ...]) -> Iterator[int]:
    """Yield the number of each record that does not follow the one before it, or is missing."""
    by_seq = {each.seq: each for each in records}
    for seq in range(1, max(by_seq, default=0) + 1):
        before = by_seq.get(seq - 1)
        each = by_seq.get(seq)
        follows = NOTHING if seq == 1 else None if before is None else before.sha256
        if each is None or follows not in (None, each.previous):
            yield seq


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _text(line: bytes) -> str:
    return line.decode("ascii", errors="replace")


def _account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
