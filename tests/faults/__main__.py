"""`python -m tests.faults`: a trial's tables with one scan in a hundred of each kind of fault, named in one run.

    python -m tests.faults [--subjects 600] [--seed 1]

Exit code 1 where a planted fault is not named, or a sound subject is derived otherwise than without the faults.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults import kinds, trial

SHOWN = 40
"""Faults that nobody named, on the screen: own choice, one page."""


def main() -> None:
    """Print each kind with how often it was planted and named, and how many sound subjects are as without faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults") as name:
        outcome = trial.run(Path(name), asked.subjects, asked.seed)
    times = Counter(each.kind.name for each in outcome.planted)
    missed = Counter(each.kind.name for each in outcome.missed)
    print(f"{'table':6}{'kind':52}{'planted':>8}{'named':>8}")
    for kind in kinds.EVERY:
        print(f"{kind.table:6}{kind.name:52}{times[kind.name]:8}{times[kind.name] - missed[kind.name]:8}")
    for command, count in outcome.sound.items():
        differing = outcome.differing[command]
        print(f"{command}: {count - len(differing)} of {count} sound subjects as without faults")
        print(*(f"  differs: {subject}" for subject in differing[:SHOWN]), sep="\n", end="\n" if differing else "")
    for line in outcome.unnamed[:SHOWN]:
        print(f"not named: {line}")
    print(f"{len(outcome.planted)} faults planted, {len(outcome.unnamed)} not named")
    sys.exit(0 if outcome.passed else 1)


if __name__ == "__main__":
    main()
