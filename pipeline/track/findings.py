"""Turn what was found of one lesion at one visit into a row of the read.

Lengths and volumes are recorded here, once (pipeline.model.recording).
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.image import Mask, Modality, Phase
from pipeline.model.lesion import Axis, Diameters, Finding, Organ, Role, Source, State
from pipeline.model.recording import record_ml, record_mm

ZERO = Decimal(0)
"""mm and ml of a lesion that is absent."""
_MEASURED = {State.PRESENT, State.SPLIT, State.MERGED, State.EQUIVOCAL}


@dataclass(frozen=True)
class SourceImage:
    """The image a lesion was read on; instances are the references of its slices in the order of the grid."""

    subject: str
    visit: str
    date: dt.date
    phase: Phase
    modality: Modality
    series_uid: str
    slice_thickness_mm: float
    instances: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackedLesion:
    """One lesion: who it is, what became of it, how sure that is."""

    lesion: str
    role: Role
    state: State
    organ: Organ = Organ.LIVER
    segment: str = ""
    source: Source = Source.PROPOSED
    confidence: float = 1.0
    flags: Flags = ()


@dataclass(frozen=True)
class Measurements:
    """What was measured: the lesion's mask and its diameters, one per fragment, largest first.

    viable is the viable axis; viable_read says that an arterial phase could be judged, so that no
    axis then means 0.
    """

    mask: Mask | None = None
    parts: tuple[Diameters, ...] = ()
    viable: Axis | None = None
    viable_read: bool = False


def build(source: SourceImage, tracked: TrackedLesion, measured: Measurements) -> Finding:
    """Return the finding of one lesion at one visit.

    - present, equivocal: the recorded diameters of the largest part.
    - split: the long axis is the sum of the recorded long axes of the fragments (Eisenhauer 2009,
      4.4.3); short axis, lines and slice are those of the largest.
    - merged: the diameters of the common mass on the lesion that carries it, none on the others.
    - absent: 0 for long, short and volume; the viable axis is 0 where the arterial phase was judged.
    - too small: no lengths; the criterion takes its default. not evaluable: nothing.

    AT_VOLUME_EDGE is raised if the mask touches the first or the last slice.

    Raises:
        ValueError: a lesion that is present, equivocal or split comes without diameters.
    """
    finding = _identity(source, tracked)
    if tracked.state is State.ABSENT:
        viable = ZERO if measured.viable_read else None
        return replace(finding, long_axis_mm=ZERO, short_axis_mm=ZERO, volume_ml=ZERO, viable_axis_mm=viable)
    if tracked.state not in _MEASURED:
        return finding
    if not measured.parts:
        if tracked.state is State.MERGED:
            return finding
        raise ValueError(
            f"lesion {tracked.lesion} of {source.subject} at {source.visit} is {tracked.state.value} "
            "without diameters; expected at least one part"
        )
    return _with_measures(finding, source, measured)


def touches_edge(mask: Mask) -> bool:
    """Whether a mask reaches the first or the last slice of its volume."""
    return bool(mask.array[0].any() or mask.array[-1].any())


def _identity(source: SourceImage, tracked: TrackedLesion) -> Finding:
    return Finding(
        subject=source.subject,
        visit=source.visit,
        date=source.date,
        lesion=tracked.lesion,
        role=tracked.role,
        state=tracked.state,
        organ=tracked.organ,
        segment=tracked.segment,
        phase=source.phase,
        modality=source.modality,
        series_uid=source.series_uid,
        slice_thickness_mm=source.slice_thickness_mm,
        source=tracked.source,
        confidence=tracked.confidence,
        flags=ordered(*tracked.flags),
    )


def _with_measures(finding: Finding, source: SourceImage, measured: Measurements) -> Finding:
    largest = measured.parts[0]
    parts = measured.parts if finding.state is State.SPLIT else (largest,)
    flags = finding.flags
    if measured.mask is not None and touches_edge(measured.mask):
        flags = ordered(*flags, Flag.AT_VOLUME_EDGE)
    return replace(
        finding,
        sop_uid=source.instances[largest.slice_index] if source.instances else "",
        plane=largest.plane,
        long_axis_mm=sum((record_mm(part.long.length_mm) for part in parts), ZERO),
        short_axis_mm=record_mm(largest.short.length_mm),
        viable_axis_mm=_viable_mm(measured),
        volume_ml=None if measured.mask is None else record_ml(measured.mask.volume_ml),
        long=largest.long,
        short=largest.short,
        viable=measured.viable,
        flags=flags,
    )


def _viable_mm(measured: Measurements) -> Decimal | None:
    if measured.viable is not None:
        return record_mm(measured.viable.length_mm)
    return ZERO if measured.viable_read else None
