"""Make the mutated inputs batch by batch, have them read, and keep what breaks the bar."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tests.fuzz import watch
from tests.fuzz.make import files, masks, protocols, seeds, tables
from tests.fuzz.outcome import Line
from tests.fuzz.tally import Tally
from tests.fuzz.watch import Watched

TOGETHER = {"studies": 80, "masks": 50, "protocols": 50, "tables": 50}
"""Inputs of a kind that one process reads: those of a study together, the others one after the other; own choice."""
Make = Callable[[Path, int, Random], list[str]]
"""Write so many mutated inputs into a folder by a choice; returns their names."""


@dataclass(frozen=True)
class Order:
    """How many inputs of each kind, files in folders of how many, by which seed; batch: only that one of each kind."""

    counts: dict[str, int]
    folder: int = 200
    seed: int = 1
    batch: int | None = None
    cases: bool = True
    keep: Path | None = None
    module: str = watch.CHUNK
    hang: float = watch.HANG_SECONDS
    workers: int = 1


def run(order: Order, tell: Callable[[str], None] = lambda _: None) -> dict[str, Tally]:
    """Return what became of each kind; the same order makes the same inputs, whatever the number of workers."""
    tallies: dict[str, Tally] = {}
    with (
        tempfile.TemporaryDirectory(prefix="hepatrack-fuzz-") as made,
        ThreadPoolExecutor(order.workers) as workers,
    ):
        work, making = Path(made), threading.Lock()
        for kind in filter(order.counts.get, order.counts):
            tally = tallies.setdefault(kind, Tally())
            make = _maker(kind, order, work)
            batch = partial(_batch, order, work, kind, make, making)
            for number, size, folder, watched in workers.map(batch, _sizes(kind, order)):
                mine = tally.add(number, size, watched)
                _keep(order.keep, folder, mine)
                shutil.rmtree(folder)
                tell(f"{kind} {number}: {size} inputs, {len(mine)} breaches, {watched.peak_bytes >> 20} MiB")
    return tallies


def _batch(
    order: Order, work: Path, kind: str, make: Make, making: threading.Lock, batch: tuple[int, int]
) -> tuple[int, int, Path, Watched]:
    """Make a batch, one at a time (it takes the standard output), and have it read beside the others."""
    number, size = batch
    folder = work / f"{kind}-{number:04}" / "inputs"
    folder.mkdir(parents=True)
    with making:
        names = make(folder, size, Random(f"{order.seed} {kind} {number}"))
    return number, size, folder.parent, watch.watch(kind, folder, names, module=order.module, hang=order.hang)


def _maker(kind: str, order: Order, work: Path) -> Make:
    if kind in {"files", "studies"}:
        sound = seeds.all_of(work / "seeds", cases=order.cases)
        return lambda folder, count, choice: files.make(folder, count, sound, choice)
    return {"masks": masks.make, "protocols": protocols.make, "tables": tables.make}[kind]


def _sizes(kind: str, order: Order) -> Iterator[tuple[int, int]]:
    """Yield number and size of each batch that is asked for."""
    count, most = order.counts[kind], TOGETHER.get(kind, order.folder)
    for number, first in enumerate(range(0, count, most)):
        if order.batch in (None, number):
            yield number, min(most, count - first)


def _keep(keep: Path | None, batch: Path, breaches: Sequence[Line]) -> None:
    """Copy a batch with its breaches to the folder of those that are kept; links and pipes stay such."""
    if keep is None or not breaches:
        return
    kept = keep / batch.name
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(batch, kept, symlinks=True, ignore=_special)
    text = "\n\n".join(f"{line.name}: {line.outcome}\n{line.detail}" for line in breaches)
    (kept / "breaches.txt").write_text(text, encoding="utf-8", errors="backslashreplace")


def _special(folder: str, names: list[str]) -> list[str]:
    """Name what cannot be copied: pipes."""
    return [name for name in names if (Path(folder) / name).is_fifo()]
