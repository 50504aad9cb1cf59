"""Draw a subject's course: sums of diameters with their thresholds and events, and burden.

The response line stands at the protocol's percent below the baseline sum. The progression
line stands, from each visit to the next, at the smallest sum that would be progression then:
the protocol's percent above the nadir, and its minimum in mm above it (RECIST 1.1, 4.3.1).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.model.protocol import Criterion, Protocol
from pipeline.model.response import TimePoint
from pipeline.report import plot, wording

WIDTH, SUMS_HEIGHT, BURDEN_HEIGHT = 760, 340, 260
LETTER_PX = 6.2
"""Width of an average letter of a label."""
LANE_PX = 15.0
SMALLEST_AXIS_MM = 10.0

_EVENT_WORDS = {
    EventKind.RANDOMIZED: "randomized",
    EventKind.EMBOLIZATION: "embolization",
    EventKind.OTHER_THERAPY: "other therapy",
    EventKind.PROTOCOL_SURGERY: "protocol surgery",
    EventKind.DEATH: "death",
    EventKind.LAST_CONTACT: "last contact",
    EventKind.WITHDRAWAL: "withdrawal",
}

_Points = list[tuple[float, float] | None]


class _Days:
    """The time axis: from day 0 (first embolization, else the first scan) over all that is shown."""

    def __init__(self, timepoints: Sequence[TimePoint], events: Sequence[Event], dates: Sequence[dt.date]) -> None:
        treated = [event.date for event in events if event.kind is EventKind.EMBOLIZATION]
        dates = [*dates, *(point.date for point in timepoints)]
        self.zero = min(treated) if treated else timepoints[0].date
        self.zero_name = "first embolization" if treated else "the first scan"
        self.first, self.last = plot.days_between(self.zero, min(dates)), plot.days_between(self.zero, max(dates))

    def scale(self, frame: plot.Frame) -> plot.Scale:
        """Days to pixels."""
        return plot.linear(self.first, self.last, frame.left + 16, frame.right - 16)

    def of(self, date: dt.date) -> int:
        """Days from day 0."""
        return plot.days_between(self.zero, date)


def sums(
    timepoints: Sequence[TimePoint], events: Sequence[Event], endpoint: EndpointRow | None, protocol: Protocol
) -> plot.Plot | None:
    """Draw the sum of diameters and the viable sum over time; None without time points."""
    if not timepoints:
        return None
    ends = [endpoint.date] if endpoint is not None and endpoint.date is not None else []
    days = _Days(timepoints, events, [*ends, *(event.date for event in events)])
    flags = _event_words(events, endpoint)
    width_px = [len(words) * LETTER_PX for _, words, _ in flags]
    narrow = plot.Frame(54, WIDTH - 152, 0, 0)
    at = days.scale(narrow)
    spans = [_span(at(days.of(date)), width, narrow) for (date, _, _), width in zip(flags, width_px, strict=True)]
    rows = plot.lanes(spans)
    frame = plot.Frame(54, WIDTH - 152, 14 + LANE_PX * (max(rows, default=-1) + 1), SUMS_HEIGHT - 56)

    criterion = protocol.criteria.recist11
    whole = [_value(point.sums.sum_mm) for point in timepoints]
    viable = [_value(point.viable.sum_mm) for point in timepoints]
    response = _response_level(timepoints, criterion)
    progression = [progression_level(point.sums.nadir_mm, criterion) for point in timepoints]
    known = [v for v in (*whole, *viable, response, *progression[1:]) if v is not None]
    ticks = plot.nice_ticks(max([*known, SMALLEST_AXIS_MM]) * 1.15)
    y = plot.linear(0, ticks[-1], frame.bottom, frame.top)
    xs = [at(days.of(point.date)) for point in timepoints]

    lines, paths, marks = _grid(frame, ticks, y), [], []
    texts = _y_texts(frame, ticks, y, "sum of diameters (mm)")
    for (date, words, role), (start, end), row in zip(flags, spans, rows, strict=True):
        x, top = at(days.of(date)), 12 + LANE_PX * row
        lines.append(plot.Line(plot.px(x), top + 3, plot.px(x), frame.bottom, role))
        texts.append(plot.Text(plot.px((start + end) / 2), top, words, "middle", role))
    names: list[tuple[float, str, str]] = []
    if response is not None:
        lines.append(plot.Line(frame.left, plot.px(y(response)), frame.right, plot.px(y(response)), "response"))
        names.append((y(response), f"baseline −{criterion.response_percent} %", "response"))
    steps = _steps(xs, progression, y)
    if steps:
        paths.append(plot.Path(steps, "progression"))
        last = next(level for level in reversed(progression) if level is not None)
        names.append((y(last), f"nadir +{criterion.progression_percent} %{_minimum(criterion)}", "progression"))
    for values, role, name in ((viable, "viable", "viable sum"), (whole, "whole", "sum")):
        points: _Points = [None if v is None else (x, y(v)) for x, v in zip(xs, values, strict=True)]
        shown = [point for point in points if point is not None]
        paths += [plot.Path(plot.broken_path(shown), "bridge"), plot.Path(plot.broken_path(points), role)]
        if shown:
            names.append((shown[-1][1], name, role))
    for x, point in zip(xs, timepoints, strict=True):
        marks += _marks(x, y, point)
        texts += _mark_texts(x, y, point, frame)
    where = plot.spread([level for level, _, _ in names], LANE_PX, frame.top + 4, frame.bottom)
    texts += [
        plot.Text(frame.right + 8, plot.px(v + 4), name, "start", f"name {role}")
        for v, (_, name, role) in zip(where, names, strict=True)
    ]
    texts += _x_texts(xs, timepoints, days, frame)
    lines += [plot.Line(plot.px(x), frame.bottom, plot.px(x), frame.bottom + 4, "tick") for x in xs]
    title = f"Sum of diameters over time, {timepoints[0].subject}"
    return plot.Plot(
        WIDTH, SUMS_HEIGHT, title, _describe(timepoints), tuple(lines), tuple(paths), tuple(marks), tuple(texts)
    )


def burden(timepoints: Sequence[TimePoint], events: Sequence[Event]) -> plot.Plot | None:
    """Draw the hepatic tumor burden over time; None if it is known at no visit."""
    values = [_value(point.burden.percent) for point in timepoints]
    known = [v for v in values if v is not None]
    if not known:
        return None
    days = _Days(timepoints, events, ())
    frame = plot.Frame(46, 360 - 14, 18, BURDEN_HEIGHT - 50)
    at, ticks = days.scale(frame), plot.nice_ticks(max(known) * 1.15, 4)
    y = plot.linear(0, ticks[-1], frame.bottom, frame.top)
    xs = [at(days.of(point.date)) for point in timepoints]
    points: _Points = [None if v is None else (x, y(v)) for x, v in zip(xs, values, strict=True)]
    marks = [
        plot.Mark(
            plot.px(p[0]), plot.px(p[1]), "circle", "burden", f"{point.visit}: {wording.percent(point.burden.percent)}"
        )
        for p, point in zip(points, timepoints, strict=True)
        if p is not None
    ]
    labels = [
        plot.Text(plot.px(p[0]), plot.px(p[1] - 9), f"{_value(point.burden.percent):.1f}", "middle", "value")
        for p, point in zip(points, timepoints, strict=True)
        if p is not None
    ]
    told = "; ".join(f"{p.visit} {wording.percent(p.burden.percent)}" for p in timepoints)
    return plot.Plot(
        360,
        BURDEN_HEIGHT,
        f"Hepatic tumor burden over time, {timepoints[0].subject}",
        told,
        tuple(_grid(frame, ticks, y)),
        (plot.Path(plot.broken_path(points), "burden"),),
        tuple(marks),
        (*_y_texts(frame, ticks, y, "tumor / liver (%)"), *labels, *_x_texts(xs, timepoints, days, frame, short=True)),
    )


def trend(timepoints: Sequence[TimePoint]) -> plot.Plot | None:
    """Draw the sums as a small line for an index row; None without two of them."""
    known = [(point, _value(point.sums.sum_mm)) for point in timepoints]
    if len([v for _, v in known if v is not None]) < 2:
        return None
    x = plot.linear(0, plot.days_between(timepoints[0].date, timepoints[-1].date), 5, 107)
    y = plot.linear(0, max(v for _, v in known if v is not None) * 1.05 or 1, 27, 3)
    points: _Points = [
        None if v is None else (x(plot.days_between(timepoints[0].date, p.date)), y(v)) for p, v in known
    ]
    shown = [point for point in points if point is not None]
    marks = (plot.Mark(plot.px(shown[-1][0]), plot.px(shown[-1][1]), "circle", "whole", ""),)
    told = ", ".join(f"{p.visit} {wording.mm(p.sums.sum_mm)}" for p in timepoints)
    return plot.Plot(
        112,
        30,
        "Sum of diameters in mm",
        told,
        (plot.Line(2, 27, 110, 27, "axis"),),
        (plot.Path(plot.broken_path(points), "whole"),),
        marks,
        (),
    )


def _value(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _response_level(timepoints: Sequence[TimePoint], criterion: Criterion) -> float | None:
    baseline = next((p.sums.baseline_mm for p in timepoints if p.sums.baseline_mm is not None), None)
    return None if not baseline else float(baseline * (100 - criterion.response_percent) / 100)


def progression_level(nadir: Decimal | None, criterion: Criterion) -> float | None:
    """The smallest sum in mm that is progression over this nadir; None without a nadir."""
    if nadir is None:
        return None
    return float(max(nadir * (100 + criterion.progression_percent) / 100, nadir + criterion.progression_min_mm))


def _minimum(criterion: Criterion) -> str:
    return f", ≥{criterion.progression_min_mm:f} mm" if criterion.progression_min_mm else ""


def _steps(xs: Sequence[float], levels: Sequence[float | None], y: plot.Scale) -> str:
    """A flat line from each visit to the next at the level that holds for the next."""
    points: _Points = []
    for before, now, level in zip(xs, xs[1:], levels[1:], strict=False):
        points += [None] if level is None else [(before, y(level)), (now, y(level))]
    return plot.broken_path(points)


def _span(x: float, width: float, frame: plot.Frame) -> tuple[float, float]:
    """Where words of this width stand, centered on x and kept inside the frame."""
    start = min(max(x - width / 2, frame.left), frame.right - width)
    return start, start + width


def _event_words(events: Sequence[Event], endpoint: EndpointRow | None) -> list[tuple[dt.date, str, str]]:
    shown = [(event.date, _EVENT_WORDS[event.kind], "event") for event in sorted(events, key=lambda e: e.date)]
    if endpoint is not None and endpoint.date is not None:
        shown.append((endpoint.date, f"{endpoint.paramcd} {wording.status(endpoint)}", "endpoint"))
    return shown


def _grid(frame: plot.Frame, ticks: Sequence[float], y: plot.Scale) -> list[plot.Line]:
    return [plot.Line(frame.left, plot.px(y(v)), frame.right, plot.px(y(v)), "grid" if v else "axis") for v in ticks]


def _y_texts(frame: plot.Frame, ticks: Sequence[float], y: plot.Scale, title: str) -> list[plot.Text]:
    values = [plot.Text(frame.left - 8, plot.px(y(v) + 4), f"{v:g}", "end", "tick") for v in ticks]
    return [*values, plot.Text(14, plot.px((frame.top + frame.bottom) / 2), title, "middle", "axis-title")]


def _x_texts(
    xs: Sequence[float], timepoints: Sequence[TimePoint], days: _Days, frame: plot.Frame, *, short: bool = False
) -> list[plot.Text]:
    """Visit names and days, or names alone; a name that would touch its neighbor is left out."""
    texts, free_from = [], float("-inf")
    for x, point in zip(xs, timepoints, strict=True):
        name = "BL" if short and point.visit == "BASELINE" else point.visit
        half = max(len(name), 0 if short else 7) * LETTER_PX / 2
        if x - half < free_from:
            continue
        free_from = x + half + 4
        texts.append(plot.Text(plot.px(x), frame.bottom + 18, name, "middle", "visit"))
        texts.append(plot.Text(plot.px(x), frame.bottom + 32, f"{days.of(point.date):d}", "middle", "tick"))
    title = f"days since {days.zero_name}" + ("" if short else f" ({days.zero.isoformat()})")
    return [*texts, plot.Text((frame.left + frame.right) / 2, frame.bottom + 47, title, "middle", "x-title")]


def _marks(x: float, y: plot.Scale, point: TimePoint) -> list[plot.Mark]:
    marks = []
    for value, shape, role, name in (
        (point.viable.sum_mm, "square", "viable", "viable sum"),
        (point.sums.sum_mm, "circle", "whole", "sum"),
    ):
        if value is not None:
            told = f"{point.visit} {point.date.isoformat()}: {name} {wording.mm(value)} mm"
            marks.append(plot.Mark(plot.px(x), plot.px(y(float(value))), shape, role, told))
    return marks


def _mark_texts(x: float, y: plot.Scale, point: TimePoint, frame: plot.Frame) -> list[plot.Text]:
    response = point.hepatic_recist11.response.value
    if point.sums.sum_mm is None:
        return [plot.Text(plot.px(x), frame.bottom - 6, response or "no sum", "middle", "value")]
    above = y(float(point.sums.sum_mm)) - 10
    length = plot.Text(plot.px(x), plot.px(above), wording.mm(point.sums.sum_mm), "middle", "length")
    return [length, plot.Text(plot.px(x), plot.px(above - 14), response, "middle", "value")] if response else [length]


def _describe(timepoints: Sequence[TimePoint]) -> str:
    return "; ".join(
        f"{p.visit} {p.date.isoformat()}: sum {wording.mm(p.sums.sum_mm)} mm, viable sum "
        f"{wording.mm(p.viable.sum_mm)} mm, hepatic RECIST 1.1 {wording.response(p.hepatic_recist11)}"
        for p in timepoints
    )
