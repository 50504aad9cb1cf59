"""What the charts of a subject share: a frame in points, visits and days below it, words that give way to others."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pipeline.model.events import Event, EventKind
from pipeline.model.response import TimePoint
from pipeline.model.visit import BASELINE
from pipeline.report.figures import style

LETTER_PT = 5.6
"""Points that a letter of the charts takes on average; own choice, on the safe side for DejaVu Sans at 9 points."""
BOLD_LETTER_PT = 6.4
"""The same for bold letters; own choice."""
ROW_PT = 11.5
"""Points from one line of words to the next; own choice."""
INSET = 0.035
"""Room left of the first and right of the last day, as a share of the time shown; own choice."""
POINTS_PER_INCH = 72
"""A typographic point is 1/72 inch by definition."""
HEADROOM = 1.12
"""How far the axis of values reaches above the highest one, as a multiple of it; own choice, for the words above it."""


@dataclass(frozen=True)
class Days:
    """The time axis. Day 0 is the first embolization, without one the first time point."""

    zero: dt.date
    zero_name: str
    first: int
    last: int

    def of(self, date: dt.date) -> int:
        """Days from day 0."""
        return (date - self.zero).days

    @property
    def limits(self) -> tuple[float, float]:
        """Days at the left and the right end of the frame; a single day stands in the middle."""
        room = max((self.last - self.first) * INSET, 1.0)
        return self.first - room, self.last + room


def days(timepoints: Sequence[TimePoint], events: Sequence[Event], others: Sequence[dt.date] = ()) -> Days:
    """The time axis over all time points and the other dates."""
    treated = [event.date for event in events if event.kind is EventKind.EMBOLIZATION]
    zero = min(treated) if treated else timepoints[0].date
    shown = [*others, *(point.date for point in timepoints)]
    name = "first embolization" if treated else "the first scan"
    return Days(zero, name, (min(shown) - zero).days, (max(shown) - zero).days)


def frame(
    figure: Figure, span: Days, margins_pt: tuple[float, float, float, float], *, highest: float, unit: str
) -> Axes:
    """Return axes over the days, values from 0 to above `highest`; margins left, right, below and above."""
    left, right, bottom, top = margins_pt
    width, height = size_pt(figure)
    axes = figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height))
    axes.patch.set_visible(False)
    axes.set_xlim(*span.limits)
    locator = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])
    ticks = locator.tick_values(0, highest * HEADROOM or 1)
    axes.set_ylim(0, float(ticks[-1]))
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.grid(axis="y", color=style.GRID)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(style.AXIS)
    axes.tick_params(axis="y", length=0, colors=style.QUIET)
    axes.tick_params(axis="x", color=style.AXIS)
    axes.set_ylabel(unit, color=style.QUIET)
    return axes


def lower(axes: Axes, by_pt: float) -> None:
    """Take room from the top of the frame."""
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, box.width, box.height - by_pt / size_pt(figure_of(axes))[1]))


def size_pt(figure: Figure) -> tuple[float, float]:
    """Width and height of a figure in points."""
    width, height = figure.get_size_inches()
    return float(width) * POINTS_PER_INCH, float(height) * POINTS_PER_INCH


def figure_of(axes: Axes) -> Figure:
    """The whole figure that axes stand in."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def across_pt(axes: Axes, day: float) -> float:
    """Where a day stands, in points from the left edge of the figure."""
    box = axes.get_position()
    first, last = axes.get_xlim()
    return float(box.x0 + (day - first) / (last - first) * box.width) * size_pt(figure_of(axes))[0]


def height_pt(axes: Axes) -> float:
    """Height of the frame in points."""
    return axes.get_position().height * size_pt(figure_of(axes))[1]


def below(axes: Axes, day: float, row: int, words: str, color: str, *, bold: bool = False) -> None:
    """Write words centered under a day, in the first, second, ... row below the frame."""
    axes.text(
        day,
        -(ROW_PT * (row + 1) + 3) / height_pt(axes),
        style.plain(words),
        transform=axes.get_xaxis_transform(),
        ha="center",
        color=color,
        fontweight="bold" if bold else "normal",
    )


def visits(axes: Axes, timepoints: Sequence[TimePoint], span: Days, *, short: bool = False) -> None:
    """Name the visits and their days where there is room, the first and the last first. short: BL for BASELINE."""
    shown = [span.of(point.date) for point in timepoints]
    names = ["BL" if short and point.visit == BASELINE else point.visit for point in timepoints]
    axes.set_xticks(shown, [])
    widths = [max(len(name), 4) * BOLD_LETTER_PT for name in names]
    free = fitting([across_pt(axes, day) for day in shown], widths, first=(0, len(shown) - 1))
    for day, name, fits in zip(shown, names, free, strict=True):
        if fits:
            below(axes, day, 0, name, style.INK, bold=True)
            below(axes, day, 1, f"{day:d}".replace("-", "\u2212"), style.QUIET)


def fitting(
    centers: Sequence[float], widths: Sequence[float], first: Sequence[int] = (), gap: float = 4.0
) -> list[bool]:
    """Which words have room beside those placed before them: those of `first`, then from left to right; in points."""
    placed: list[tuple[float, float]] = []
    fits = [False] * len(centers)
    for n in dict.fromkeys((*first, *range(len(centers)))):
        start, end = centers[n] - widths[n] / 2, centers[n] + widths[n] / 2
        fits[n] = all(end + gap <= a or start >= b + gap for a, b in placed)
        if fits[n]:
            placed.append((start, end))
    return fits


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as fit with at least `gap` between them, in the same order."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    floor = low
    for n in order:
        placed[n] = max(floor, wanted[n])
        floor = placed[n] + gap
    ceiling = high
    for n in reversed(order):
        placed[n] = min(ceiling, placed[n])
        ceiling = placed[n] - gap
    return placed


def number(value: Decimal | None) -> float:
    """A value as a chart needs it; nan where there is none."""
    return float("nan") if value is None else float(value)
