"""Events and the end of follow-up as ticks with words above a chart."""

import datetime as dt
from collections.abc import Sequence

from matplotlib.axes import Axes

from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.report import wording
from pipeline.report.figures import style, timeline

_WORDS = {EventKind.PRRT: "PRRT", EventKind.OFF_PROTOCOL_EMBOLIZATION: "embolization off protocol"}
"""The words of a kind of event that are not those of its name."""

Tick = tuple[dt.date, str, bool]
"""Date and words of an event; whether it is the endpoint."""


def of(events: Sequence[Event], endpoint: EndpointRow | None) -> list[Tick]:
    """The events by date, then the date of the endpoint."""
    shown = [(event.date, _words(event.kind), False) for event in sorted(events, key=lambda e: e.date)]
    if endpoint is not None and endpoint.date is not None:
        shown.append((endpoint.date, f"{endpoint.paramcd} {wording.status(endpoint)}", True))
    return shown


def _words(kind: EventKind) -> str:
    return _WORDS.get(kind) or kind.value.lower().replace("_", " ")


def draw(axes: Axes, ticks: Sequence[Tick], span: timeline.Days) -> None:
    """Lines with their words above the frame, in as many lanes as they need; the frame makes room for them."""
    left, right = (timeline.across_pt(axes, day) for day in axes.get_xlim())
    spans = []
    for date, words, ends in ticks:
        width = len(words) * (timeline.BOLD_LETTER_PT if ends else timeline.LETTER_PT)
        start = min(max(timeline.across_pt(axes, span.of(date)) - width / 2, left), right - width)
        spans.append((start, start + width))
    rows = lanes(spans)
    timeline.lower(axes, timeline.ROW_PT * (max(rows, default=-1) + 1))
    width, height = timeline.size_pt(timeline.figure_of(axes))
    top, frame = axes.get_position().y1 * height, timeline.height_pt(axes)
    for (date, words, ends), (start, end), row in zip(ticks, spans, rows, strict=True):
        base = timeline.ROW_PT * (max(rows) - row) + 4
        color = style.INK if ends else style.EVENT
        axes.axvline(
            span.of(date),
            ymax=1 + (base - 2) / frame,
            color=color,
            linewidth=style.RULE_PT,
            linestyle="-" if ends else (0, (1, 2.5)),
            alpha=0.55 if ends else 1,
            clip_on=False,
        )
        weight = "bold" if ends else "normal"
        timeline.figure_of(axes).text(
            (start + end) / 2 / width, (top + base) / height, words, ha="center", color=color, fontweight=weight
        )


def lanes(spans: Sequence[tuple[float, float]], gap: float = 6.0) -> list[int]:
    """The first free lane for each span (start, end), taken in the given order."""
    rows: list[list[tuple[float, float]]] = []
    chosen = []
    for start, end in spans:
        free = (n for n, row in enumerate(rows) if all(end + gap <= a or start >= b + gap for a, b in row))
        lane = next(free, len(rows))
        if lane == len(rows):
            rows.append([])
        rows[lane].append((start, end))
        chosen.append(lane)
    return chosen
