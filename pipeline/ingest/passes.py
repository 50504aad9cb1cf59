"""One pass through the body or several: what slices of one matrix, orientation and kind of image make.

A split is final only where the parts are passes of their own; parts that together make one
even pass are one volume, whatever tags differ between them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.ingest import alike, checks, geometry, repeats
from pipeline.ingest.repeats import Digest, Excluded
from pipeline.model.catalog import SliceHeader
from pipeline.model.image import Modality

SEAM_S = 20.0
"""Seconds between two CT acquisitions beside each other that still are one pass; own choice, below the about 30 s
between the arterial and the portal venous phase and above a pause of the table."""
SLICE_SHARE = 0.75
"""Share of the slice thickness: interleaved parts whose slices then lie closer are two passes; own choice."""

Part = list[SliceHeader]
Tag = Callable[[SliceHeader], Hashable]

TAGS: tuple[Tag, ...] = (
    lambda item: item.acquisition_number,
    lambda item: item.temporal_position,
    lambda item: tuple(part.upper() for part in item.image_type),
    lambda item: None if item.echo_time_ms is None else round(item.echo_time_ms, 2),
    lambda item: item.dimensions,
    lambda item: item.frame_of_reference_uid,
    lambda item: item.study_uid,
    lambda item: item.study_date,
    lambda item: tuple(round(spacing, 4) for spacing in item.pixel_spacing_mm),
)
"""What may tell one pass from another, most telling first."""


@dataclass(frozen=True)
class Pass:
    """Slices of one pass; number counts the passes that no tag names (1, 2, ...), empty where there is one."""

    slices: tuple[SliceHeader, ...]
    number: str = ""


def separate(slices: Sequence[SliceHeader], digest: Digest) -> tuple[list[Pass], list[Excluded]]:
    """Separate slices of one matrix, orientation and kind of image into passes.

    1. One even pass (one_pass): one volume, whatever tags differ.
    2. The first tag whose every value is an even pass tells the passes apart.
    3. Otherwise all tags together do, then the acquisition number; a tag that changes from
       slice to slice is left aside. Each part is asked again.
    4. What no tag tells apart is separated by order and time (repeats.separate).
    5. Parts that follow each other and together make one even pass are joined again.
    """
    if one_pass(slices):
        return [Pass(tuple(slices))], []
    for tag in TAGS:
        parts = grouped(slices, tag)
        if len(parts) > 1 and repeats.even(parts):
            return [Pass(tuple(part)) for part in _joined(parts)], []
    separated: list[Pass] = []
    excluded: list[Excluded] = []
    parts = _divided(slices)
    if len(parts) == 1:
        inside, excluded = repeats.separate(slices, digest)
        return [Pass(tuple(one), str(n) if len(inside) > 1 else "") for n, one in enumerate(inside, start=1)], excluded
    for part in parts:
        inside_part, out = separate(part, digest)
        separated += inside_part
        excluded += out
    numbers = {each.slices[0].origin: each.number for each in separated}
    joined = _joined([list(each.slices) for each in separated])
    return [Pass(tuple(part), numbers[part[0].origin]) for part in joined], excluded


def one_pass(slices: Sequence[SliceHeader]) -> bool:
    """Whether slices lie at even steps and no tag divides them into passes of their own."""
    if not geometry.regular(slices):
        return False
    if len(slices) < 3:
        return len(grouped(slices, _all_tags)) == 1
    divided = (grouped(slices, tag) for tag in TAGS)
    return not any(_apart(slices, parts) for parts in divided if len(parts) > 1)


def grouped(slices: Sequence[SliceHeader], tag: Tag) -> list[Part]:
    """Slices by the value of a tag, in order of instance number and path."""
    parts: dict[Hashable, Part] = defaultdict(list)
    for item in sorted(slices, key=_order):
        parts[tag(item)].append(item)
    return list(parts.values())


def _order(item: SliceHeader) -> tuple[int, tuple[int, str, int]]:
    return item.instance_number or 0, item.origin


def _apart(slices: Sequence[SliceHeader], parts: Sequence[Part]) -> bool:
    """Whether parts that lie evenly together are separate passes all the same.

    1. Each is an even pass, and they are shifted within the plane, or slices are missing between them.
    2. They interleave more closely than slices are thick (two passes half a step apart).
    3. CT, or another study date: more than SEAM_S seconds lie between their acquisitions.
    """
    if not repeats.even(parts):
        return False
    own_shift = max(geometry.offset_mm(geometry.sorted_along(part)) for part in parts)
    if own_shift <= checks.TILT_MM < geometry.offset_mm(geometry.sorted_along(slices)):
        return True
    if _gaps(slices) > sum(_gaps(part) for part in parts):
        return True
    return (_interleaved(parts) and _crowded(slices)) or _paused(slices, parts)


def _gaps(slices: Sequence[SliceHeader]) -> int:
    return geometry.steps(_positions(slices)).gaps


def _positions(slices: Sequence[SliceHeader]) -> list[float]:
    direction = geometry.normal(slices[0])
    return sorted(geometry.along(item, direction) for item in slices)


def _interleaved(parts: Sequence[Part]) -> bool:
    ranges = sorted((min(places), max(places)) for places in map(_positions, parts))
    return any(after[0] < before[1] for before, after in pairwise(ranges))


def _crowded(slices: Sequence[SliceHeader]) -> bool:
    """Whether slices overlap; where no thickness is given CT counts as such, MR (odd and even slices in turn) not."""
    thickness = max((item.slice_thickness_mm or 0.0 for item in slices), default=0.0)
    if thickness == 0.0:
        return slices[0].modality is Modality.CT
    return geometry.steps(_positions(slices)).usual < SLICE_SHARE * thickness


def _paused(slices: Sequence[SliceHeader], parts: Sequence[Part]) -> bool:
    """Whether acquisition times tell that the parts were not scanned in one go; without times nothing tells it."""
    if slices[0].modality is not Modality.CT and len({item.study_date for item in slices}) == 1:
        return False
    times = alike.times_s([item for part in parts for item in part])
    if times is None:
        return False
    spans, start = [], 0
    for part in parts:
        own = [times[n] for n in range(start, start + len(part))]
        spans.append((min(own), max(own)))
        start += len(part)
    return any(after[0] - before[1] > SEAM_S for before, after in pairwise(sorted(spans)))


def _divided(slices: Sequence[SliceHeader]) -> list[Part]:
    """Parts by all tags but the acquisition number; by that number where they tell nothing; else all in one."""
    telling = [tag for tag in TAGS[1:] if not _per_slice(grouped(slices, tag))]
    parts = grouped(slices, lambda item: tuple(tag(item) for tag in telling))
    if len(parts) > 1:
        return parts
    parts = grouped(slices, TAGS[0])
    return [list(slices)] if _per_slice(parts) else parts


def _all_tags(item: SliceHeader) -> Hashable:
    return tuple(tag(item) for tag in TAGS)


def _per_slice(parts: Sequence[Part]) -> bool:
    return len(parts) > 2 and median(len(part) for part in parts) < 3


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Join parts that follow each other and make one even pass."""
    result: list[Part] = []
    for part in parts:
        if result and len(result[-1]) + len(part) > 2 and one_pass([*result[-1], *part]):
            result[-1] += part
        else:
            result.append(list(part))
    return result
