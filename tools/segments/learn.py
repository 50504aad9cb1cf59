"""Learn where Couinaud's segments lie from the shapes of livers, and judge it on livers it has not seen.

    python tools/segments/learn.py couinaud_lits_4mm.npz --out pipeline/engines/weights/segments.json
    python tools/segments/learn.py couinaud_lits_4mm.npz --judge

The first writes the model that ships. The second learns eight times without an eighth of the livers and prints how well
the model does on those: per voxel, per lesion, whole and damaged livers. README.md says what the label maps are.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import livers
import network
import numpy as np
import table

FOLDS = 8
"""Parts that the livers are dealt into; each is judged once by a model that was learned on the seven others."""
SEED = 20260301
"""Seed of every random choice."""


def main() -> None:
    """Write the model, or print the tables of how well it does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maps", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--judge", action="store_true")
    given = parser.parse_args()
    maps = livers.load(given.maps)
    if given.judge:
        judge(maps)
    if given.out is not None:
        write(maps, given.maps, given.out)


def judge(maps: dict[str, livers.LabelMap]) -> None:
    """Print how models do on livers they were not learned from."""
    names = sorted(maps)
    fold = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    found = table.Table()
    drawn = _drawn(maps)
    for n in range(FOLDS):
        others = [places for places, of in zip(drawn, fold, strict=True) if of != n]
        learned = network.learn(others, np.random.default_rng(SEED + n))
        for at, name in enumerate(names):
            if fold[at] == n:
                found.add(maps[name], learned, np.random.default_rng(SEED + 100 + at))
        print(f"{n + 1} of {FOLDS} judged", flush=True)
    found.show()


def _drawn(maps: dict[str, livers.LabelMap]) -> list[network.Drawn]:
    """Return the places of every liver, in the order of their names."""
    return [network.draw(maps[name], np.random.default_rng(SEED + 1000 + n)) for n, name in enumerate(sorted(maps))]


def write(maps: dict[str, livers.LabelMap], source: Path, out: Path) -> None:
    """Write the model that ships and print its hash."""
    learned = network.learn(_drawn(maps), np.random.default_rng(SEED))
    content: dict[str, Any] = {
        "what": "Couinaud segments 1 to 8 from the shape of a liver's outline; a machine's guess",
        "source": f"{len(maps)} label maps of the repository Couinaud-Segmentation (MIT license), {source.name}, "
        f"SHA-256 {hashlib.sha256(source.read_bytes()).hexdigest()}",
        "notice": "see SEGMENTS.md beside this file",
        "layers": [
            {
                "weights": [[round(float(w), 4) for w in row] for row in layer.weights],
                "bias": [round(float(b), 4) for b in layer.bias],
            }
            for layer in learned.layers
        ],
    }
    text = json.dumps(content, separators=(",", ":")).replace("],[", "],\n[") + "\n"
    out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{out.name} {len(text)} bytes {hashlib.sha256(text.encode()).hexdigest()}")


if __name__ == "__main__":
    main()
