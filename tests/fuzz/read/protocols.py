"""What a command that takes a trial protocol says of each."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import hepatrack

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events


def read(folder: Path, names: Sequence[str], events: "Events") -> None:
    """Give each protocol to respond."""
    words = ("respond", "--tu", folder / "TU.csv", "--tr", folder / "TR.csv", "--out", folder / "out.csv")
    for name in names:
        with events.reading(name):
            done = hepatrack.run(*words, "--protocol", folder / name)
        events.lines([hepatrack.line(name, done)])
