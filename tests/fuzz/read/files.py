"""What `hepatrack scan` says of each file of a folder."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import hepatrack, outcome
from tests.fuzz.outcome import Line

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events

SOUND_FOLDER = "sound"
"""The folder of a sound series, which must be read whatever lies beside it."""


def read(folder: Path, _names: Sequence[str], events: "Events") -> None:
    """Scan the folder as the command does, and tell what it says of each file."""
    done = hepatrack.run("scan", folder, "--json", "--paths")
    try:
        account = json.loads(done.out)["files"]
    except ValueError:
        account = []
    events.lines(_lines(account))
    if not account or (done.code not in (0, 1, 2)):
        events.lines([hepatrack.line("(scan)", done)])


def _lines(account: Sequence[dict[str, str]]) -> Iterator[Line]:
    for file in account:
        yield Line(file["path"], told(file["path"], file["status"], file["reason"]))


def told(path: str, status: str, reason: str) -> str:
    """Return the outcome of a file of which an account says this."""
    if status == "used":
        return outcome.READ
    if path.startswith(f"{SOUND_FOLDER}/"):
        return f"{outcome.SOUND_LOST}: {status}: {outcome.general(reason)}"
    if not reason:
        return f"{outcome.SILENT}: {status}"
    if status == "internal":
        return f"{outcome.INTERNAL}: {reason.removeprefix('INTERNAL: ')[: outcome.LONGEST]}"
    return f"{status}: {outcome.general(reason)}"
