"""Slices to volumes: one volume is one pass through the body in one contrast phase."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from statistics import median

from pipeline.ingest import checks, dates, geometry, kind, repeats
from pipeline.ingest.repeats import Excluded
from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader, Volume
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.image import Modality

MAJORITY = 2
"""Times: a patient owns a series with at least this many times the slices of all others in it; own choice."""


def split(headers: Sequence[SliceHeader]) -> tuple[tuple[Volume, ...], tuple[FileEntry, ...]]:
    """Split slices into volumes with their flags; slices of no volume come back with a reason.

    Every slice is in exactly one volume or one entry. Volumes are sorted by subject, date and id, undated ones last.
    """
    volumes, excluded = split_slices(headers)
    return volumes, tuple(FileEntry(item.path, FileStatus.LEFT_OUT, reason=reason) for item, reason in excluded)


def split_slices(headers: Sequence[SliceHeader]) -> tuple[tuple[Volume, ...], tuple[Excluded, ...]]:
    """Like split, with the slices that are left out as headers (they know their source folder)."""
    volumes: list[Volume] = []
    excluded: list[Excluded] = []
    for series in _grouped(dates.settled(headers), _series_key):
        of_series, out = _series(series)
        volumes += of_series
        excluded += out
    return dates.flagged(_named(volumes)), tuple(sorted(excluded, key=lambda pair: (pair[0].source, pair[0].path)))


def _grouped(slices: Iterable[SliceHeader], key: Callable[[SliceHeader], Hashable]) -> list[list[SliceHeader]]:
    """Groups in order of their first slice by source and path."""
    groups: dict[Hashable, list[SliceHeader]] = defaultdict(list)
    for item in sorted(slices, key=lambda item: (item.source, item.path)):
        groups[key(item)].append(item)
    return list(groups.values())


def _series_key(item: SliceHeader) -> Hashable:
    """Series Instance UID; without one, what else tells series apart."""
    return item.series_uid or (item.subject, item.study_date, item.series_number, item.frame_of_reference_uid)


def _series(slices: list[SliceHeader]) -> tuple[list[Volume], list[Excluded]]:
    """Volumes of one series."""
    mine, excluded = _of_one_patient(slices)
    flags: Flags = (Flag.MIXED_PATIENTS,) if excluded and mine else ()
    mine, copied = repeats.copies(mine)
    excluded += copied
    doubled = {item.sop_uid for item, _ in copied}
    volumes: list[Volume] = []
    for same in _grouped(mine, _same_image_key):
        orientations = _by_orientation(same)
        turned: Flags = (Flag.MIXED_ORIENTATION,) if len(orientations) > 1 else ()
        for part in (part for orientation in orientations for part in _by_acquisition(orientation)):
            of_part, out = _passes(part, (*flags, *turned), doubled)
            volumes += of_part
            excluded += out
    return _with_acquisitions([_flagged(volume) for volume in kind.among(volumes)]), excluded


def _of_one_patient(slices: list[SliceHeader]) -> tuple[list[SliceHeader], list[Excluded]]:
    """Keep the patient who clearly owns the series; without one, keep nobody's slices."""
    counts = Counter(item.subject for item in slices).most_common()
    owner, most = counts[0]
    if len(counts) == 1:
        return slices, []
    if most < MAJORITY * (len(slices) - most):
        return [], [(item, "series holds slices of several patients in like numbers") for item in slices]
    mine = [item for item in slices if item.subject == owner]
    reason = f"slice of another patient in a series of {owner}"
    return mine, [(item, reason) for item in slices if item.subject != owner]


def _same_image_key(item: SliceHeader) -> Hashable:
    """What all slices of one volume share, orientation and acquisition apart."""
    return (
        item.study_date,
        item.study_uid,
        item.modality,
        item.frame_of_reference_uid,
        item.rows,
        item.columns,
        tuple(round(spacing, 4) for spacing in item.pixel_spacing_mm),
        tuple(part.upper() for part in item.image_type),
        None if item.echo_time_ms is None else round(item.echo_time_ms, 2),
        item.b_value,
        item.temporal_position,
        kind.key(item),
    )


def _by_orientation(slices: list[SliceHeader]) -> list[list[SliceHeader]]:
    groups: list[list[SliceHeader]] = []
    for item in slices:
        home = next((group for group in groups if geometry.same_orientation(group[0], item)), None)
        if home is None:
            groups.append([item])
        else:
            home.append(item)
    return groups


def _by_acquisition(slices: list[SliceHeader]) -> list[list[SliceHeader]]:
    """Split by acquisition number, unless the number changes inside one pass.

    It does on step-and-shoot CT (a number per slice) and on MR that collects odd and even
    slices in turn (no position is repeated).
    """
    parts = _grouped(slices, lambda item: item.acquisition_number)
    per_slice = median(len(part) for part in parts) < 3
    in_turn = slices[0].modality is Modality.MR and geometry.regular(slices)
    return [slices] if len(parts) > 1 and (per_slice or in_turn) else parts


def _passes(slices: list[SliceHeader], flags: Flags, doubled: set[str]) -> tuple[list[Volume], list[Excluded]]:
    passes, excluded = repeats.separate(slices)
    volumes = []
    for number, part in enumerate(passes, start=1):
        if len(part) < 2:
            excluded += [(item, "single slice, no volume (localizer or bolus timing)") for item in part]
            continue
        twice = bool(excluded) or any(item.sop_uid in doubled for item in part)
        volume = _volume(part, (*flags, *((Flag.DUPLICATED_SLICES,) if twice else ())))
        volumes.append(replace(volume, acquisition=str(number) if len(passes) > 1 else ""))
    return volumes, excluded


def _volume(slices: list[SliceHeader], flags: Flags) -> Volume:
    """A volume without its name; acquisition is set by the caller."""
    along = geometry.sorted_along(slices)
    return Volume(
        id="",
        subject=along[0].subject,
        date=along[0].study_date,
        modality=along[0].modality,
        series_uid=along[0].series_uid,
        acquisition="",
        slices=tuple(along),
        grid=geometry.grid(along),
        flags=ordered(*flags, *checks.of_geometry(along)),
        kind=kind.of(along[0]),
    )


def _flagged(volume: Volume) -> Volume:
    return replace(volume, flags=ordered(*volume.flags, *checks.of_kind(volume)))


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

    def order(volume: Volume) -> tuple[str, str, float, float, tuple[str, ...], str, str]:
        first = volume.slices[0]
        echo, b_value = first.echo_time_ms or 0.0, first.b_value or 0.0
        return _base_id(volume), volume.series_uid, echo, b_value, first.image_type, first.sop_uid, first.path

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
