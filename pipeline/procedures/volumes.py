"""Slices to volumes with their phases; a series or a volume that meets a fault is taken out, the others are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.ingest import grouping
from pipeline.ingest.excluded import Excluded
from pipeline.ingest.repeats import Digest
from pipeline.model.catalog import FileStatus, SliceHeader, Volume
from pipeline.model.flags import Flag, ordered
from pipeline.procedures import phases
from pipeline.procedures.isolate import TakenOut, together
from pipeline.procedures.phases import Organs

Origin = tuple[int, str, int]
"""Where a slice comes from: source, path, frame."""
Series = Sequence[Sequence[SliceHeader]]
"""Slices by series."""


@dataclass(frozen=True)
class Grouped:
    """Volumes, the slices of none, and those that a fault of their own, or of their series or volume, took out."""

    volumes: tuple[Volume, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    taken: tuple[tuple[SliceHeader, TakenOut], ...] = ()


def by_tags(headers: Sequence[SliceHeader], digest: Digest) -> Grouped:
    """Group slices into volumes, with the phases that headers tell."""

    def named(series: Series) -> Grouped:
        grouped = _split(series, digest)
        return replace(grouped, volumes=phases.by_tags(grouped.volumes))

    return _each_series(named, headers)


def by_pixels(roots: Sequence[Path], headers: Sequence[SliceHeader], digest: Digest) -> Grouped:
    """Group slices into volumes, with the phases that headers and organs tell.

    Slices that cannot be decoded are taken out and the others grouped again; volumes that lost some are TRUNCATED.
    """
    known: dict[tuple[Origin, ...], Organs | TakenOut] = {}
    broken: dict[Origin, tuple[SliceHeader, TakenOut]] = {}
    touched: set[Origin] = set()
    while True:
        grouped = _each_series(
            lambda series: _split(series, digest), [header for header in headers if header.origin not in broken]
        )
        new = [volume for volume in grouped.volumes if _origins(volume) not in known]
        read = phases.read(roots, new)
        known |= zip(map(_origins, new), read, strict=True)
        lossy = [
            (v, each.broken) for v, each in zip(new, read, strict=True) if isinstance(each, Organs) and each.broken
        ]
        if not lossy:
            break
        for volume, reasons in lossy:
            touched.update(_origins(volume))
            broken |= {header.origin: (header, TakenOut(FileStatus.UNREADABLE, why)) for header, why in reasons.items()}
    items: list[tuple[Volume, Organs]] = []
    taken = [*grouped.taken, *broken.values()]
    for volume in grouped.volumes:
        each = known[_origins(volume)]
        if isinstance(each, TakenOut):
            taken += [(header, each) for header in volume.slices]
        else:
            items.append((_truncated(volume) if touched.intersection(_origins(volume)) else volume, each))
    volumes, faults = phases.by_pixels(items)
    taken += [(header, fault) for volume, fault in faults for header in volume.slices]
    return Grouped(volumes, grouped.excluded, tuple(taken))


def _each_series(work: Callable[[Series], Grouped], headers: Sequence[SliceHeader]) -> Grouped:
    """Group slices of all series together; those of a series that meets a fault are taken out."""
    series: dict[str, list[SliceHeader]] = {}
    for header in headers:
        name = f"series {header.series_uid}" if header.series_uid else f"study {header.study_uid} without a series UID"
        series.setdefault(name, []).append(header)
    grouped, faults = together(work, series)
    taken = tuple((header, fault) for name, fault in faults.items() for header in series[name])
    return replace(grouped or Grouped(), taken=taken)


def _split(series: Series, digest: Digest) -> Grouped:
    return Grouped(*grouping.split_slices([header for each in series for header in each], digest))


def _origins(volume: Volume) -> tuple[Origin, ...]:
    return tuple(item.origin for item in volume.slices)


def _truncated(volume: Volume) -> Volume:
    return replace(volume, flags=ordered(*volume.flags, Flag.TRUNCATED))
