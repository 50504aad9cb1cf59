"""Waterfall: the best change of each subject's sum of diameters, from growth to shrinkage."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import change, style
from pipeline.report.figures.change import Change
from pipeline.report.figures.columns import WATERFALL, Bar
from pipeline.report.figures.drawn import Drawn
from pipeline.store.course_tables import SubjectCourse

NAMED = 45
"""Up to so many subjects their names stand below the bars; own choice."""

_COLORS = {1: style.COLORS[0], 0: "#A6A6A6", -1: style.COLORS[1]}


def draw(courses: Sequence[SubjectCourse], sum_name: str, thresholds: Thresholds) -> Drawn:
    """Draw one bar per subject with a measured visit after baseline; colors by arm, or by threshold while blinded."""
    known = [(course, best) for course in courses if (best := change.best(course)) is not None]
    known.sort(key=lambda pair: (-pair[1].percent, pair[0].subject))
    arms = {course.arm for course, _ in known} - {""}
    looks = change.looks(courses)
    with style.applied():
        figure = style.figure(4.2)
        axes = figure.add_subplot()
        heights = [float(best.percent) for _, best in known]
        colors = [looks[course.arm].color if arms else _COLORS[_side(best, thresholds)] for course, best in known]
        hatches = [looks[course.arm].hatch for course, _ in known]
        axes.bar(range(len(known)), heights, width=0.8, color=colors, hatch=hatches, edgecolor="white", linewidth=0)
        for place, (course, best) in enumerate(known):
            if _new_lesion(course, best):
                _star(axes, place, heights[place])
        _frame(axes, [course.subject for course, _ in known], heights, sum_name, change.levels(thresholds))
        names = {arm: (looks[arm].color, looks[arm].hatch) for arm in sorted(arms)}
        names = names or {words: (_COLORS[side], "") for side, words in _sides(thresholds).items()}
        keys = [
            Patch(facecolor=color, hatch=hatch, edgecolor="white", linewidth=0, label=name)
            for name, (color, hatch) in names.items()
        ]
        axes.legend(handles=keys, loc="lower left")
        style.title(axes, f"Best change of the {sum_name} from baseline", _lines(len(known), len(courses), thresholds))
    bars = (
        Bar(place, course.subject, course.arm, best.percent, best.day, _new_lesion(course, best))
        for place, (course, best) in enumerate(known, start=1)
    )
    return Drawn(figure, WATERFALL.table(bars))


def _side(best: Change, thresholds: Thresholds) -> int:
    """On which side of the two lines a bar ends: 1 response, -1 progression."""
    if thresholds.responded(best.sum_mm, best.baseline_mm):
        return 1
    return -1 if thresholds.percents_alone.progressed(best.sum_mm, best.baseline_mm) else 0


def _sides(thresholds: Thresholds) -> dict[int, str]:
    percent = thresholds.progression_percent
    grown = f"above +{percent} %" if thresholds.progression_above else f"+{percent} % or more"
    return {-1: grown, 0: "between", 1: f"-{thresholds.response_percent} % or less"}


def _new_lesion(course: SubjectCourse, best: Change) -> bool:
    return any(point.new_lesion and point.date <= best.point.date for point in course.points)


def _star(axes: Axes, place: int, height: float) -> None:
    axes.annotate(
        "*",
        (place, height),
        xytext=(0, 1 if height >= 0 else -2),
        textcoords="offset points",
        ha="center",
        va="bottom" if height >= 0 else "top",
    )


def _frame(axes: Axes, subjects: Sequence[str], heights: Sequence[float], sum_name: str, levels: Sequence[int]) -> None:
    for level in levels:
        axes.axhline(level, color=style.RULE, linestyle="--", linewidth=0.8)
    axes.axhline(0, color=style.INK, linewidth=0.8)
    axes.set_ylim(min([-105.0, *heights]), max([40.0, *heights, *levels]) * 1.1)
    axes.set_xlim(-0.8, max(len(subjects), 1) - 0.2)
    axes.set_ylabel(f"Best change of {sum_name} (%)")
    if len(subjects) <= NAMED:
        axes.set_xticks(range(len(subjects)), subjects, rotation=90, fontsize=7)
        axes.tick_params(axis="x", length=0)
    else:
        axes.set_xticks([])
        axes.set_xlabel("Subjects, by best change")


def _lines(shown: int, total: int, thresholds: Thresholds) -> list[str]:
    lines = [f"Smallest sum before progression. {change.dashed(thresholds)}. *: new lesion by then."]
    if total > shown:
        lines.append(f"{total - shown} of {total} subjects have no measured sum at baseline or after it: not shown.")
    return lines
