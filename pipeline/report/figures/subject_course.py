"""A subject's sums of diameters over time with thresholds, responses and events, as its page shows them.

The response line stands at the greatest sum that is a response to the baseline, the progression line
between two visits at the least sum that is progression at the later one (RECIST 1.1, 4.3.1). Both
belong to the sum that decides under the protocol, and so do the responses below the visits.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isnan

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.protocol import Protocol
from pipeline.model.response import NewLesion, Response, Sums, TimePoint
from pipeline.report import deciding, wording
from pipeline.report.figures import course, event_ticks, style, timeline
from pipeline.report.figures.inline import Chart

SIZE_INCH = (8.0, 3.7)
"""Own choice: letters of 9 points are as large on the page as the words around the chart."""
MARGINS_PT = (46.0, 116.0, 62.0, 8.0)
"""Left, right, below, above: values; names of the lines; visits, days and responses; no event. Own choice."""
SMALLEST_AXIS_MM = 10.0
"""The axis of sums reaches at least so far; own choice, so that sums near 0 do not fill the frame."""
TREND_INCH = (1.6, 0.43)
"""Size of the small course in a row of the index; own choice."""

_NEW = {NewLesion.YES: "*", NewLesion.EQUIVOCAL: "(*)", NewLesion.NO: ""}
_NEW_WORDS = {NewLesion.YES: ", new lesion", NewLesion.EQUIVOCAL: ", equivocal new lesion", NewLesion.NO: ""}
_COLORS = {Response.CR: style.GOOD, Response.PR: style.GOOD, Response.PD: style.BAD}
_Name = tuple[float, str, str]
"""Value in mm at the end of a line, its name and its color."""


def draw(
    timepoints: Sequence[TimePoint], events: Sequence[Event], endpoint: EndpointRow | None, protocol: Protocol
) -> Chart | None:
    """Draw the sum of diameters and the viable sum over time; None without time points."""
    if not timepoints:
        return None
    ticks = event_ticks.of(events, endpoint)
    span = timeline.days(timepoints, events, [date for date, _, _ in ticks])
    whole = [timeline.number(deciding.main(point, protocol).sum_mm) for point in timepoints]
    viable = [timeline.number(deciding.viable(point, protocol).sum_mm) for point in timepoints]
    response = response_mm(timepoints, protocol)
    progression = [timeline.number(progression_mm(point, protocol)) for point in timepoints]
    heights = [*whole, *viable, timeline.number(response), *progression[1:]]
    days = [span.of(point.date) for point in timepoints]
    with style.applied():
        figure = Figure(SIZE_INCH)
        figure.patch.set_visible(False)
        axes = timeline.frame(
            figure,
            span,
            MARGINS_PT,
            highest=max([SMALLEST_AXIS_MM, *(height for height in heights if not isnan(height))]),
            unit=_axis(protocol),
        )
        event_ticks.draw(axes, ticks, span)
        course.thresholds(axes, days, timeline.number(response), progression)
        widths = style.LINE_PT, style.RULE_PT
        viable_pt, whole_pt = widths if deciding.by_viable(protocol) else reversed(widths)
        course.line(axes, days, viable, course.Pen(style.VIABLE, "s", viable_pt, hollow=True), "viable")
        course.line(axes, days, whole, course.Pen(style.INK, "o", whole_pt), "whole")
        _names(axes, _ends(whole, viable, response, progression, protocol))
        _lengths(axes, days, timepoints, protocol)
        timeline.visits(axes, timepoints, span)
        _responses(axes, days, timepoints, protocol)
        axes.set_xlabel(f"days since {span.zero_name} ({span.zero.isoformat()})", color=style.QUIET, labelpad=41)
    return Chart(
        figure,
        f"Sum of diameters over time, {timepoints[0].subject}",
        _description(timepoints, protocol),
        {
            "whole": _hovers(timepoints, "sum", deciding.main, protocol),
            "viable": _hovers(timepoints, "viable sum", deciding.viable, protocol),
        },
    )


def trend(timepoints: Sequence[TimePoint], protocol: Protocol) -> Chart | None:
    """Draw the sums that decide as a small line for an index row; None without two of them."""
    values = [timeline.number(deciding.sums(point, protocol).sum_mm) for point in timepoints]
    known = [value for value in values if not isnan(value)]
    if len(known) < 2:
        return None
    span = timeline.days(timepoints, ())
    days = [span.of(point.date) for point in timepoints]
    with style.applied():
        figure = Figure(TREND_INCH)
        axes = figure.add_axes((0.02, 0.1, 0.96, 0.8))
        axes.set_axis_off()
        axes.set_xlim(*span.limits)
        axes.set_ylim(0, max(known) * timeline.HEADROOM or 1)
        axes.axhline(0, color=style.AXIS, clip_on=False)
        last = max(day for day, value in zip(days, values, strict=True) if not isnan(value))
        course.line(axes, days, values, course.Pen(style.INK, ""), "whole")
        course.line(axes, [last], [known[-1]], course.Pen(style.INK, "o"), "last")
    described = ", ".join(f"{point.visit} {wording.mm(deciding.sums(point, protocol).sum_mm)}" for point in timepoints)
    return Chart(figure, "Sum of diameters in mm", described)


def response_mm(timepoints: Sequence[TimePoint], protocol: Protocol) -> Decimal | None:
    """The greatest sum in mm that is a response; None without a baseline sum above 0."""
    known = (deciding.sums(point, protocol).baseline_mm for point in timepoints)
    baseline = next((value for value in known if value is not None), None)
    return deciding.criterion(protocol).thresholds.response_to(baseline) if baseline else None


def progression_mm(point: TimePoint, protocol: Protocol) -> Decimal | None:
    """The least sum in mm that is progression at a visit; None without a nadir before it."""
    nadir = deciding.sums(point, protocol).nadir_mm
    return None if nadir is None else deciding.criterion(protocol).thresholds.progression_from(nadir)


def _ends(
    whole: Sequence[float],
    viable: Sequence[float],
    response: Decimal | None,
    progression: Sequence[float],
    protocol: Protocol,
) -> list[_Name]:
    """The lines that are drawn: the value at the right end of each, its name and color."""
    criterion = deciding.criterion(protocol)
    least = f", ≥{criterion.progression_min_mm:f} mm" if criterion.progression_min_mm else ""
    named = (
        (timeline.number(response), f"baseline \u2212{criterion.response_percent} %", style.GOOD),
        (_last(progression[1:]), f"nadir +{criterion.progression_percent} %{least}", style.BAD),
        (_last(viable), "viable sum", style.VIABLE),
        (_last(whole), "sum", style.INK),
    )
    return [(value, name, color) for value, name, color in named if not isnan(value)]


def _last(values: Sequence[float]) -> float:
    return next((value for value in reversed(values) if not isnan(value)), float("nan"))


def _names(axes: Axes, ends: Sequence[_Name]) -> None:
    """The names of the lines to the right of them, none on top of another."""
    mm_per_pt = axes.get_ylim()[1] / timeline.height_pt(axes)
    wanted = [value / mm_per_pt for value, _, _ in ends]
    for height, (_, name, color) in zip(
        timeline.spread(wanted, timeline.ROW_PT, 0, timeline.height_pt(axes) - 4), ends, strict=True
    ):
        axes.text(
            1.015,
            height * mm_per_pt,
            name,
            transform=axes.get_yaxis_transform(),
            va="center",
            color=color,
            fontweight="bold" if color == style.INK else "normal",
        )


def _lengths(axes: Axes, days: Sequence[int], timepoints: Sequence[TimePoint], protocol: Protocol) -> None:
    """The sum that decides at each visit in mm; the smallest, from which progression is counted, says so."""
    sums = [deciding.sums(point, protocol) for point in timepoints]
    known = [value for value in (sums[-1].nadir_mm, sums[-1].sum_mm) if value is not None]
    nadir = next((n for n, s in enumerate(sums) if known and s.sum_mm == min(known)), 0)
    lengths = ["no sum" if s.sum_mm is None else wording.mm(s.sum_mm) for s in sums]
    lengths[nadir] = f"nadir {lengths[nadir]}" if nadir else lengths[nadir]
    first = (nadir, len(sums) - 1, 0)
    course.words(axes, days, [timeline.number(s.sum_mm) for s in sums], lengths, first)


def _responses(axes: Axes, days: Sequence[int], timepoints: Sequence[TimePoint], protocol: Protocol) -> None:
    """The deciding response below each visit, a star where a new lesion was seen."""
    for day, point in zip(days, timepoints, strict=True):
        response = deciding.response(point, protocol).response
        words = f"{response.value}{_NEW[deciding.new_lesion(point)]}"
        timeline.below(axes, day, 2, words, _COLORS.get(response, style.INK), bold=True)


def _axis(protocol: Protocol) -> str:
    """The words beside the axis of sums."""
    added = deciding.facts(protocol).added if deciding.by_other(protocol) else "diameters"
    return f"sum of {added} ({deciding.unit(protocol)})"


def _hovers(
    timepoints: Sequence[TimePoint], name: str, get: Callable[[TimePoint, Protocol], Sums], protocol: Protocol
) -> list[str]:
    """The words behind each mark of a line, in the order of the visits."""
    drawn = [(point, get(point, protocol)) for point in timepoints]
    return [_hover(point, name, sums, protocol) for point, sums in drawn if sums.sum_mm is not None]


def _hover(point: TimePoint, name: str, sums: Sums, protocol: Protocol) -> str:
    """Visit, date and length; where this sum decides also the response, a new lesion and the flags of the visit."""
    words = f"{point.visit} {point.date.isoformat()}: {name} {wording.mm(sums.sum_mm)} {deciding.unit(protocol)}"
    if sums is not deciding.sums(point, protocol):
        return words
    response = deciding.response(point, protocol).response.value
    named = f"; {deciding.name(protocol)} {response}" if response else ""
    flags = f"; {', '.join(flag.name for flag in point.flags)}" if point.flags else ""
    return f"{words}{named}{_NEW_WORDS[deciding.new_lesion(point)]}{flags}"


def _description(timepoints: Sequence[TimePoint], protocol: Protocol) -> str:
    name, unit = deciding.name(protocol), deciding.unit(protocol)
    return "; ".join(
        f"{p.visit} {p.date.isoformat()}: sum {wording.mm(deciding.main(p, protocol).sum_mm)} {unit}, "
        f"viable sum {wording.mm(deciding.viable(p, protocol).sum_mm)} mm, "
        f"{name} {wording.response(deciding.response(p, protocol))}{_NEW_WORDS[deciding.new_lesion(p)]}"
        for p in timepoints
    )
