"""Slices at the same position: copies, doubles, or several phases in one series.

Reached only by slices that agree in all tags that tell volumes apart, acquisition
number and temporal position included.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.ingest import geometry
from pipeline.model.catalog import SliceHeader

Excluded = tuple[SliceHeader, str]
"""A slice that is left out and why."""

MAX_PASSES = 24
"""Passes through the body that one series is believed to hold at most; own choice."""


def copies(slices: Sequence[SliceHeader]) -> tuple[list[SliceHeader], list[Excluded]]:
    """Drop files that repeat a slice already seen: same SOP Instance UID at the same place."""
    kept: dict[object, SliceHeader] = {}
    excluded: list[Excluded] = []
    for item in sorted(slices, key=lambda item: item.origin):
        key = (item.sop_uid, item.frame, item.position, item.orientation) if item.sop_uid else item.origin
        if key in kept:
            excluded.append((item, f"copy of {kept[key].name}"))
        else:
            kept[key] = item
    return list(kept.values()), excluded


def separate(slices: Sequence[SliceHeader]) -> tuple[list[list[SliceHeader]], list[Excluded]]:
    """Separate slices of one orientation into passes, each position at most once per pass.

    1. Regular and without repeats: one pass.
    2. In instance order the positions run up or down and start again (pass after pass):
       split where they turn back, if every pass is regular and has three slices or more.
    3. Most positions hold the same number of slices (all passes slice by slice): the n-th
       slice of every position forms pass n, by trigger, acquisition and content time.
    4. Otherwise the first slice of each position is kept and the others are doubles.
    """
    if len(slices) < 2 or geometry.regular(slices):
        return [list(slices)], []
    runs = _runs(sorted(slices, key=_instance_order))
    if 1 < len(runs) <= MAX_PASSES and all(len(run) > 2 and geometry.regular(run) for run in runs):
        return runs, []
    places = _places(slices)
    times, share = Counter(len(place) for place in places).most_common(1)[0]
    if 1 < times <= MAX_PASSES and share >= 0.8 * len(places):
        return [[place[n] for place in places if len(place) > n] for n in range(max(map(len, places)))], []
    doubles = [(item, f"same position as {place[0].name}") for place in places for item in place[1:]]
    return [[place[0] for place in places]], doubles


def _instance_order(item: SliceHeader) -> tuple[int, int, str, str, tuple[int, str, int]]:
    return item.instance_number or 0, item.frame, item.acquisition_time, item.content_time, item.origin


def _time_order(item: SliceHeader) -> tuple[float, str, str, int, tuple[int, str, int]]:
    return (
        item.trigger_time_ms or 0.0,
        item.acquisition_time,
        item.content_time,
        item.instance_number or 0,
        item.origin,
    )


def _runs(slices: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    """Cut where the positions, in the given order, turn back or stand still."""
    direction = geometry.normal(slices[0])
    runs = [[slices[0]]]
    sense = 0.0
    for item in slices[1:]:
        step = geometry.along(item, direction) - geometry.along(runs[-1][-1], direction)
        if abs(step) < geometry.SAME_POSITION_MM or step * sense < 0:
            runs.append([item])
            sense = 0.0
        else:
            runs[-1].append(item)
            sense = step
    return runs


def _places(slices: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    """Slices by position along the normal, in order of position, then of time."""
    direction = geometry.normal(slices[0])
    by_position: dict[int, list[SliceHeader]] = defaultdict(list)
    index, last = 0, None
    for item in geometry.sorted_along(slices):
        position = geometry.along(item, direction)
        if last is not None and position - last >= geometry.SAME_POSITION_MM:
            index += 1
        last = position
        by_position[index].append(item)
    return [sorted(place, key=_time_order) for place in by_position.values()]
