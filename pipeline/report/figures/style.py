"""One look for all figures and charts: readable in print, in gray, by the color-blind, and on a dark page.

Colors of groups are those of Okabe and Ito; every group also has its own line style and marker. Colors with a
meaning are those of the report's style sheet in its light scheme; a page replaces them by its own variables.
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

INK = "#16212b"
RULE = "#767676"
"""Lines of orientation that are no data."""
QUIET = "#55636f"
"""Words beside the data."""
GRID, AXIS = "#dde3e8", "#b9c3cb"
CARD = "#ffffff"
"""The ground of a chart."""
GOOD, BAD = "#176339", "#a01d2b"
"""Response and progression."""
VIABLE, BURDEN, EVENT = "#8b3fa8", "#0f6e84", "#7c4a03"
PAGE_COLORS = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    GRID: "var(--rule)",
    AXIS: "var(--rule-strong)",
    CARD: "var(--card)",
    GOOD: "var(--good)",
    BAD: "var(--bad)",
    VIABLE: "var(--viable)",
    BURDEN: "var(--burden)",
    EVENT: "var(--event)",
}
"""What stands for a color in a page, so that it follows the page's light, dark and print schemes."""

WIDTH_INCH = 7.0
"""Two columns of a journal page."""
LINE_PT, RULE_PT = 1.6, 1.1
"""Width of a line of data and of a threshold in points; own choice."""
MARK_PT = 6.0
"""Diameter of a mark on a page in points; own choice."""

_LOOK: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": LINE_PT,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.fonttype": "none",
    "svg.hashsalt": "hepatrack",
    "path.simplify": False,
}
_LINE_LETTERS = 95
"""Letters on a line below a title; own choice, the most that WIDTH_INCH holds."""
_STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 360, 720)
"""Days between ticks of a time axis; own choice, weeks and months of 30 days."""


@dataclass(frozen=True)
class GroupStyle:
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


def look(number: int) -> GroupStyle:
    """Return how the group of this number (0, 1, ...) is drawn; styles repeat later than colors alone would."""
    return GroupStyle(
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


def plain(words: str) -> str:
    """Return words on one line, without characters that a drawing cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def title(axes: Axes, words: str, lines: list[str]) -> None:
    """Set a bold title with plain lines below it, above the axes."""
    wrapped = [part for line in lines for part in textwrap.wrap(line, _LINE_LETTERS)]
    axes.set_title("\n".join(wrapped), fontsize=8.5, color=INK, loc="left")
    axes.figure.suptitle(words, fontsize=10, fontweight="bold", x=0.01, ha="left")
