"""Whether slices that lie at even steps are one pass through the body, or passes that only look like one."""

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from pipeline.ingest import alike, checks, geometry
from pipeline.ingest.alike import Slices
from pipeline.model.catalog import SliceHeader
from pipeline.model.image import Modality

SEAM_S = 20.0
"""Seconds between two CT acquisitions beside each other that still are one pass; own choice, below the about 30 s
between the arterial and the portal venous phase and above a pause of the table (decision 31)."""
NIGHT_S = 3600.0
"""Seconds between two MR acquisitions of two study dates that still are one scan past midnight; own choice."""
SLICE_SHARE = 0.75
"""Share of the slice thickness: interleaved parts whose slices then lie closer are two passes; own choice."""


def one_pass(slices: Sequence[SliceHeader]) -> bool:
    """Whether slices lie at even steps and no tag divides them into passes of their own."""
    if not geometry.regular(slices):
        return False
    if len(slices) < 3:
        return not alike.varying(slices)
    divided = (alike.grouped(slices, tag) for tag in alike.TAGS.values())
    return not any(_apart(slices, parts) for parts in divided if len(parts) > 1)


def _apart(slices: Sequence[SliceHeader], parts: Sequence[Slices]) -> bool:
    """Whether parts that lie evenly together are separate passes all the same.

    1. Each is an even pass, and they are shifted within the plane, or slices are missing between them.
    2. They interleave more closely than slices are thick (two passes half a step apart).
    3. They differ in series number, or in acquisition number and contrast agent.
    4. More than SEAM_S seconds lie between their acquisitions on CT, more than NIGHT_S on MR of two study dates.
    """
    if not geometry.even(parts):
        return False
    own_shift = max(geometry.offset_mm(geometry.sorted_along(part)) for part in parts)
    if own_shift <= checks.TILT_MM < geometry.offset_mm(geometry.sorted_along(slices)):
        return True
    if _gaps(slices) > sum(_gaps(part) for part in parts):
        return True
    if (_interleaved(parts) and _crowded(slices)) or _differ(parts, alike.TAGS["SeriesNumber"]):
        return True
    injected = _differ(parts, alike.TAGS["AcquisitionNumber"]) and _differ(parts, alike.TAGS["ContrastBolusAgent"])
    return injected or _paused(slices, parts)


def _differ(parts: Sequence[Slices], tag: Callable[[SliceHeader], Hashable]) -> bool:
    """Whether each part has one value of a tag, and not all the same."""
    values = [{tag(item) for item in part} for part in parts]
    return all(len(value) == 1 for value in values) and len(set[Hashable]().union(*values)) > 1


def _gaps(slices: Sequence[SliceHeader]) -> int:
    return geometry.steps(geometry.positions(slices)).gaps


def _interleaved(parts: Sequence[Slices]) -> bool:
    ranges = sorted((min(places), max(places)) for places in map(geometry.positions, parts))
    return any(after[0] < before[1] for before, after in pairwise(ranges))


def _crowded(slices: Sequence[SliceHeader]) -> bool:
    """Whether slices overlap; where no thickness is given CT counts as such, MR (odd and even slices in turn) not."""
    thickness = max((item.slice_thickness_mm or 0.0 for item in slices), default=0.0)
    if thickness == 0.0:
        return slices[0].modality is Modality.CT
    return geometry.steps(geometry.positions(slices)).usual < SLICE_SHARE * thickness


def _paused(slices: Sequence[SliceHeader], parts: Sequence[Slices]) -> bool:
    """Whether acquisition times tell that the parts were not scanned in one go; without times nothing tells it.

    They must tell it with and without the study dates: a date may roll over while the time stays that of the start.
    """
    if slices[0].modality is not Modality.CT and len({item.study_date for item in slices}) == 1:
        return False
    ordered = [item for part in parts for item in part]
    limit = SEAM_S if slices[0].modality is Modality.CT else NIGHT_S
    return all(_apart_in_time(alike.times_s(ordered, dated), parts, limit) for dated in (True, False))


def _apart_in_time(times: Sequence[float] | None, parts: Sequence[Slices], limit_s: float) -> bool:
    if times is None:
        return False
    spans, start = [], 0
    for part in parts:
        own = times[start : start + len(part)]
        spans.append((min(own), max(own)))
        start += len(part)
    return any(after[0] - before[1] > limit_s for before, after in pairwise(sorted(spans)))
