"""Spider: the change of each subject's sum of diameters over time."""

from collections.abc import Sequence

from matplotlib.lines import Line2D

from pipeline.model.response import Response
from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import change, style
from pipeline.report.figures.columns import SPIDER, LinePoint
from pipeline.report.figures.drawn import Drawn
from pipeline.store.course_tables import SubjectCourse

FEW = 40
"""Beyond so many subjects lines are thinner and paler; own choice."""


def draw(courses: Sequence[SubjectCourse], sum_name: str, thresholds: Thresholds) -> Drawn:
    """Draw one line per subject from its baseline scan on, colors by arm; a cross marks progression for any reason."""
    followed = [(course, changes) for course in courses if len(changes := change.course(course)) > 1]
    looks = change.looks(courses)
    few = len(followed) <= FEW
    rows: list[LinePoint] = []
    with style.applied():
        figure = style.figure(4.4)
        axes = figure.add_subplot()
        for course, changes in followed:
            look = looks[course.arm]
            x, y = [c.day for c in changes], [float(c.percent) for c in changes]
            axes.plot(
                x,
                y,
                color=look.color,
                linewidth=1 if few else 0.6,
                alpha=0.8 if few else 0.5,
                marker=look.marker,
                markersize=3 if few else 2,
                label=course.subject,
            )
            ended = [(c.day, float(c.percent)) for c in changes if c.point.response is Response.PD]
            axes.plot(
                [day for day, _ in ended],
                [percent for _, percent in ended],
                linestyle="",
                marker="X",
                markersize=6 if few else 4.5,
                color=style.INK,
                markeredgecolor="white",
                markeredgewidth=0.5,
                label=f"_{course.subject}",
            )
            rows += [
                LinePoint(course.subject, course.arm, c.day, c.percent, c.point.response, c.point.new_lesion)
                for c in changes
            ]
        for level in change.levels(thresholds):
            axes.axhline(level, color=style.RULE, linestyle="--", linewidth=0.8)
        axes.axhline(0, color=style.INK, linewidth=0.6)
        ticks = style.day_ticks(max([1, *(c.day for _, changes in followed for c in changes)]))
        axes.set_xticks(ticks)
        axes.set_xlim(0, ticks[-1])
        axes.set_ylim(bottom=-105)
        axes.set_xlabel("Days from baseline scan")
        axes.set_ylabel(f"Change of {sum_name} from baseline (%)")
        keys = [
            Line2D([], [], color=look.color, marker=look.marker, markersize=4, label=arm)
            for arm, look in looks.items()
            if arm
        ]
        keys.append(Line2D([], [], linestyle="", marker="X", color=style.INK, label="progression, for any reason"))
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys))
        lines = f"{change.dashed(thresholds)} of baseline; "
        judged = "progression is judged against the nadir, not against baseline."
        style.title(axes, f"Change of the {sum_name} over time", [lines + judged])
    return Drawn(figure, SPIDER.table(rows))
