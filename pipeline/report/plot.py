"""Plots as plain shapes that a template draws as SVG.

Lengths are in pixels of the drawing, x to the right, y down. Classes name what a shape is;
the style sheet gives them their look in light, dark and print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Scale = Callable[[float], float]

Points = Sequence[tuple[float, float] | None]
"""Points of a polyline; None breaks it."""

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: str


@dataclass(frozen=True)
class Path:
    """A polyline, given as SVG path data."""

    data: str
    role: str


@dataclass(frozen=True)
class Mark:
    """A value: a 'circle' or a 'square' with the words a pointer shows."""

    x: float
    y: float
    shape: str
    role: str
    title: str


@dataclass(frozen=True)
class Text:
    """Words at (x, y); anchor is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str
    role: str


Shape = Line | Path | Mark | Text


@dataclass(frozen=True)
class Plot:
    """A drawing with its name and a description for those who do not see it.

    Shapes are drawn by kind, words on top of marks on top of lines, each kind in the given order.
    """

    width: int
    height: int
    title: str
    description: str
    shapes: tuple[Shape, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The straight lines."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Line))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The polylines."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Path))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marked values."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Mark))

    @property
    def texts(self) -> tuple[Text, ...]:
        """The words."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Text))


@dataclass(frozen=True)
class Frame:
    """The plotting area in pixels."""

    left: float
    right: float
    top: float
    bottom: float


def px(value: float) -> float:
    """A coordinate at 0.1 pixel."""
    return round(value, 1)


def line(x1: float, y1: float, x2: float, y2: float, role: str) -> Line:
    """A line at 0.1 pixel."""
    return Line(px(x1), px(y1), px(x2), px(y2), role)


def mark(x: float, y: float, shape: str, role: str, title: str) -> Mark:
    """A mark at 0.1 pixel."""
    return Mark(px(x), px(y), shape, role, title)


def text(x: float, y: float, words: str, anchor: str, role: str) -> Text:
    """Words at 0.1 pixel."""
    return Text(px(x), px(y), words, anchor, role)


def linear(first: float, last: float, start: float, end: float) -> Scale:
    """The scale that maps first..last to start..end; a single value falls in the middle."""
    if last == first:
        return lambda _: (start + end) / 2
    return lambda value: start + (value - first) * (end - start) / (last - first)


def nice_ticks(highest: float, count: int = 5) -> list[float]:
    """Round values from 0 up to at least `highest`, about `count` of them; 0 and 1 if highest is 0."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 1.0
    while highest / count / power >= 10:
        power *= 10
    while highest / count / power < 1:
        power /= 10
    step = next(s * power for s in _STEPS if s * power * count >= highest)
    ticks = [0.0]
    while ticks[-1] < highest:
        ticks.append(round(len(ticks) * step, 6))
    return ticks


def broken_path(points: Points) -> str:
    """Path data through the points; None breaks the line."""
    parts, open_line = [], False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if open_line else 'M'}{px(point[0])} {px(point[1])}")
        open_line = point is not None
    return "".join(parts)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as fit with at least `gap` between them, in the same order."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    floor = low
    for n in order:
        placed[n] = max(floor, wanted[n])
        floor = placed[n] + gap
    ceiling = high
    for n in reversed(order):
        placed[n] = min(ceiling, placed[n])
        ceiling = placed[n] - gap
    return placed


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
