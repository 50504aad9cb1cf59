"""What became of the mutated inputs of a kind, counted by outcome, as a table and a list of what to repeat."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.fuzz import outcome, watch
from tests.fuzz.outcome import Line
from tests.fuzz.watch import Watched

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "crashes": (outcome.CRASH,),
    "internal": (outcome.INTERNAL,),
    "hangs": (outcome.HANG,),
    "over 1 GiB": (outcome.MEMORY,),
    "unnamed": (outcome.NO_LINE, outcome.TWICE, outcome.SILENT),
    "sound lost": (outcome.SOUND_LOST,),
}
"""The columns of the table, and the outcomes that each counts."""
MOST_LINES = 30
"""Outcomes of a kind that are listed: own choice, one screen."""


@dataclass
class Tally:
    """Outcomes of the inputs of one kind; peak_bytes of a command with its workers, longest reading of one input."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[Line] = field(default_factory=list)
    batches: Counter[tuple[int, str]] = field(default_factory=Counter)
    peak_bytes: int = 0
    longest: tuple[float, str] = (0.0, "")

    def add(self, number: int, inputs: int, watched: Watched) -> tuple[Line, ...]:
        """Count a batch by its number and return its breaches."""
        self.inputs += inputs
        self.outcomes.update(line.outcome for line in watched.lines)
        self.peak_bytes = max(self.peak_bytes, watched.peak_bytes)
        self.longest = max(self.longest, watched.longest)
        mine = tuple(line for line in watched.lines if line.breach)
        if watched.peak_bytes > watch.MOST_BYTES and not any(line.outcome.startswith(outcome.MEMORY) for line in mine):
            mine += (Line("(batch)", f"{outcome.MEMORY}: {watched.peak_bytes >> 20} MiB"),)
        self.breaches += mine
        self.batches.update((number, line.outcome) for line in mine)
        return mine


def report(tallies: Mapping[str, Tally], words: str = "") -> Iterator[str]:
    """Yield the lines of the report: the outcomes, the table, and how each batch that breaks the bar is made again.

    words are the options that the batches were made with.
    """
    for kind, tally in tallies.items():
        yield f"{kind}: what became of them"
        yield from (f"  {count:6d} {text}" for text, count in tally.outcomes.most_common(MOST_LINES))
        yield f"  {len(tally.outcomes)} kinds of outcome"
    yield ""
    yield f"{'kind':10}{'n':>7}" + "".join(f"{name:>12}" for name in COLUMNS) + f"{'peak MiB':>12}{'longest s':>12}"
    for kind, tally in tallies.items():
        counts = (sum(line.outcome.startswith(begins) for line in tally.breaches) for begins in COLUMNS.values())
        yield (
            f"{kind:10}{tally.inputs:7}" + "".join(f"{count:12}" for count in counts)
            + f"{tally.peak_bytes >> 20:12}{tally.longest[0]:12.1f}"
        )  # fmt: skip
    yield f"breaches: {sum(len(tally.breaches) for tally in tallies.values())}"
    for kind, tally in tallies.items():
        for (number, text), count in sorted(tally.batches.items()):
            yield f"  {count:6d} {text}"
            yield f"         again: python -m tests.fuzz --only {kind} --batch {number}{words}"
