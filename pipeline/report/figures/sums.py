"""Sums of diameters: one small panel per subject with the thresholds that hold at each visit."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import change, course, style, timeline
from pipeline.report.figures.columns import SUMS, PanelPoint
from pipeline.report.figures.drawn import Drawn
from pipeline.store.course_tables import SubjectCourse

_ACROSS = 5
"""Panels in a row; own choice."""
_PANEL_INCH, _TITLE_INCH, _FOOT_INCH = 1.25, 0.66, 0.5
"""Height of a row of panels, of the title above them, and of the axis below; own choice."""
_MARK_PT, _RULE_PT = 3.6, 0.8
"""Diameter of a mark and width of a threshold in a panel in points; own choice."""


def draw(courses: Sequence[SubjectCourse], sum_name: str, thresholds: Thresholds) -> Drawn:
    """Draw the sum of each subject over time, its response level, and its progression level at each visit.

    The progression level is the least sum that would be progression over the nadir before the
    visit; where only more than the percentage is, progression lies above it.
    """
    followed = [one for one in courses if change.course(one)]
    looks = change.looks(courses)
    rows: list[PanelPoint] = []
    with style.applied():
        down = max(-(-len(followed) // _ACROSS), 1)
        height = _TITLE_INCH + _FOOT_INCH + _PANEL_INCH * down
        figure = style.figure(height)
        figure.set_layout_engine("none")
        top = 1 - _TITLE_INCH / height
        grid = figure.add_gridspec(
            down, _ACROSS, left=0.085, right=0.985, top=top, bottom=_FOOT_INCH / height, hspace=0.42, wspace=0.32
        )
        last = max([1, *(c.day for one in followed for c in change.course(one))])
        for place, one in enumerate(followed):
            axes = figure.add_subplot(grid[divmod(place, _ACROSS)])
            rows += _panel(axes, one, looks[one.arm], thresholds)
            axes.set_xlim(0, last * 1.03)
            axes.set_xticks(style.day_ticks(last, most=4))
            axes.tick_params(labelbottom=place >= len(followed) - _ACROSS)
            axes.yaxis.set_major_locator(MaxNLocator(3))
        figure.suptitle(
            f"{sum_name[0].upper()}{sum_name[1:]} of each subject", x=0.01, ha="left", fontsize=10, fontweight="bold"
        )
        over_panels = top + 0.18 / height
        figure.text(0.01, over_panels, _words(thresholds), fontsize=7.5, color=style.INK, va="bottom")
        figure.supxlabel("Days from baseline scan", fontsize=9)
        figure.supylabel("Sum (mm)", fontsize=9, x=0.008)
    return Drawn(figure, SUMS.table(rows))


def _words(thresholds: Thresholds) -> str:
    least = "sum above which it is progression" if thresholds.progression_above else "least sum that is progression"
    return f"Dashed: {thresholds.response_percent} % below baseline. Dotted: {least} at that visit."


def _panel(axes: Axes, one: SubjectCourse, look: style.GroupStyle, thresholds: Thresholds) -> list[PanelPoint]:
    changes = change.course(one)
    response = thresholds.response_to(changes[0].baseline_mm)
    nadirs = [c.point.nadir_mm for c in changes]
    levels = [None if nadir is None else thresholds.progression_from(nadir) for nadir in nadirs]
    visits = [point for point in one.points if point.date >= changes[0].point.date]
    pen = course.Pen(look.color, look.marker, mark_pt=_MARK_PT)
    days = [c.day for c in changes]
    course.thresholds(axes, days, float(response), [timeline.number(level) for level in levels], width_pt=_RULE_PT)
    course.line(
        axes,
        [change.days(changes[0].point.date, point.date) for point in visits],
        [timeline.number(point.sum_mm) for point in visits],
        pen,
        "sum",
    )
    axes.set_title(f"{one.subject}{f' ({one.arm})' if one.arm else ''}", fontsize=7.5, pad=2)
    highest = max(float(c.sum_mm) for c in changes) * 1.25
    axes.set_ylim(0, max([highest, *(float(level) * 1.02 for level in levels if level is not None)]))
    axes.tick_params(labelsize=7, length=2)
    return [
        PanelPoint(one.subject, one.arm, c.day, c.sum_mm, response, level, c.point.response)
        for c, level in zip(changes, levels, strict=True)
    ]
