"""Sums of diameters: one small panel per subject with the thresholds that hold at each visit."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.export.table import Table, number, rounded
from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import change, style
from pipeline.report.figures.drawn import Drawn
from pipeline.store.course_tables import Course

COLUMNS = ("subject", "arm", "day", "sum_mm", "response_below_mm", "progression_from_mm", "response")

_ACROSS = 5
_PANEL_INCH = 1.25


def draw(courses: Sequence[Course], sum_name: str, thresholds: Thresholds) -> Drawn:
    """Draw the sum of each subject over time, its response level, and its progression level at each visit.

    The progression level is the least sum that would be progression over the nadir before the
    visit; where only more than the percentage is, progression lies above it.
    """
    followed = [course for course in courses if change.course(course)]
    looks = change.looks(courses)
    rows: list[tuple[str, ...]] = []
    with style.applied():
        down = max(-(-len(followed) // _ACROSS), 1)
        figure = style.figure(1.1 + _PANEL_INCH * down)
        figure.set_layout_engine("none")
        high = 1 - 0.55 / (1.1 + _PANEL_INCH * down)
        low = 0.5 / (1.1 + _PANEL_INCH * down)
        grid = figure.add_gridspec(
            down, _ACROSS, left=0.085, right=0.985, top=high, bottom=low, hspace=0.42, wspace=0.32
        )
        last = max([1, *(c.day for course in followed for c in change.course(course))])
        for place, course in enumerate(followed):
            axes = figure.add_subplot(grid[divmod(place, _ACROSS)])
            rows += _panel(axes, course, looks[course.arm], thresholds)
            axes.set_xlim(0, last * 1.03)
            axes.set_xticks(style.day_ticks(last, most=4))
            axes.tick_params(labelbottom=place >= len(followed) - _ACROSS)
            axes.yaxis.set_major_locator(MaxNLocator(3))
        figure.suptitle(
            f"{sum_name[0].upper()}{sum_name[1:]} of each subject", x=0.01, ha="left", fontsize=10, fontweight="bold"
        )
        over_panels = high + 0.14 / (1.1 + _PANEL_INCH * down)
        figure.text(0.01, over_panels, _words(thresholds), fontsize=7.5, color=style.INK, va="bottom")
        figure.supxlabel("Days from baseline scan", fontsize=9)
        figure.supylabel("Sum (mm)", fontsize=9, x=0.008)
    return Drawn(figure, Table(COLUMNS, tuple(rows)))


def _words(thresholds: Thresholds) -> str:
    least = "sum above which it is progression" if thresholds.progression_above else "least sum that is progression"
    return f"Dashed: {thresholds.response_percent} % below baseline. Dotted: {least} at that visit."


def _panel(axes: Axes, course: Course, look: style.Look, thresholds: Thresholds) -> list[tuple[str, ...]]:
    changes = change.course(course)
    response = thresholds.response_to(changes[0].baseline_mm)
    nadirs = [c.point.nadir_mm for c in changes]
    levels = [None if nadir is None else thresholds.progression_from(nadir) for nadir in nadirs]
    day = [c.day for c in changes]
    axes.plot(day, [float(c.sum_mm) for c in changes], color=look.color, marker=look.marker, markersize=3)
    axes.axhline(float(response), color=style.RULE, linestyle="--", linewidth=0.8)
    drawn = [np.nan if level is None else float(level) for level in levels]
    axes.step(day, drawn, where="pre", color=style.RULE, linestyle=":", linewidth=1)
    axes.set_title(f"{course.subject}{f' ({course.arm})' if course.arm else ''}", fontsize=7.5, pad=2)
    highest = max(float(c.sum_mm) for c in changes) * 1.25
    axes.set_ylim(0, max([highest, *(float(level) * 1.02 for level in levels if level is not None)]))
    axes.tick_params(labelsize=7, length=2)
    return [
        (
            course.subject,
            course.arm,
            str(c.day),
            number(c.sum_mm),
            rounded(response, 2),
            rounded(level, 2),
            c.point.response.value,
        )
        for c, level in zip(changes, levels, strict=True)
    ]
