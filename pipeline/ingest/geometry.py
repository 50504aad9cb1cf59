"""Where slices lie: their normal, their order along it, how regular the steps are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt
from statistics import median

from pipeline.model.catalog import SliceHeader
from pipeline.model.grid import Grid, Point

SAME_POSITION_MM = 0.01
"""mm along the normal: slices closer than this lie at the same position (rounding in headers)."""
SAME_ORIENTATION = 0.01
"""Largest difference of a direction cosine (about 0.6 degrees) within one orientation (rounding in headers)."""
STEP_TOLERANCE = 0.1
"""Share of the usual step by which a step may differ from it and still count as usual; own choice."""
FEW_GAPS = 0.2
"""Share of steps that may be gaps in what is still one pass; own choice."""
STEP_TOLERANCE_MM = 0.02
"""mm, rounding of positions in headers."""


@dataclass(frozen=True)
class Steps:
    """The steps between neighboring slices along the normal, in mm.

    usual is their median. gaps counts the steps that lack slices; uneven says that a step
    is no whole multiple of the usual one.
    """

    usual: float
    gaps: int
    uneven: bool


def normal(header: SliceHeader) -> Point:
    """Unit vector across the slice: row direction x column direction."""
    a, b, c, d, e, f = header.orientation
    return unit((b * f - c * e, c * d - a * f, a * e - b * d))


def unit(vector: Point) -> Point:
    """Return the vector with length 1.

    Raises:
        ValueError: the vector has no length.
    """
    length = sqrt(sum(part * part for part in vector))
    if length < 1e-6:
        raise ValueError(f"direction {vector} has no length")
    x, y, z = (part / length for part in vector)
    return (x, y, z)


def along(header: SliceHeader, direction: Point) -> float:
    """Position of a slice along a direction in mm."""
    return sum(a * b for a, b in zip(header.position, direction, strict=True))


def same_orientation(a: SliceHeader, b: SliceHeader) -> bool:
    """Whether rows and columns of both slices point the same way."""
    return max(abs(x - y) for x, y in zip(a.orientation, b.orientation, strict=True)) <= SAME_ORIENTATION


def sorted_along(slices: Sequence[SliceHeader]) -> list[SliceHeader]:
    """Sort slices of one orientation along their normal; ties by instance number and path."""
    direction = normal(slices[0])
    return sorted(slices, key=lambda item: (along(item, direction), item.instance_number or 0, item.origin))


def has_repeats(slices: Sequence[SliceHeader]) -> bool:
    """Whether two slices of one orientation lie at the same position."""
    return doubled(slices) > 0


def positions(slices: Sequence[SliceHeader]) -> list[float]:
    """Positions of slices of one orientation along their normal in mm, in order."""
    direction = normal(slices[0])
    return sorted(along(item, direction) for item in slices)


def overlap(a: Sequence[SliceHeader], b: Sequence[SliceHeader]) -> float:
    """Share of the shorter extent along the normal that slices of one orientation have in common; 1 for a point."""
    direction = normal(a[0])
    (a_low, a_high), (b_low, b_high) = (_range([along(item, direction) for item in each]) for each in (a, b))
    shorter = min(a_high - a_low, b_high - b_low)
    return (min(a_high, b_high) - max(a_low, b_low)) / shorter if shorter > 0 else 1.0


def _range(places: Sequence[float]) -> tuple[float, float]:
    return min(places), max(places)


def one_position(slices: Sequence[SliceHeader]) -> bool:
    """Whether all slices of one orientation lie at the same position."""
    places = positions(slices)
    return places[-1] - places[0] < SAME_POSITION_MM


def doubled(slices: Sequence[SliceHeader]) -> int:
    """Count the slices of one orientation that lie where another one lies already."""
    return sum(b - a < SAME_POSITION_MM for a, b in pairwise(positions(slices)))


def even(parts: Sequence[Sequence[SliceHeader]]) -> bool:
    """Whether every part is a regular pass of three slices or more."""
    return all(len(part) > 2 and regular(part) for part in parts)


def places(slices: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    """Slices of one orientation by their position along the normal, in order."""
    direction = normal(slices[0])
    result: list[list[SliceHeader]] = []
    for item in sorted_along(slices):
        near = result and along(item, direction) - along(result[-1][-1], direction) < SAME_POSITION_MM
        if near:
            result[-1].append(item)
        else:
            result.append([item])
    return result


def covers_evenly(slices: Sequence[SliceHeader]) -> bool:
    """Whether the positions of slices, each counted once, are those of a regular pass of three slices or more."""
    return even([[place[0] for place in places(slices)]])


def steps(positions: Sequence[float]) -> Steps:
    """Judge the steps between sorted positions; fewer than two have none, and the usual one is 0.

    A step of at least 1.5 usual steps is a gap; it should be a whole multiple of the usual
    step. Every other step should equal the usual one within 10 % or 0.02 mm.
    """
    distances = [b - a for a, b in pairwise(positions)]
    usual = median(distances) if distances else 0.0
    tolerance = max(STEP_TOLERANCE * usual, STEP_TOLERANCE_MM)
    gaps, uneven = 0, False
    for step in distances:
        times = max(1, round(step / usual)) if usual > 0 else 1
        gaps += times > 1
        uneven = uneven or abs(step - times * usual) > tolerance * times
    return Steps(usual, gaps, uneven)


def regular(slices: Sequence[SliceHeader]) -> bool:
    """Whether slices of one orientation lie at even steps, no position twice, few gaps.

    Two passes shifted against each other show as many gaps as steps. A single slice is regular.
    """
    if len(slices) < 2:
        return True
    ordered = sorted_along(slices)
    direction = normal(ordered[0])
    between = steps([along(item, direction) for item in ordered])
    return not has_repeats(ordered) and not between.uneven and between.gaps <= FEW_GAPS * len(ordered)


def offset_mm(slices: Sequence[SliceHeader]) -> float:
    """Largest shift of a slice's corner within the plane, against the first slice, in mm."""
    first = slices[0]
    row, column = unit(first.orientation[:3]), unit(first.orientation[3:])
    return max(
        hypot(along(item, row) - along(first, row), along(item, column) - along(first, column)) for item in slices
    )


def grid(slices: Sequence[SliceHeader]) -> Grid:
    """The grid of slices sorted along their normal; the slice step comes from the positions.

    With gaps the step is the usual one, so that such a grid fits only up to the first gap.
    """
    first, last = slices[0], slices[-1]
    direction = normal(first)
    positions = [along(item, direction) for item in slices]
    between = steps(positions)
    whole = (along(last, direction) - along(first, direction)) / (len(slices) - 1)
    between_rows, between_columns = first.pixel_spacing_mm
    return Grid(
        shape=(len(slices), first.rows, first.columns),
        spacing_mm=(between_columns, between_rows, between.usual if between.gaps else whole),
        origin=first.position,
        directions=(unit(first.orientation[:3]), unit(first.orientation[3:]), direction),
    )
