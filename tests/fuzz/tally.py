"""What became of the mutated inputs of a kind, counted by outcome."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.fuzz import outcome, watch
from tests.fuzz.outcome import Line
from tests.fuzz.watch import Watched


@dataclass
class Tally:
    """Outcomes of the inputs of one kind; peak_bytes of the largest process, longest reading of one input."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[Line] = field(default_factory=list)
    peak_bytes: int = 0
    longest: tuple[float, str] = (0.0, "")

    def add(self, inputs: int, watched: Watched) -> tuple[Line, ...]:
        """Count a batch and return its breaches."""
        self.inputs += inputs
        self.outcomes.update(line.outcome for line in watched.lines)
        self.peak_bytes = max(self.peak_bytes, watched.peak_bytes)
        self.longest = max(self.longest, watched.longest)
        mine = tuple(line for line in watched.lines if line.breach)
        if watched.peak_bytes > watch.MOST_BYTES and not any(line.outcome.startswith(outcome.MEMORY) for line in mine):
            mine += (Line("(batch)", f"{outcome.MEMORY}: {watched.peak_bytes >> 20} MiB"),)
        self.breaches += mine
        return mine


def report(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """Yield the lines of the report: each kind with its outcomes, the most frequent first."""
    for kind, tally in tallies.items():
        seconds, name = tally.longest
        yield (
            f"{kind}: {tally.inputs} mutated inputs, {len(tally.breaches)} breaches; largest process "
            f"{tally.peak_bytes >> 20} MiB, longest reading {seconds:.1f} s ({name.encode('ascii', 'replace').decode()})"
        )
        yield from (f"  {count:6d} {text}" for text, count in tally.outcomes.most_common())
    broken = Counter(f"{kind}: {line.outcome}" for kind, tally in tallies.items() for line in tally.breaches)
    yield f"breaches: {sum(broken.values())}"
    yield from (f"  {count:6d} {text}" for text, count in broken.most_common())
