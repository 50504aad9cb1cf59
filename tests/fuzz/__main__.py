"""Mutate images, masks, protocols and tables, and hold what becomes of them against the bar.

    python -m tests.fuzz [--files 20000] [--folder 200] [--studies 800] [--masks 1000] [--protocols 800] [--tables 1200]
                         [--seed 1] [--only files,masks] [--batch NUMBER] [--workers 2] [--keep FOLDER]

The bar: no crash, no reading over 10 s, no command with its workers above 1 GiB, a line with a reason for every input,
and no fault of ours (INTERNAL) among the reasons. Prints the outcomes with their counts and a table of the kinds; exit
code 1 where anything breaks the bar, with the command that makes that batch again, and its inputs stay in the folder
of --keep. The same seed and counts make the same inputs.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

from tests.fuzz import batches, tally, watch

COUNTS = {"files": 20_000, "studies": 800, "masks": 1000, "protocols": 800, "tables": 1200}
"""How many inputs of each kind the bar asks for; studies are files that go through the whole line, beyond the bar."""
WORKERS = 2
"""Batches that are read at once: the cores of the machine that the bar was measured on (no unit)."""


def main(module: str = watch.CHUNK) -> int:
    """Run what the arguments ask for; return the exit code. module is the process that reads."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for kind, count in COUNTS.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--folder", type=int, default=batches.Order.folder, help="mutated files of one scanned folder")
    parser.add_argument("--seed", type=int, default=batches.Order.seed)
    parser.add_argument("--only", default=",".join(COUNTS), help="kinds to try, by commas")
    parser.add_argument("--batch", type=int, help="only the batch with this number")
    parser.add_argument("--workers", type=int, default=WORKERS, help="batches that are read at once")
    parser.add_argument("--keep", type=Path, default=Path("out") / "fuzz", help="folder for inputs that break the bar")
    given = parser.parse_args()
    counts = {kind: getattr(given, kind) for kind in given.only.split(",")}
    warnings.simplefilter("ignore")  # the seeds are mutated through libraries that complain of them
    began, told = time.monotonic(), sys.stderr

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s {text}", file=told, flush=True)

    order = batches.Order(
        counts, given.folder, given.seed, given.batch, keep=given.keep, module=module, workers=given.workers
    )
    tallies = batches.run(order, tell)
    sizes = "".join(f" --{kind} {count}" for kind, count in counts.items() if count != COUNTS[kind])
    folder = f" --folder {given.folder}" if given.folder != batches.Order.folder else ""
    print("\n".join(tally.report(tallies, f" --seed {given.seed}{folder}{sizes}")))
    return int(any(each.breaches for each in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
