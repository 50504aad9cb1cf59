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
        told = json.loads(done.out)["files"]
    except ValueError:
        told = []
    events.lines(_lines(told))
    if not told or (done.code not in (0, 1, 2)):
        events.lines([hepatrack.line("(scan)", done)])


def _lines(told: Sequence[dict[str, str]]) -> Iterator[Line]:
    for file in told:
        yield Line(file["path"], _outcome(file))


def _outcome(file: dict[str, str]) -> str:
    if file["status"] == "used":
        return outcome.READ
    if file["path"].startswith(f"{SOUND_FOLDER}/"):
        return f"{outcome.SOUND_LOST}: {file['status']}: {outcome.general(file['reason'])}"
    if not file["reason"]:
        return f"{outcome.SILENT}: {file['status']}"
    if file["status"] == "internal":
        return f"{outcome.INTERNAL}: {file['reason'].removeprefix('INTERNAL: ')[: outcome.LONGEST]}"
    return f"{file['status']}: {outcome.general(file['reason'])}"
