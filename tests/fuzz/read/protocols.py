"""What a command that takes a trial protocol says of each."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import hepatrack

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events


def read(folder: Path, names: Sequence[str], events: "Events") -> None:
    """Give each protocol to respond."""
    for name in names:
        events.began(name)
        done = hepatrack.run(
            "respond", "--tu", folder / "TU.csv", "--tr", folder / "TR.csv", "--out", folder / "out.csv", "--protocol", folder / name
        )  # fmt: skip
        events.lines([hepatrack.line(name, done)])
        events.took(name, 0.0)
