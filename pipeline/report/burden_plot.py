"""Draw the hepatic tumor burden of a subject over time; a value that would touch its neighbor is left out."""

from collections.abc import Sequence

from pipeline.model.events import Event
from pipeline.model.response import TimePoint
from pipeline.report import plot, timeline, wording

WIDTH, HEIGHT = 360, 260


def draw(timepoints: Sequence[TimePoint], events: Sequence[Event]) -> plot.Plot | None:
    """Draw tumor over liver in percent at each visit; None if it is known at no visit."""
    values = [timeline.number(point.burden.percent) for point in timepoints]
    known = [value for value in values if value is not None]
    if not known:
        return None
    span, frame = timeline.days(timepoints, events), plot.Frame(46, WIDTH - 14, 18, HEIGHT - 54)
    at, ticks = span.scale(frame), plot.nice_ticks(max(known) * 1.15, 4)
    y = plot.linear(0, ticks[-1], frame.bottom, frame.top)
    where = timeline.points([at(span.of(point.date)) for point in timepoints], values, y)
    shapes = timeline.value_axis(frame, ticks, y, "tumor / liver (%)")
    shapes += timeline.course(where, "burden")
    free_from = float("-inf")
    for place, point in zip(where, timepoints, strict=True):
        if place is not None:
            told = wording.percent(point.burden.percent)
            shapes.append(plot.mark(*place, "circle", "burden", f"{point.visit}: {told}"))
            if place[0] >= free_from:
                free_from = place[0] + (len(told) - 2) * timeline.BOLD_LETTER_PX
                shapes.append(plot.text(place[0], place[1] - 9, told.removesuffix(" %"), "middle", "value"))
    shapes += timeline.visit_axis(timepoints, span, frame, short=True)
    told = "; ".join(f"{point.visit} {wording.percent(point.burden.percent)}" for point in timepoints)
    title = f"Hepatic tumor burden over time, {timepoints[0].subject}"
    return plot.Plot(WIDTH, HEIGHT, title, told, tuple(shapes))
