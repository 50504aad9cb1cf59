"""Slices to volumes: one volume is one pass through the body in one contrast phase."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from pipeline.ingest import alike, checks, dates, geometry, kind, listed, passes, repeats
from pipeline.ingest.excluded import Excluded
from pipeline.ingest.passes import Pass
from pipeline.ingest.repeats import Digest
from pipeline.model import extent
from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader, Volume
from pipeline.model.flags import Flag, Flags, ordered

MAJORITY = 2
"""Times: a patient owns a series with at least this many times the slices of all others in it; own choice."""


def split(
    headers: Sequence[SliceHeader], digest: Digest = repeats.by_uid
) -> tuple[tuple[Volume, ...], tuple[FileEntry, ...]]:
    """Split slices into volumes with their flags; slices of no volume come back with a reason.

    Every slice is in exactly one volume or one entry. Volumes are sorted by subject, date and id, undated ones last.
    digest tells the pixels of a slice where two may be the same.
    """
    volumes, excluded = split_slices(headers, digest)
    return volumes, tuple(FileEntry(out.slice.path, FileStatus.LEFT_OUT, reason=out.reason) for out in excluded)


def split_slices(
    headers: Sequence[SliceHeader], digest: Digest = repeats.by_uid
) -> tuple[tuple[Volume, ...], tuple[Excluded, ...]]:
    """Like split, with the slices that are left out as headers (they know their source folder)."""
    volumes: list[Volume] = []
    excluded: list[Excluded] = []
    for series in _all_series(dates.settled(headers)):
        of_series, out = _series(series, digest)
        volumes += of_series
        excluded += out
    return listed.flagged(dates.flagged(_named(volumes))), tuple(sorted(excluded, key=lambda out: out.slice.origin))


def _grouped(slices: Iterable[SliceHeader], key: Callable[[SliceHeader], Hashable]) -> list[list[SliceHeader]]:
    """Groups in order of their first slice by source and path."""
    groups: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    for item in sorted(slices, key=lambda item: item.origin):
        groups[key(item)].append(item)
    return list(groups.values())


def _all_series(headers: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    """Slices by series; where each slice carries a Series Instance UID of its own, those that cover an even range."""
    series = _grouped(headers, _series_key)
    result = [part for part in series if len(part) > 1]
    for part in _grouped((part[0] for part in series if len(part) == 1), lambda item: _without_uid(item)[:-1]):
        for same in _grouped(part, alike.image_key(part)):
            for turned in _by_orientation(same):
                whole = len(turned) >= checks.MIN_SLICES and geometry.covers_evenly(turned)
                result += [turned] if whole else [[item] for item in turned]
    return result


def _series_key(item: SliceHeader) -> Hashable:
    """Series Instance UID; without one, what else tells series apart."""
    return item.series_uid or _without_uid(item)


def _without_uid(item: SliceHeader) -> tuple[Hashable, ...]:
    """What tells series apart beside their UID: frame of reference where they have no number, and the study."""
    frame = item.frame_of_reference_uid if item.series_number is None else ""
    return item.subject, item.modality, item.series_number, frame, item.study_uid or item.study_date


def _series(slices: list[SliceHeader], digest: Digest) -> tuple[list[Volume], list[Excluded]]:
    """Volumes of one series."""
    mine, excluded = _of_one_patient(slices)
    flags: Flags = (Flag.MIXED_PATIENTS,) if excluded and mine else ()
    mine, copied = repeats.copies(mine, digest)
    volumes: list[Volume] = []
    singles: list[SliceHeader] = []
    for same in _grouped(mine, alike.image_key(mine)):
        orientations = _by_orientation(same)
        turned: Flags = (Flag.MIXED_ORIENTATION,) if len(orientations) > 1 else ()
        for part in orientations:
            separated, out = passes.separate(part, digest)
            twins = repeats.twins([each.slices for each in separated], digest)
            copied += [*out, *twins]
            dropped = {twin.slice.origin for twin in twins}
            for each in (each for each in separated if each.slices[0].origin not in dropped):
                if len(each.slices) < 2:
                    singles += each.slices
                elif why := extent.fault(geometry.grid(geometry.sorted_along(each.slices))):
                    excluded += [Excluded(item, f"no image of a patient: {why}") for item in each.slices]
                else:
                    volumes.append(_volume(each, (*flags, *turned)))
    volumes = [_flagged(volume, volumes, copied) for volume in kind.among(volumes)]
    single = [Excluded(item, repeats.alone(beside_volume=bool(volumes))) for item in singles]
    return _with_acquisitions(volumes), [*excluded, *copied, *single]


def _of_one_patient(slices: list[SliceHeader]) -> tuple[list[SliceHeader], list[Excluded]]:
    """Keep the patient who clearly owns the series; without one, keep nobody's slices."""
    counts = Counter(item.subject for item in slices).most_common()
    owner, most = counts[0]
    if len(counts) == 1:
        return slices, []
    if most < MAJORITY * (len(slices) - most):
        return [], [Excluded(item, "series holds slices of several patients in like numbers") for item in slices]
    mine = [item for item in slices if item.subject == owner]
    reason = f"slice of another patient in a series of {owner}"
    return mine, [Excluded(item, reason) for item in slices if item.subject != owner]


def _by_orientation(slices: list[SliceHeader]) -> list[list[SliceHeader]]:
    groups: list[list[SliceHeader]] = []
    for item in slices:
        home = next((group for group in groups if geometry.same_orientation(group[0], item)), None)
        if home is None:
            groups.append([item])
        else:
            home.append(item)
    return groups


def _volume(part: Pass, flags: Flags) -> Volume:
    """A volume without its name; its acquisition is the number of the pass so far."""
    along = geometry.sorted_along(part.slices)
    varies = alike.varying(along)
    return Volume(
        id="",
        subject=along[0].subject,
        date=min((item.study_date for item in along if item.study_date is not None), default=None),
        modality=along[0].modality,
        series_uid=along[0].series_uid,
        acquisition=part.number,
        slices=tuple(along),
        grid=geometry.grid(along),
        flags=ordered(*flags, *checks.of_geometry(along), *checks.of_joined(along, varies)),
        kind=kind.of(along[0]),
        varies=varies,
    )


def _flagged(volume: Volume, series: Sequence[Volume], excluded: Sequence[Excluded]) -> Volume:
    """Add the flags that tell of the volume's kind and of what else its series holds."""
    others = [other for other in series if other.slices != volume.slices]
    raised = (*checks.of_kind(volume), *checks.of_split(volume, others), *checks.of_copies(volume, excluded))
    return replace(volume, flags=ordered(*volume.flags, *raised))


def _with_acquisitions(volumes: list[Volume]) -> list[Volume]:
    """Name the acquisition of each volume of a series.

    Temporal position where it changes within the series, else acquisition number; the
    number of the pass stands alone without them and after a dot with them.
    """
    temporal = len({volume.slices[0].temporal_position for volume in volumes}) > 1
    named = []
    for volume in volumes:
        first = volume.slices[0]
        number = first.temporal_position if temporal else first.acquisition_number
        parts = ("" if number is None else str(number), volume.acquisition)
        named.append(replace(volume, acquisition=".".join(part for part in parts if part)))
    return named


def _named(volumes: list[Volume]) -> tuple[Volume, ...]:
    """Give each volume its id: subject, date, series number, acquisition; `_2` and so on where these repeat."""

    def order(volume: Volume) -> tuple[str, str, float, float, tuple[str, ...], str, tuple[int, str, int]]:
        first = volume.slices[0]
        echo, b_value = first.echo_time_ms or 0.0, first.b_value or 0.0
        return (
            _base_id(volume),
            volume.series_uid,
            echo,
            b_value,
            first.image_type,
            first.sop_uid,
            first.origin,
        )

    counts: Counter[str] = Counter()
    result = []
    for volume in sorted(volumes, key=order):
        base = _base_id(volume)
        counts[base] += 1
        result.append(replace(volume, id=base if counts[base] == 1 else f"{base}_{counts[base]}"))
    return tuple(sorted(result, key=dates.order))


def _base_id(volume: Volume) -> str:
    first = volume.slices[0]
    subject = re.sub(r"[^A-Za-z0-9._-]+", "-", volume.subject)
    series = "x" if first.series_number is None else str(first.series_number)
    return f"{subject}_{dates.text(volume)}_s{series}_a{volume.acquisition or 'x'}"
