"""The one way to draw a value of a subject over time and the thresholds of a sum, on the page and in journals."""

from collections.abc import Sequence
from math import isnan

import numpy as np
from matplotlib.axes import Axes

from pipeline.report.figures import style


def line(axes: Axes, days: Sequence[float], values: Sequence[float], *, color: str, marker: str, gid: str) -> None:
    """Draw values (nan: none) with their marks; a missing one breaks the line, and dots bridge the gap."""
    known = ~np.isnan(values)
    if not known.all():
        bridge = {"linestyle": (0, (1, 3)), "linewidth": 1, "color": style.AXIS}
        axes.plot(np.asarray(days)[known], np.asarray(values)[known], clip_on=False, **bridge)
    hollow = marker == style.HOLLOW
    axes.plot(
        days,
        values,
        color=color,
        linewidth=style.LINE_PT,
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
    dotted = {"color": style.BAD, "linestyle": (0, (1.5, 2.5)), "linewidth": style.RULE_PT}
    axes.step(days, progression, where="pre", clip_on=False, gid="progression", **dotted)
