"""The one way to draw a value of a subject over time and the thresholds of a sum, on the page and in journals."""

from collections.abc import Sequence
from math import isnan

import numpy as np
from matplotlib.axes import Axes

from pipeline.report.figures import style, timeline


def line(
    axes: Axes,
    days: Sequence[float],
    values: Sequence[float],
    *,
    color: str,
    marker: str,
    gid: str,
    width: float = style.LINE_PT,
) -> None:
    """Draw values (nan: none) with their marks; a missing one breaks the line, and dots bridge the gap."""
    known = ~np.isnan(values)
    if not known.all():
        ends = np.asarray(days)[known], np.asarray(values)[known]
        axes.plot(*ends, color=style.AXIS, linestyle=(0, (1, 3)), linewidth=1, clip_on=False)
    hollow = marker == style.HOLLOW
    axes.plot(
        days,
        values,
        color=color,
        linewidth=width,
        marker=marker,
        markersize=style.MARK_PT,
        markerfacecolor=style.CARD if hollow else color,
        markeredgecolor=color if hollow else style.CARD,
        clip_on=False,
        gid=gid,
        zorder=3,
    )


def thresholds(axes: Axes, days: Sequence[float], response: float, progression: Sequence[float]) -> None:
    """Draw the greatest sum that is a response, and between two visits the least sum that is progression at the later.

    response: nan where there is no baseline. progression: one value per day, nan where there is no nadir yet.
    """
    if not isnan(response):
        axes.axhline(response, color=style.GOOD, linestyle=(0, (5, 3)), linewidth=style.RULE_PT, gid="response")
    axes.step(
        days,
        progression,
        where="pre",
        color=style.BAD,
        linestyle=(0, (1.5, 2.5)),
        linewidth=style.RULE_PT,
        clip_on=False,
        gid="progression",
    )


def words(axes: Axes, days: Sequence[float], values: Sequence[float], texts: Sequence[str]) -> None:
    """Write a text above each value that has room for it; those without a value stand on the axis."""
    across = [timeline.across_pt(axes, day) for day in days]
    free = timeline.fitting(across, [len(text) * timeline.LETTER_PT for text in texts])
    unit_per_pt = axes.get_ylim()[1] / timeline.height_pt(axes)
    for day, value, text, fits in zip(days, values, texts, free, strict=True):
        if fits:
            unknown = isnan(value)
            height = 4 * unit_per_pt if unknown else value + 6 * unit_per_pt
            axes.text(day, height, text, ha="center", color=style.QUIET if unknown else style.INK)
