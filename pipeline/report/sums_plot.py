"""Draw a subject's sums of diameters over time with thresholds and events.

The response line stands at the protocol's percent below the baseline sum. The progression
line stands, from each visit to the next, at the smallest sum that would be progression then:
the protocol's percent above the nadir, and its minimum in mm above it (RECIST 1.1, 4.3.1).
Both belong to the sum that decides under the protocol, and so do the responses shown.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from pipeline.model.criteria import Criterion
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.report import deciding, plot, timeline, wording

WIDTH, HEIGHT = 760, 340
LANE_PX = 15.0
"""Height of a line of words."""
SMALLEST_AXIS_MM = 10.0

_LEFT, _RIGHT = 54.0, WIDTH - 152.0
_EVENT_WORDS = {
    EventKind.RANDOMIZED: "randomized",
    EventKind.EMBOLIZATION: "embolization",
    EventKind.OTHER_THERAPY: "other therapy",
    EventKind.PRRT: "PRRT",
    EventKind.SYSTEMIC_THERAPY: "systemic therapy",
    EventKind.ABLATION: "ablation",
    EventKind.RESECTION: "resection",
    EventKind.TRANSPLANT: "transplant",
    EventKind.OFF_PROTOCOL_EMBOLIZATION: "embolization off protocol",
    EventKind.SOMATOSTATIN_ANALOG: "somatostatin analog",
    EventKind.PROTOCOL_SURGERY: "protocol surgery",
    EventKind.CLAIMED_PROGRESSION: "claimed progression",
    EventKind.DEATH: "death",
    EventKind.LAST_CONTACT: "last contact",
    EventKind.WITHDRAWAL: "withdrawal",
}

_Tick = tuple[dt.date, str, str]
"""Date, words and role of an event."""
_Name = tuple[float, str, str]
"""Height, words and role of the name of a line."""


def draw(
    timepoints: Sequence[TimePoint], events: Sequence[Event], endpoint: EndpointRow | None, protocol: Protocol
) -> plot.Plot | None:
    """Draw the sum of diameters and the viable sum over time; None without time points."""
    if not timepoints:
        return None
    told = _event_ticks(events, endpoint)
    span = timeline.days(timepoints, events, [date for date, _, _ in told])
    at = span.scale(plot.Frame(_LEFT, _RIGHT, 0, 0))
    event_shapes, height = _events(told, [at(span.of(date)) for date, _, _ in told])
    frame = plot.Frame(_LEFT, _RIGHT, 14 + height, HEIGHT - 56)
    ticks = plot.nice_ticks(max([SMALLEST_AXIS_MM, *_heights(timepoints, protocol)]) * 1.15)
    y = plot.linear(0, ticks[-1], frame.bottom, frame.top)
    xs = [at(span.of(point.date)) for point in timepoints]
    shapes = timeline.value_axis(frame, ticks, y, "sum of diameters (mm)") + event_shapes
    names: list[_Name] = []
    for more, named in (
        _response_line(timepoints, protocol, frame, y),
        _progression_line(timepoints, protocol, xs, y),
        _line(xs, [point.viable.sum_mm for point in timepoints], y, "viable", "viable sum"),
        _line(xs, [point.sums.sum_mm for point in timepoints], y, "whole", "sum"),
    ):
        shapes += more
        names += named
    for x, point in zip(xs, timepoints, strict=True):
        shapes += _marks(x, y, point) + _mark_texts(x, y, point, frame, protocol)
    shapes += _named(names, frame) + timeline.visit_axis(timepoints, span, frame)
    title = f"Sum of diameters over time, {timepoints[0].subject}"
    return plot.Plot(WIDTH, HEIGHT, title, _describe(timepoints, protocol), tuple(shapes))


def trend(timepoints: Sequence[TimePoint], protocol: Protocol) -> plot.Plot | None:
    """Draw the sums that decide as a small line for an index row; None without two of them."""
    values = [timeline.number(deciding.sum_mm(point, protocol)) for point in timepoints]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    span = timeline.days(timepoints, ())
    x, y = plot.linear(span.first, span.last, 5, 107), plot.linear(0, max(known) * 1.05 or 1, 27, 3)
    where = timeline.points([x(span.of(point.date)) for point in timepoints], values, y)
    last = [place for place in where if place is not None][-1]
    shapes: list[plot.Shape] = [plot.Line(2, 27, 110, 27, "axis"), *timeline.course(where, "whole")]
    shapes.append(plot.mark(*last, "circle", "whole", ""))
    told = ", ".join(f"{point.visit} {wording.mm(deciding.sum_mm(point, protocol))}" for point in timepoints)
    return plot.Plot(112, 30, "Sum of diameters in mm", told, tuple(shapes))


def progression_level(nadir: Decimal | None, criterion: Criterion) -> float | None:
    """The smallest sum in mm that is progression over this nadir; None without a nadir."""
    if nadir is None:
        return None
    return float(criterion.thresholds.progression_from(nadir))


def response_level(timepoints: Sequence[TimePoint], protocol: Protocol) -> float | None:
    """The largest sum in mm that is a response; None without a baseline sum above 0."""
    criterion = deciding.criterion(protocol)
    known = (deciding.sums(point, protocol).baseline_mm for point in timepoints)
    baseline = next((value for value in known if value is not None), None)
    return float(criterion.thresholds.response_to(baseline)) if baseline else None


def _progression_levels(timepoints: Sequence[TimePoint], protocol: Protocol) -> list[float | None]:
    criterion = deciding.criterion(protocol)
    return [progression_level(deciding.sums(point, protocol).nadir_mm, criterion) for point in timepoints]


def _heights(timepoints: Sequence[TimePoint], protocol: Protocol) -> list[float]:
    """Every value the plot must hold, in mm."""
    values = [timeline.number(value) for point in timepoints for value in (point.sums.sum_mm, point.viable.sum_mm)]
    values += [response_level(timepoints, protocol), *_progression_levels(timepoints, protocol)[1:]]
    return [value for value in values if value is not None]


def _event_ticks(events: Sequence[Event], endpoint: EndpointRow | None) -> list[_Tick]:
    shown = [(event.date, _EVENT_WORDS[event.kind], "event") for event in sorted(events, key=lambda e: e.date)]
    if endpoint is not None and endpoint.date is not None:
        shown.append((endpoint.date, f"{endpoint.paramcd} {wording.status(endpoint)}", "endpoint"))
    return shown


def _events(told: Sequence[_Tick], xs: Sequence[float]) -> tuple[list[plot.Shape], float]:
    """Ticks with words in as many lanes as they need, and the height of the lanes."""
    spans = []
    for (_, words, _), x in zip(told, xs, strict=True):
        width = len(words) * timeline.LETTER_PX
        start = min(max(x - width / 2, _LEFT), _RIGHT - width)
        spans.append((start, start + width))
    rows = plot.lanes(spans)
    shapes: list[plot.Shape] = []
    for (_, words, role), x, (start, end), row in zip(told, xs, spans, rows, strict=True):
        base = 12 + LANE_PX * row
        shapes.append(plot.line(x, base + 3, x, HEIGHT - 56, role))
        shapes.append(plot.text((start + end) / 2, base, words, "middle", role))
    return shapes, LANE_PX * (max(rows, default=-1) + 1)


def _response_line(
    timepoints: Sequence[TimePoint], protocol: Protocol, frame: plot.Frame, y: plot.Scale
) -> tuple[list[plot.Shape], list[_Name]]:
    level = response_level(timepoints, protocol)
    if level is None:
        return [], []
    shapes: list[plot.Shape] = [plot.line(frame.left, y(level), frame.right, y(level), "response")]
    return shapes, [(y(level), f"baseline \u2212{deciding.criterion(protocol).response_percent} %", "response")]


def _progression_line(
    timepoints: Sequence[TimePoint], protocol: Protocol, xs: Sequence[float], y: plot.Scale
) -> tuple[list[plot.Shape], list[_Name]]:
    criterion, levels = deciding.criterion(protocol), _progression_levels(timepoints, protocol)
    steps: list[tuple[float, float] | None] = []
    for before, now, level in zip(xs, xs[1:], levels[1:], strict=False):
        steps += [None] if level is None else [(before, y(level)), (now, y(level))]
    last = next((step for step in reversed(steps) if step is not None), None)
    if last is None:
        return [], []
    least = f", ≥{criterion.progression_min_mm:f} mm" if criterion.progression_min_mm else ""
    shapes: list[plot.Shape] = [plot.Path(plot.broken_path(steps), "progression")]
    return shapes, [(last[1], f"nadir +{criterion.progression_percent} %{least}", "progression")]


def _line(
    xs: Sequence[float], values: Sequence[Decimal | None], y: plot.Scale, role: str, name: str
) -> tuple[list[plot.Shape], list[_Name]]:
    where = timeline.points(xs, [timeline.number(value) for value in values], y)
    last = next((place for place in reversed(where) if place is not None), None)
    return ([], []) if last is None else (timeline.course(where, role), [(last[1], name, role)])


def _named(names: Sequence[_Name], frame: plot.Frame) -> list[plot.Shape]:
    """The names of the lines to the right of them, none on top of another."""
    where = plot.spread([height for height, _, _ in names], LANE_PX, frame.top + 4, frame.bottom)
    return [
        plot.text(frame.right + 8, height + 4, words, "start", f"name {role}")
        for height, (_, words, role) in zip(where, names, strict=True)
    ]


def _marks(x: float, y: plot.Scale, point: TimePoint) -> list[plot.Shape]:
    marks: list[plot.Shape] = []
    for value, shape, role, name in (
        (point.viable.sum_mm, "square", "viable", "viable sum"),
        (point.sums.sum_mm, "circle", "whole", "sum"),
    ):
        if value is not None:
            told = f"{point.visit} {point.date.isoformat()}: {name} {wording.mm(value)} mm"
            marks.append(plot.mark(x, y(float(value)), shape, role, told))
    return marks


def _mark_texts(x: float, y: plot.Scale, point: TimePoint, frame: plot.Frame, protocol: Protocol) -> list[plot.Shape]:
    """The response above the length above the deciding mark; without a sum the response at the bottom."""
    response, value = deciding.response(point, protocol).response.value, deciding.sum_mm(point, protocol)
    if value is None:
        return [plot.text(x, frame.bottom - 6, response or "no sum", "middle", "value")]
    height = y(float(value)) - 10
    length = plot.text(x, height, wording.mm(value), "middle", "length")
    return [length, plot.text(x, height - 14, response, "middle", "value")] if response else [length]


def _describe(timepoints: Sequence[TimePoint], protocol: Protocol) -> str:
    name = deciding.name(protocol)
    return "; ".join(
        f"{p.visit} {p.date.isoformat()}: sum {wording.mm(p.sums.sum_mm)} mm, viable sum "
        f"{wording.mm(p.viable.sum_mm)} mm, {name} {wording.response(deciding.response(p, protocol))}"
        for p in timepoints
    )
