"""Parts of a series that together make one even pass: which of them are joined, and when it cannot be told."""

from collections.abc import Sequence
from itertools import combinations

from pipeline.ingest import alike, apart, geometry
from pipeline.ingest.alike import Slices


def joined(parts: Sequence[Slices]) -> list[Slices]:
    """Join parts that make one even pass together, in order of their first part.

    Where a part fits to several that exclude each other (two phases, each in two halves), the order of acquisition
    tells which belong together; where it does not, they stay as they are.
    """
    fitting = _fitting(parts)
    result: list[Slices] = []
    for numbers in _connected(len(parts), fitting):
        group = [parts[n] for n in numbers]
        together = [item for part in group for item in part]
        if len(group) > 1 and apart.one_pass(together):
            result.append(together)
        else:
            result += _in_time(group) if len(group) > 1 else group
    return result


def _fitting(parts: Sequence[Slices]) -> set[tuple[int, int]]:
    places = [{round(place / geometry.SAME_POSITION_MM) for place in geometry.positions(part)} for part in parts]
    return {
        (a, b)
        for a, b in combinations(range(len(parts)), 2)
        if not places[a] & places[b]
        and len(parts[a]) + len(parts[b]) > 2
        and geometry.same_orientation(parts[a][0], parts[b][0])
        and apart.one_pass([*parts[a], *parts[b]])
    }


def _connected(count: int, pairs: set[tuple[int, int]]) -> list[list[int]]:
    """Numbers that pairs connect, each group in order and by its first number."""
    home = list(range(count))
    for a, b in sorted(pairs):
        low, high = sorted((home[a], home[b]))
        home = [low if number == high else number for number in home]
    return [[n for n in range(count) if home[n] == first] for first in sorted(set(home))]


def _in_time(group: Sequence[Slices]) -> list[Slices]:
    """Join parts that follow each other in time, unless what is left over would still fit together."""
    times = alike.times_s([item for part in group for item in part])
    if times is None:
        return list(group)
    starts, at = [], 0
    for part in group:
        starts.append(min(times[at : at + len(part)]))
        at += len(part)
    if len(set(starts)) < len(starts):
        return list(group)
    result: list[Slices] = []
    for _, part in sorted(zip(starts, group, strict=True), key=lambda pair: pair[0]):
        if result and apart.one_pass([*result[-1], *part]):
            result[-1] = [*result[-1], *part]
        else:
            result.append(list(part))
    return list(group) if _fitting(result) else result
