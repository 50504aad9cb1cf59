"""One look for all figures: readable in print, in gray and by the color-blind.

Colors are those of Okabe and Ito; every group also has its own line style and marker.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "////", "....", "xxxx")

INK = "#333333"
RULE = "#767676"
"""Thresholds and other lines that are no data."""

WIDTH_INCH = 7.0
"""Two columns of a journal page."""

_LOOK: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.fonttype": "none",
    "svg.hashsalt": "hepatrack",
    "path.simplify": False,
}
_LINE_LETTERS = 95
_STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 360, 720)


@dataclass(frozen=True)
class Look:
    """How one group is drawn."""

    color: str
    line: str
    marker: str
    hatch: str


@contextmanager
def applied() -> Iterator[None]:
    """Draw and save within this look, whatever the machine's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_LOOK)
        yield


def look(number: int) -> Look:
    """Return how the group of this number (0, 1, ...) is drawn; styles repeat later than colors alone would."""
    return Look(
        COLORS[number % len(COLORS)],
        LINES[number % len(LINES)],
        MARKERS[number % len(MARKERS)],
        HATCHES[number % len(HATCHES)],
    )


def figure(height_inch: float) -> Figure:
    """Return an empty figure of the width of a page."""
    return Figure(figsize=(WIDTH_INCH, height_inch), layout="constrained")


def day_ticks(last: float, most: int = 10) -> list[float]:
    """Return round days from 0 on that cover the last one, `most` at the most."""
    step = next((s for s in _STEPS if last / s <= most - 1), None) or 720 * (int(last / 720 / (most - 1)) + 1)
    return [float(step * k) for k in range(int(-(-last // step)) + 1)]


def title(axes: Axes, words: str, lines: list[str]) -> None:
    """Set a bold title with plain lines below it, above the axes."""
    wrapped = [part for line in lines for part in textwrap.wrap(line, _LINE_LETTERS)]
    axes.set_title("\n".join(wrapped), fontsize=8.5, color=INK, loc="left")
    axes.figure.suptitle(words, fontsize=10, fontweight="bold", x=0.01, ha="left")
