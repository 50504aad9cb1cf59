"""The axes that the plots of a subject share: days and visits along x, values from 0 along y."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.events import Event, EventKind
from pipeline.model.response import TimePoint
from pipeline.model.visit import BASELINE
from pipeline.report import plot

LETTER_PX = 6.2
"""Width of an average letter of a label."""
BOLD_LETTER_PX = 7.6
"""Width of an average letter of the name of a visit."""
INSET_PX = 16.0
"""Room between the first and last day and the frame."""


@dataclass(frozen=True)
class Days:
    """The time axis. Day 0 is the first embolization, without one the first time point."""

    zero: dt.date
    zero_name: str
    first: int
    last: int

    def of(self, date: dt.date) -> int:
        """Days from day 0."""
        return (date - self.zero).days

    def scale(self, frame: plot.Frame) -> plot.Scale:
        """Days to pixels."""
        return plot.linear(self.first, self.last, frame.left + INSET_PX, frame.right - INSET_PX)


def days(timepoints: Sequence[TimePoint], events: Sequence[Event], others: Sequence[dt.date] = ()) -> Days:
    """The time axis over all time points and the other dates."""
    treated = [event.date for event in events if event.kind is EventKind.EMBOLIZATION]
    zero = min(treated) if treated else timepoints[0].date
    shown = [*others, *(point.date for point in timepoints)]
    name = "first embolization" if treated else "the first scan"
    return Days(zero, name, (min(shown) - zero).days, (max(shown) - zero).days)


def value_axis(frame: plot.Frame, ticks: Sequence[float], y: plot.Scale, title: str) -> list[plot.Shape]:
    """Grid lines with their values, and the title along the axis."""
    shapes: list[plot.Shape] = []
    for value in ticks:
        shapes.append(plot.line(frame.left, y(value), frame.right, y(value), "grid" if value else "axis"))
        shapes.append(plot.text(frame.left - 8, y(value) + 4, f"{value:g}", "end", "tick"))
    return [*shapes, plot.text(14, (frame.top + frame.bottom) / 2, title, "middle", "axis-title")]


def visit_axis(
    timepoints: Sequence[TimePoint], span: Days, frame: plot.Frame, *, short: bool = False
) -> list[plot.Shape]:
    """Visits with their days; a name that would touch its neighbor is left out. short: no date, BL for baseline."""
    at, free_from = span.scale(frame), float("-inf")
    shapes: list[plot.Shape] = []
    for point in timepoints:
        day = span.of(point.date)
        x, name = at(day), "BL" if short and point.visit == BASELINE else point.visit
        shapes.append(plot.line(x, frame.bottom, x, frame.bottom + 4, "tick"))
        half = max(len(name), 4) * BOLD_LETTER_PX / 2
        if x - half >= free_from:
            free_from = x + half + 4
            shapes.append(plot.text(x, frame.bottom + 18, name, "middle", "visit"))
            shapes.append(plot.text(x, frame.bottom + 32, f"{day:d}".replace("-", "\u2212"), "middle", "tick"))
    title = f"days since {span.zero_name}" + ("" if short else f" ({span.zero.isoformat()})")
    return [*shapes, plot.text((frame.left + frame.right) / 2, frame.bottom + 48, title, "middle", "x-title")]


def number(value: Decimal | None) -> float | None:
    """A value as the plots need it."""
    return None if value is None else float(value)


def points(xs: Sequence[float], values: Sequence[float | None], y: plot.Scale) -> list[tuple[float, float] | None]:
    """Where values stand; None where there is none."""
    return [None if value is None else (x, y(value)) for x, value in zip(xs, values, strict=True)]


def course(where: plot.Points, role: str) -> list[plot.Shape]:
    """The line through the values, broken where one is missing, and a faint one that bridges the gap."""
    known = [point for point in where if point is not None]
    bridge = [plot.Path(plot.broken_path(known), "bridge")] if len(known) < len(where) else []
    return [*bridge, plot.Path(plot.broken_path(where), role)]
