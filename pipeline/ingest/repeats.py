"""Slices at the same position: copies, duplicates, or several phases that no tag names."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial

from pipeline.ingest import checks, geometry
from pipeline.ingest.excluded import Excluded
from pipeline.model.catalog import SliceHeader

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
    same_uid: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    same_tags: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    for item in sorted(slices, key=lambda item: item.origin):
        uid = item.sop_uid and (item.sop_uid, item.frame, item.position, item.orientation)
        tags = _image_tags(item)
        repeated = next((out for other in same_uid[uid] if (out := _copy(item, other, digest))), None) if uid else None
        if repeated is None:
            twin = next((other for other in same_tags[tags] if digest(item) == digest(other) != ""), None)
            repeated = None if twin is None else _duplicate(item, twin)
        if repeated is None:
            kept.append(item)
            same_uid[uid].append(item)
            same_tags[tags].append(item)
        else:
            excluded.append(repeated)
    return kept, excluded


def _image_tags(item: SliceHeader) -> SliceHeader:
    """The header without what another export of the same slice may change."""
    return replace(
        item,
        source=0,
        path="",
        frame=0,
        sop_uid="",
        study_uid="",
        frame_of_reference_uid="",
        transfer_syntax="",
        rescale_slope=None,
        rescale_intercept=None,
    )


def _copy(item: SliceHeader, other: SliceHeader, digest: Digest) -> Excluded | None:
    """Tell whether a slice of the same SOP Instance UID and place shows the same."""
    if digest(item) == digest(other):
        return Excluded(item, f"copy of {other.name}", other)
    if not digest(item) or not digest(other):
        return Excluded(item, f"pixels that cannot be compared, same SOP Instance UID as {other.name}", other)
    return None


def _duplicate(item: SliceHeader, other: SliceHeader) -> Excluded:
    return Excluded(item, f"same pixels under another SOP Instance UID as {other.name}", other)


def twins(passes: Sequence[Sequence[SliceHeader]], digest: Digest) -> list[Excluded]:
    """Name the slices of a pass of which another of the same acquisition shows every slice with the same pixels.

    The longer one stays, of equal ones the first. Pixels of other acquisition numbers, temporal positions or times are
    not compared.
    """
    kept: list[Sequence[SliceHeader]] = []
    excluded: list[Excluded] = []
    for part in sorted(passes, key=lambda part: (-len(part), min(item.origin for item in part))):
        pairs = next((pairs for other in kept if (pairs := _pairs(part, other, digest))), None)
        if pairs is None:
            kept.append(part)
        else:
            excluded += [_duplicate(item, other) for item, other in pairs]
    return excluded


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


def by_order_or_time(slices: Sequence[SliceHeader]) -> list[list[SliceHeader]] | None:
    """Separate slices into passes by instance order or time; None where neither tells.

    There is no limit to their number.

    1. In instance order the positions run up or down and start again (pass after pass):
       split where they turn back, if every pass is regular, has three slices or more and covers what another covers
       (a slice that is there twice also stands still).
    2. Trigger, acquisition or content time: split by the first that leaves no repeat and has as many values as slices
       lie at the fullest position; where no position repeats (phases shifted a little), whose parts are even passes.
    """
    runs = _runs(sorted(slices, key=_instance_order))
    if len(runs) > 1 and geometry.even(runs) and all(map(partial(_covered, runs), runs)):
        return runs
    most = max(map(len, _places(slices)))
    for time in _TIMES:
        parts = _by(slices, time)
        full = len(parts) == most and min(map(len, parts)) > 1 and not any(map(geometry.has_repeats, parts))
        if len(parts) > 1 and (full or (most == 1 and geometry.even(parts))):
            return parts
    return None


def _covered(runs: Sequence[Sequence[SliceHeader]], run: Sequence[SliceHeader]) -> bool:
    return any(other is not run and geometry.overlap(run, other) >= checks.OVERLAP_SHARE for other in runs)


def by_position(slices: Sequence[SliceHeader], digest: Digest) -> tuple[list[list[SliceHeader]], list[Excluded]]:
    """Separate slices that nothing else tells apart: no position twice in a pass.

    1. Without repeats: one pass, uneven as it is.
    2. Most positions hold the same number of slices (all passes slice by slice): the n-th
       slice of every position forms pass n, by trigger, acquisition and content time.
    3. Otherwise the n-th slices of the positions form a pass where they are a regular one of
       five slices or more; the others are doubles of the first slice of their position.
    """
    places = _places(slices)
    times, share = Counter(len(place) for place in places).most_common(1)[0]
    passes = [[place[n] for place in places if len(place) > n] for n in range(max(map(len, places)))]
    if times > 1 and share >= USUAL_SHARE * len(places):
        return passes, []
    whole = [part for part in passes[1:] if len(part) >= checks.MIN_SLICES and geometry.regular(part)]
    rest = {id(item) for part in passes[1:] if part not in whole for item in part}
    doubles = [_double(item, place[0], digest) for place in places for item in place if id(item) in rest]
    return [passes[0], *whole], doubles


def one_position(count: int) -> str:
    """Return the reason of several slices that make no volume because all of them lie at one place."""
    return f"single slice, no volume: all {count} slices lie at one position (bolus timing, or positions are lost)"


def alone(beside_volume: bool) -> str:
    """Return the reason of a slice that makes no volume because no other goes with it."""
    if beside_volume:
        return "single slice that goes with no volume of its series (other orientation, time or kind)"
    return "single slice, no volume (localizer or bolus timing)"


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
    return [sorted(place, key=_time_order) for place in geometry.places(slices)]
