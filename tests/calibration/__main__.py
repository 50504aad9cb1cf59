"""Print the table of docs/methods/certainty.md and write its figure: python -m tests.calibration [SUBJECTS]."""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from tests.calibration import double_reads
from tests.calibration.double_reads import WORLDS, Bin, Call

FIGURE = Path(__file__).resolve().parents[2] / "docs" / "images" / "certainty-calibration.png"
SUBJECTS = 8000
FEWEST = 20
"""A bin of fewer calls is printed but not drawn."""


def main(subjects: int) -> None:
    """Run every world, print it, draw it."""
    figure, axes = plt.subplots(2, 4, figsize=(11.5, 6), sharex=True, sharey=True, layout="constrained")
    for world, place in zip(WORLDS, axes.flat, strict=True):
        found = double_reads.calls(world, subjects)
        bins = list(double_reads.binned(found))
        sys.stdout.write(_table(world.name, found, bins))
        sys.stdout.flush()
        place.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        shown = [one for one in bins if one.calls >= FEWEST]
        limits = [1.96 * one.se for one in shown]
        place.errorbar([b.predicted for b in shown], [b.observed for b in shown], limits, fmt="o", markersize=4)
        place.set_title(world.name, fontsize=8)
        place.set_xlim(0, 0.8)
        place.set_ylim(0, 1)
    figure.supxlabel("predicted chance that the PD flips")
    figure.supylabel("share of second readers without PD")
    figure.savefig(FIGURE, dpi=90, metadata={"Software": None})


def _table(name: str, found: list[Call], bins: list[Bin]) -> str:
    predicted, flipped = (np.mean([getattr(call, what) for call in found]) for what in ("predicted", "flipped"))
    brier = np.mean([(call.predicted - call.flipped) ** 2 for call in found])
    rows = [
        f"| {b.low:.2f} to {b.high:.2f} | {b.calls} | {b.predicted:.3f} | {b.observed:.3f} ± {1.96 * b.se:.3f} |"
        for b in bins
    ]
    head = f"\n{name}: {len(found)} calls, predicted {predicted:.3f}, observed {flipped:.3f}, Brier {brier:.3f}\n"
    return "\n".join((head, *rows, ""))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS)
