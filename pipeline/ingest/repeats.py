"""Slices at the same position: copies, duplicates, or several phases that no tag names."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.ingest import checks, geometry
from pipeline.model.catalog import SliceHeader


class Excluded(NamedTuple):
    """A slice that is left out and why; shown_by is the slice that stands for it, if one does."""

    slice: SliceHeader
    reason: str
    shown_by: SliceHeader | None = None


Digest = Callable[[SliceHeader], str]
"""Tells the pixels of a slice: slices of the same text show the same; empty where they cannot be read."""
USUAL_SHARE = 0.8
"""Share of positions that hold the usual number of slices where all passes run slice by slice; own choice."""


def by_uid(item: SliceHeader) -> str:
    """Stand-in where pixels are not at hand: the SOP Instance UID tells them."""
    return f"{item.sop_uid} {item.frame}" if item.sop_uid else f"{item.source}:{item.name}"


def copies(slices: Sequence[SliceHeader], digest: Digest) -> tuple[list[SliceHeader], list[Excluded]]:
    """Drop files that repeat a slice already seen at the same place; other pixels make another slice.

    1. Same SOP Instance UID and same pixels, or pixels that cannot be compared: a copy.
    2. Same SOP Instance UID and other pixels: both stay, and are sorted as any two slices.
    3. Another SOP Instance UID, every other tag and the pixels the same: a duplicate.
    """
    kept: list[SliceHeader] = []
    excluded: list[Excluded] = []
    by_place: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    for item in sorted(slices, key=lambda item: item.origin):
        place = (item.position, item.orientation)
        repeated = next((out for other in by_place[place] if (out := _repeated(item, other, digest))), None)
        if repeated is not None:
            excluded.append(repeated)
        else:
            kept.append(item)
            by_place[place].append(item)
    return kept, excluded


def _repeated(item: SliceHeader, other: SliceHeader, digest: Digest) -> Excluded | None:
    if item.sop_uid and (item.sop_uid, item.frame) == (other.sop_uid, other.frame):
        if digest(item) == digest(other):
            return Excluded(item, f"copy of {other.name}", other)
        if not digest(item) or not digest(other):
            return Excluded(item, f"pixels that cannot be compared, same SOP Instance UID as {other.name}", other)
    elif _all_else(item) == _all_else(other) and digest(item) == digest(other) != "":
        return _duplicate(item, other)
    return None


def _duplicate(item: SliceHeader, other: SliceHeader) -> Excluded:
    return Excluded(item, f"same pixels under another SOP Instance UID as {other.name}", other)


def _all_else(item: SliceHeader) -> SliceHeader:
    return replace(item, source=0, path="", frame=0, sop_uid="", study_uid="", frame_of_reference_uid="")


def twins(passes: Sequence[Sequence[SliceHeader]], digest: Digest) -> tuple[list[list[SliceHeader]], list[Excluded]]:
    """Drop a pass of which another of the same acquisition shows every slice with the same pixels.

    Pixels of different acquisition numbers, temporal positions or acquisition times are not compared.
    """
    kept: list[list[SliceHeader]] = []
    excluded: list[Excluded] = []
    for part in sorted(passes, key=lambda part: -len(part)):
        pairs = next((pairs for other in kept if (pairs := _pairs(part, other, digest))), None)
        if pairs is None:
            kept.append(list(part))
        else:
            excluded += [_duplicate(item, other) for item, other in pairs]
    return kept, excluded


def _pairs(
    part: Sequence[SliceHeader], other: Sequence[SliceHeader], digest: Digest
) -> list[tuple[SliceHeader, SliceHeader]]:
    """Each slice with the one of the other pass that shows the same; empty unless all do. The middle is asked first."""
    places = {item.position: item for item in other}
    middle = len(part) // 2
    pairs = []
    for item in (*part[middle:], *part[:middle]):
        same = places.get(item.position)
        if same is None or _acquired(item) != _acquired(same) or digest(item) != digest(same) or not digest(item):
            return []
        pairs.append((item, same))
    return pairs


def _acquired(item: SliceHeader) -> Hashable:
    return item.acquisition_number, item.temporal_position, item.trigger_time_ms, item.acquisition_time


def separate(slices: Sequence[SliceHeader], digest: Digest) -> tuple[list[list[SliceHeader]], list[Excluded]]:
    """Separate slices that agree in every tag that tells volumes apart, each position at most once per pass.

    There is no limit to the number of passes.

    1. Regular and without repeats: one pass.
    2. In instance order the positions run up or down and start again (pass after pass):
       split where they turn back, if every pass is regular and has three slices or more.
    3. Trigger, acquisition or content time: split by the first that leaves no repeat and
       has as many values as slices lie at the fullest position.
    4. Most positions hold the same number of slices (all passes slice by slice): the n-th
       slice of every position forms pass n, by trigger, acquisition and content time.
    5. Otherwise the n-th slices of the positions form a pass where they are a regular one of
       five slices or more; the others are doubles of the first slice of their position.
    """
    if geometry.regular(slices):
        return [list(slices)], []
    runs = _runs(sorted(slices, key=_instance_order))
    if len(runs) > 1 and even(runs):
        return runs, []
    places = _places(slices)
    if len(places) == 1:
        return [], [Excluded(item, one_position(len(slices))) for item in slices]
    for time in _TIMES:
        parts = _by(slices, time)
        most = max(map(len, places))
        if len(parts) == most > 1 and min(map(len, parts)) > 1 and not any(map(geometry.has_repeats, parts)):
            return parts, []
    times, share = Counter(len(place) for place in places).most_common(1)[0]
    passes = [[place[n] for place in places if len(place) > n] for n in range(max(map(len, places)))]
    if times > 1 and share >= USUAL_SHARE * len(places):
        return passes, []
    whole = [part for part in passes[1:] if len(part) >= checks.MIN_SLICES and geometry.regular(part)]
    rest = {id(item) for part in passes[1:] if part not in whole for item in part}
    doubles = [_double(item, place[0], digest) for place in places for item in place if id(item) in rest]
    return [passes[0], *whole], doubles


def even(parts: Sequence[Sequence[SliceHeader]]) -> bool:
    """Whether every part is a regular pass of three slices or more."""
    return all(len(part) > 2 and geometry.regular(part) for part in parts)


def one_position(count: int) -> str:
    """Return the reason of slices that make no volume because all of them lie at one place."""
    if count == 1:
        return "single slice, no volume (localizer or bolus timing)"
    return f"single slice, no volume: all {count} slices lie at one position (bolus timing, or positions are lost)"


def _double(item: SliceHeader, first: SliceHeader, digest: Digest) -> Excluded:
    if digest(item) == digest(first) != "":
        return _duplicate(item, first)
    if item.sop_uid and (item.sop_uid, item.frame) == (first.sop_uid, first.frame):
        return Excluded(item, f"other pixels, same SOP Instance UID and position as {first.name}", first)
    return Excluded(item, f"same position as {first.name}", first)


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


_TIMES: tuple[Callable[[SliceHeader], Hashable], ...] = (
    lambda item: item.trigger_time_ms,
    lambda item: item.acquisition_time,
    lambda item: item.content_time,
)


def _by(slices: Sequence[SliceHeader], key: Callable[[SliceHeader], Hashable]) -> list[list[SliceHeader]]:
    parts: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    for item in sorted(slices, key=_time_order):
        parts[key(item)].append(item)
    return list(parts.values())


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
