"""The phases of volumes from their headers or their pixels; what cannot be decoded is named slice by slice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.ingest import calibration, checks
from pipeline.model.catalog import PhaseCall, SliceHeader, Volume
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.image import Phase
from pipeline.phase import classify, organs
from pipeline.procedures.isolate import TakenOut, attempt, together
from pipeline.store import dicom

SLICE_MM = 5.0
"""Slices are read about this far apart to tell the phase."""
DECODED_AT_ONCE = 2
"""Volumes decoded at once; own choice, each may take 100 MB."""


@dataclass(frozen=True)
class Organs:
    """What the pixels of a volume tell, the doubts they raise, and its slices that cannot be decoded with reasons."""

    features: organs.PhaseFeatures
    flags: Flags = ()
    broken: Mapping[SliceHeader, str] = field(default_factory=dict)


def by_tags(volumes: Sequence[Volume]) -> tuple[Volume, ...]:
    """Give each volume the phase that its header tells, if it does."""
    unknown = PhaseCall(Phase.UNKNOWN, 0.0, "no tag tells the phase")
    return tuple(_called(volume, None, classify.from_tags(volume) or unknown) for volume in volumes)


def read(roots: Sequence[Path], volumes: Sequence[Volume]) -> tuple[Organs | TakenOut, ...]:
    """Read the organs of each volume; where slices cannot be decoded, tell which."""
    with ThreadPoolExecutor(max_workers=DECODED_AT_ONCE) as pool:
        return tuple(pool.map(lambda volume: attempt(f"volume {volume.id}", _organs, roots, volume), volumes))


def by_pixels(
    items: Sequence[tuple[Volume, Organs]],
) -> tuple[tuple[Volume, ...], tuple[tuple[Volume, TakenOut], ...]]:
    """Give each volume its phase from header and organs, all of an examination together; and those with a fault."""
    examinations: dict[object, dict[str, tuple[Volume, Organs]]] = defaultdict(dict)
    for volume, shown in items:
        flagged = replace(volume, flags=ordered(*volume.flags, *shown.flags))
        examinations[volume.subject, volume.examination][f"volume {volume.id}"] = (flagged, shown)
    called: dict[str, Volume] = {}
    faults: list[tuple[Volume, TakenOut]] = []
    for examination in examinations.values():
        of_examination, taken = together(_of_examination, examination)
        called |= of_examination or {}
        faults += [(examination[name][0], fault) for name, fault in taken.items()]
    return tuple(called[volume.id] for volume, _ in items if volume.id in called), tuple(faults)


def _of_examination(items: Sequence[tuple[Volume, Organs]]) -> dict[str, Volume]:
    calls = classify.phases([(volume, shown.features) for volume, shown in items])
    return {
        volume.id: _called(volume, shown.features, call) for (volume, shown), call in zip(items, calls, strict=True)
    }


def _organs(roots: Sequence[Path], volume: Volume) -> Organs:
    nothing = organs.PhaseFeatures(volume.modality)
    if not checks.readable(volume):
        return Organs(nothing)
    every = max(1, round(SLICE_MM / volume.grid.spacing_mm[2]))
    try:
        image = dicom.load_volume(roots, volume, every)
    except InputError:
        return Organs(nothing, (Flag.TRUNCATED,), dicom.undecodable(roots, volume))
    doubts = calibration.flags(image)
    return Organs(nothing, doubts) if doubts else Organs(organs.features(image))


def _called(volume: Volume, features: organs.PhaseFeatures | None, call: PhaseCall) -> Volume:
    raised = classify.flags(volume, features, call)
    return replace(volume, phase=call, flags=ordered(*volume.flags, *raised))
