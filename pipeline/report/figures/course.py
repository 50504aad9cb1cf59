"""The one way to draw a value of a subject over time and the thresholds of a sum, on the page and in journals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from matplotlib.axes import Axes

from pipeline.report.figures import style, timeline


@dataclass(frozen=True)
class Pen:
    """How a line and its marks are drawn; widths in points."""

    color: str
    marker: str
    line_pt: float = style.LINE_PT
    mark_pt: float = style.MARK_PT
    hollow: bool = False


def line(axes: Axes, days: Sequence[float], values: Sequence[float], pen: Pen, gid: str) -> None:
    """Draw values (nan: none) with their marks; a missing one breaks the line, and dots bridge the gap."""
    known = ~np.isnan(values)
    if not known.all():
        ends = np.asarray(days)[known], np.asarray(values)[known]
        axes.plot(*ends, color=style.AXIS, linestyle=(0, (1, 3)), linewidth=1, clip_on=False)
    axes.plot(
        days,
        values,
        color=pen.color,
        linewidth=pen.line_pt,
        marker=pen.marker,
        markersize=pen.mark_pt,
        markerfacecolor=style.CARD if pen.hollow else pen.color,
        markeredgecolor=pen.color if pen.hollow else style.CARD,
        markeredgewidth=pen.mark_pt / 6,
        clip_on=False,
        gid=gid,
        zorder=3,
    )


def thresholds(
    axes: Axes,
    days: Sequence[float],
    response: float,
    progression: Sequence[float],
    *,
    width_pt: float = style.RULE_PT,
) -> None:
    """Draw the greatest sum that is a response, and between two visits the least sum that is progression at the later.

    response: nan where there is no baseline. progression: one value per day, nan where there is no nadir yet.
    """
    if not isnan(response):
        axes.axhline(response, color=style.GOOD, linestyle=(0, (5, 3)), linewidth=width_pt, gid="response")
    axes.step(
        days,
        progression,
        where="pre",
        color=style.BAD,
        linestyle=(0, (1.5, 2.5)),
        linewidth=width_pt,
        clip_on=False,
        gid="progression",
    )


def words(
    axes: Axes, days: Sequence[float], values: Sequence[float], texts: Sequence[str], first: Sequence[int] = ()
) -> None:
    """Write a text above each value that has room for it, those of `first` first; without a value, on the axis."""
    across = [timeline.across_pt(axes, day) for day in days]
    free = timeline.fitting(across, [len(text) * timeline.LETTER_PT for text in texts], first)
    unit_per_pt = axes.get_ylim()[1] / timeline.height_pt(axes)
    for day, value, text, fits in zip(days, values, texts, free, strict=True):
        if fits:
            unknown = isnan(value)
            height = 4 * unit_per_pt if unknown else value + 6 * unit_per_pt
            axes.text(day, height, text, ha="center", color=style.QUIET if unknown else style.INK)
