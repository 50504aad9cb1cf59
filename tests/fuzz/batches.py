"""Make the mutated inputs batch by batch, have them read, and keep what breaks the bar."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tests.fuzz import watch
from tests.fuzz.make import files, masks, protocols, seeds, tables
from tests.fuzz.outcome import Line
from tests.fuzz.tally import Tally

TOGETHER = 50
"""Masks, protocols or tables that one process reads one after the other; own choice."""


@dataclass(frozen=True)
class Order:
    """How many inputs of each kind, files in folders of how many, by which seed; kinds are tried in their order."""

    counts: dict[str, int]
    folder: int = 200
    seed: int = 1
    cases: bool = True
    keep: Path | None = None
    module: str = watch.CHUNK
    hang: float = watch.HANG_SECONDS


def run(order: Order, tell: Callable[[str], None] = lambda _: None) -> dict[str, Tally]:
    """Return what became of each kind; the same order makes the same inputs."""
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="hepatrack-fuzz-") as made:
        work = Path(made)
        for kind, count in order.counts.items():
            if not count:
                continue
            tally = tallies.setdefault(kind, Tally())
            make = _maker(kind, order, work)
            for number, size in _sizes(count, order.folder if kind == "files" else TOGETHER):
                folder = work / f"{kind}-{number:04}" / "inputs"
                folder.mkdir(parents=True)
                names = make(folder, size, Random(f"{order.seed} {kind} {number}"))
                watched = watch.watch(kind, folder, names, module=order.module, hang=order.hang)
                mine = tally.add(size, watched)
                _keep(order.keep, folder.parent, mine)
                shutil.rmtree(folder.parent)
                tell(f"{kind} {number}: {size} inputs, {len(mine)} breaches, {watched.peak_bytes >> 20} MiB")
    return tallies


def _maker(kind: str, order: Order, work: Path) -> Callable[[Path, int, Random], list[str]]:
    if kind == "files":
        sound = seeds.all_of(work / "seeds", cases=order.cases)
        return partial(_files, sound)
    return {"masks": masks.make, "protocols": protocols.make, "tables": tables.make}[kind]


def _files(sound: seeds.Seeds, folder: Path, count: int, choice: Random) -> list[str]:
    return files.make(folder, count, sound, choice)


def _sizes(count: int, most: int) -> Iterator[tuple[int, int]]:
    for number, first in enumerate(range(0, count, most)):
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
