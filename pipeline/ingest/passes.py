"""One pass through the body or several: what slices of one matrix, orientation and kind of image make.

A split is final only where the parts are passes of their own; parts that together make one
even pass are one volume, whatever tags differ between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ingest import alike, apart, geometry, repeats, seams
from pipeline.ingest.alike import Slices, Tag
from pipeline.ingest.excluded import Excluded
from pipeline.ingest.repeats import Digest
from pipeline.model.catalog import SliceHeader

FEW = 3
"""Slices: a tag whose values have fewer in the median changes from slice to slice and names no pass; own choice."""


@dataclass(frozen=True)
class Pass:
    """Slices of one pass; number counts the passes that no tag names (1, 2, ...), empty where there is one."""

    slices: tuple[SliceHeader, ...]
    number: str = ""


def separate(slices: Sequence[SliceHeader], digest: Digest) -> tuple[list[Pass], list[Excluded]]:
    """Separate slices of one matrix, orientation and kind of image into passes.

    1. One even pass (apart.one_pass): one volume, whatever tags differ. All at one position: no volume.
    2. The first evidence by which every part is an even pass tells the passes apart: a tag that names passes, order
       or time (repeats.by_order_or_time), then any other tag.
    3. Otherwise the tag that leaves the fewest slices in disorder divides them, and each part is asked again.
    4. What no tag divides is separated by position and time (repeats.by_position).
    5. Parts that make one even pass together are joined again (seams.joined).
    """
    if apart.one_pass(slices):
        return [Pass(tuple(slices))], []
    if len(slices) > 1 and geometry.one_position(slices):
        return [], [Excluded(item, repeats.one_position(len(slices))) for item in slices]
    separated = _by_evidence(slices)
    excluded: list[Excluded] = []
    if separated is None:
        parts = _divided(slices)
        if parts is None:
            inside, excluded = repeats.by_position(slices, digest)
            separated = _numbered(inside)
        else:
            separated = []
            for part in parts:
                of_part, out = separate(part, digest)
                separated += of_part
                excluded += out
    numbers = {each.slices[0].origin: each.number for each in separated}
    joined = seams.joined([list(each.slices) for each in separated])
    return [Pass(tuple(part), numbers[part[0].origin]) for part in joined], excluded


def _by_evidence(slices: Sequence[SliceHeader]) -> list[Pass] | None:
    named = _by_tag(slices, alike.PASS_TAGS)
    if named is not None:
        return named
    ordered = repeats.by_order_or_time(slices)
    return _by_tag(slices, alike.OTHER_TAGS) if ordered is None else _numbered(ordered)


def _by_tag(slices: Sequence[SliceHeader], tags: Mapping[str, Tag]) -> list[Pass] | None:
    """Passes by the first tag of which each value is an even pass."""
    divided = (alike.grouped(slices, tag) for tag in tags.values())
    parts = next((parts for parts in divided if len(parts) > 1 and geometry.even(parts)), None)
    return None if parts is None else [Pass(tuple(part)) for part in parts]


def _numbered(parts: Sequence[Slices]) -> list[Pass]:
    return [Pass(tuple(part), str(n) if len(parts) > 1 else "") for n, part in enumerate(parts, start=1)]


def _divided(slices: Sequence[SliceHeader]) -> list[Slices] | None:
    """Parts by the tag that leaves the fewest slices in disorder; None where no tag lessens it.

    Tags that vary within a pass for other reasons divide only where each value covers an even range equally often.
    """
    candidates = [alike.grouped(slices, tag) for tag in alike.PASS_TAGS.values()]
    candidates += [
        parts
        for parts in (alike.grouped(slices, tag) for tag in alike.OTHER_TAGS.values())
        if all(_in_layers(part) for part in parts)
    ]
    telling = [parts for parts in candidates if len(parts) > 1 and _median_size(parts) >= FEW]
    best = min(telling, key=_disorder, default=None)
    return best if best is not None and _disorder(best) < _disorder([slices]) else None


def _in_layers(part: Slices) -> bool:
    return geometry.covers_evenly(part) and len({len(place) for place in geometry.places(part)}) == 1


def _median_size(parts: Sequence[Slices]) -> int:
    return sorted(map(len, parts))[len(parts) // 2]


def _disorder(parts: Sequence[Sequence[SliceHeader]]) -> tuple[int, int]:
    """Slices in parts that are no even pass, and slices at a position that their part holds twice."""
    irregular = sum(len(part) for part in parts if not geometry.regular(part))
    return irregular, sum(geometry.doubled(part) for part in parts)
