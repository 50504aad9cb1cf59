"""Mutate images, masks, protocols and tables, and hold what becomes of them against the bar.

    python -m tests.fuzz [--files 20000] [--folder 200] [--masks 1000] [--protocols 800] [--tables 1200] [--seed 1]
                         [--only files,masks] [--keep FOLDER]

The bar: no crash, no reading over 10 s, no process above 1 GiB, a line with a reason for every input, and no fault of
ours (INTERNAL) among the reasons. Prints the outcomes with their counts; exit code 1 where anything breaks the bar,
and those inputs stay in the folder of --keep. The same seed makes the same inputs.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz import batches, tally, watch

COUNTS = {"files": 20_000, "masks": 1000, "protocols": 800, "tables": 1200}
"""How many inputs of each kind the bar asks for."""


def main(module: str = watch.CHUNK) -> int:
    """Run what the arguments ask for; return the exit code. module is the process that reads."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    for kind, count in COUNTS.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--folder", type=int, default=batches.Order.folder, help="mutated files of one scanned folder")
    parser.add_argument("--seed", type=int, default=batches.Order.seed)
    parser.add_argument("--only", default=",".join(COUNTS), help="kinds to try, by commas")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-breaches"), help="folder for inputs that break the bar")
    given = parser.parse_args()
    counts = {kind: getattr(given, kind) for kind in given.only.split(",")}
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s {text}", file=sys.stderr, flush=True)

    tallies = batches.run(batches.Order(counts, given.folder, given.seed, keep=given.keep, module=module), tell)
    print("\n".join(tally.report(tallies)))
    return int(any(each.breaches for each in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
