"""Step curves of groups with limits, censoring marks and the numbers at risk below them."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from pipeline.analysis.sample import Floats, Sample, at_risk
from pipeline.report.figures import style
from pipeline.report.figures.columns import STEPS, StepPoint
from pipeline.report.figures.drawn import Drawn

_ROW_INCH = 0.2
"""Height of a line of numbers at risk; own choice, letters of 8.5 points with room between them."""
_LONGEST_NAME = 16
"""Letters of a group's name beside its numbers at risk; own choice, what the margin holds."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One group: value from each time on, its limits (nan: none), where it starts, and whom it is made from."""

    name: str
    legend: str
    start: float
    time: Floats
    value: Floats
    low: Floats
    high: Floats
    sample: Sample
    marks: Floats


@dataclass(frozen=True)
class Captions:
    """Title, plain lines below it, and the names of the axes with their units."""

    title: str
    lines: tuple[str, ...]
    x: str
    y: str


def draw(curves: tuple[Curve, ...], words: Captions) -> Drawn:
    """Draw curves from day 0 on; the scale of probability is always 0 to 1."""
    with style.applied():
        figure = style.figure(4.2 + 2 * _ROW_INCH * len(curves))
        grid = figure.add_gridspec(2, 1, height_ratios=(3.6, 0.25 + _ROW_INCH * len(curves)))
        axes, below = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
        ticks = style.day_ticks(max(float(curve.time.max(initial=1)) for curve in curves))
        rows: list[StepPoint] = []
        for place, curve in enumerate(curves):
            rows += _curve(axes, curve, style.look(place))
        for part in (axes, below):
            part.set_xlim(0, ticks[-1])
            part.set_xticks(ticks)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(words.x)
        axes.set_ylabel(words.y)
        style.title(axes, words.title, list(words.lines))
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left")
        rows += _numbers_at_risk(below, curves, ticks)
    return Drawn(figure, STEPS.table(rows))


def _curve(axes: Axes, curve: Curve, look: style.GroupStyle) -> list[StepPoint]:
    time = np.concatenate([[0.0], curve.time])
    value, low, high = (
        np.concatenate([[first], rest])
        for first, rest in ((curve.start, curve.value), (np.nan, curve.low), (np.nan, curve.high))
    )
    axes.step(time, value, where="post", color=look.color, linestyle=look.line, label=curve.legend)
    stairs = (np.repeat(time, 2)[1:], np.repeat(low, 2)[:-1], np.repeat(high, 2)[:-1])
    axes.fill_between(*stairs, color=look.color, alpha=0.13, linewidth=0)
    height = value[np.searchsorted(time, curve.marks, side="right") - 1]
    axes.plot(curve.marks, height, linestyle="", marker="|", color=look.color, markersize=6, markeredgewidth=1)
    return [
        *(StepPoint(curve.name, "curve", t, v, a, b) for t, v, a, b in zip(time, value, low, high, strict=True)),
        *(StepPoint(curve.name, "censored", t, v) for t, v in zip(curve.marks, height, strict=True)),
    ]


def _numbers_at_risk(axes: Axes, curves: tuple[Curve, ...], ticks: list[float]) -> list[StepPoint]:
    """Write who is still followed at each tick, one line per group, names in the group's color."""
    axes.set_ylim(len(curves) - 0.5, -1.2)
    axes.set_yticks(range(len(curves)), [_short(curve.name) for curve in curves])
    axes.tick_params(length=0, labelbottom=False, pad=14)
    axes.spines[:].set_visible(False)
    axes.text(0, -0.85, "Number at risk", fontweight="bold", fontsize=8.5, ha="left", va="center")
    rows: list[StepPoint] = []
    for place, curve in enumerate(curves):
        axes.get_yticklabels()[place].set_color(style.look(place).color)
        for tick, count in zip(ticks, at_risk(curve.sample, np.array(ticks)), strict=True):
            axes.text(tick, place, str(int(count)), ha="center", va="center", fontsize=8.5)
            rows.append(StepPoint(curve.name, "at_risk", tick, int(count)))
    return rows


def _short(name: str) -> str:
    """Cut a name that would push the plot aside; its color and the legend tell the whole."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
