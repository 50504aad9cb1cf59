"""Draw the hepatic tumor burden of a subject over time; a value that would touch its neighbor is left out."""

from collections.abc import Sequence
from math import isnan

from matplotlib.figure import Figure

from pipeline.model.events import Event
from pipeline.model.response import TimePoint
from pipeline.report import wording
from pipeline.report.figures import course, style, timeline
from pipeline.report.figures.inline import Chart

SIZE_INCH = (3.6, 2.75)
"""Beside the sums of diameters, at their scale; own choice."""
MARGINS_PT = (46.0, 10.0, 48.0, 14.0)
"""Left, right, below, above: values, a half visit name, visits and days, a value. Own choice."""


def draw(timepoints: Sequence[TimePoint], events: Sequence[Event]) -> Chart | None:
    """Draw tumor over liver in percent at each visit; None if it is known at no visit."""
    values = [timeline.number(point.burden.percent) for point in timepoints]
    known = [value for value in values if not isnan(value)]
    if not known:
        return None
    span = timeline.days(timepoints, events)
    days = [span.of(point.date) for point in timepoints]
    words = [wording.percent(point.burden.percent) for point in timepoints]
    with style.applied():
        figure = Figure(SIZE_INCH)
        figure.patch.set_visible(False)
        axes = timeline.frame(figure, span, MARGINS_PT, highest=max(known), unit="tumor / liver (%)")
        course.line(axes, days, values, course.Pen(style.BURDEN, "o"), "burden")
        course.words(axes, days, values, [word.removesuffix(" %") for word in words], (0, len(days) - 1))
        timeline.visits(axes, timepoints, span, short=True)
        axes.set_xlabel(f"days since {span.zero_name}", color=style.QUIET, labelpad=28)
    named = [f"{point.visit}: {word}" for point, word in zip(timepoints, words, strict=True)]
    return Chart(
        figure,
        f"Hepatic tumor burden over time, {timepoints[0].subject}",
        "; ".join(named).replace(":", ""),
        {"burden": [name for name, value in zip(named, values, strict=True) if not isnan(value)]},
    )
