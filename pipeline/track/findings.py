"""Turn what was found of one lesion at one visit into a row of the read.

Lengths and volumes are recorded here, once (pipeline.model.recording).
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.image import Mask, Modality, Phase
from pipeline.model.lesion import Axis, Diameters, Finding, Organ, Role, Source, State
from pipeline.model.recording import record_hu, record_ml, record_mm

ZERO = Decimal(0)
"""mm and ml of a lesion that is absent, and of viable tissue where nothing enhances."""
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

    viable is the viable axis, viable_short what lies across it, viable_ml the volume of viable tissue; viable_read says
    that an arterial phase could be judged, so that no axis then means 0. density_hu is the mean of the whole lesion on
    a portal venous CT.
    """

    mask: Mask | None = None
    parts: tuple[Diameters, ...] = ()
    viable: Axis | None = None
    viable_read: bool = False
    viable_short: Axis | None = None
    viable_ml: float | None = None
    density_hu: float | None = None


def build(source: SourceImage, tracked: TrackedLesion, measured: Measurements) -> Finding:
    """Return the finding of one lesion at one visit.

    - present, equivocal: the recorded diameters of the largest part.
    - split: the long axis is the sum of the recorded long axes of the fragments (Eisenhauer 2009,
      4.4.3); short axis, lines and slice are those of the largest.
    - merged: the diameters of the common mass on the lesion that carries it, none on the others.
    - absent: 0 for long, short and volume; what is viable is 0 where the arterial phase was judged, and a density is
      that of nothing: none.
    - too small: no lengths; the criterion takes its default. not evaluable: nothing.

    AT_VOLUME_EDGE is raised if the mask touches the first or the last slice.

    Raises:
        ValueError: a lesion that is present, equivocal or split comes without diameters.
    """
    finding = _identity(source, tracked)
    if tracked.state is State.ABSENT:
        gone = replace(finding, long_axis_mm=ZERO, short_axis_mm=ZERO, volume_ml=ZERO)
        return _without_viable(gone) if measured.viable_read else gone
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
    whole = replace(
        finding,
        sop_uid=source.instances[largest.slice_index] if source.instances else "",
        plane=largest.plane,
        long_axis_mm=sum((record_mm(part.long.length_mm) for part in parts), ZERO),
        short_axis_mm=record_mm(largest.short.length_mm),
        volume_ml=None if measured.mask is None else record_ml(measured.mask.volume_ml),
        long=largest.long,
        short=largest.short,
        density_hu=None if measured.density_hu is None else record_hu(measured.density_hu),
        flags=flags,
    )
    if measured.viable is None:
        return _without_viable(whole) if measured.viable_read else whole
    return _with_viable(whole, measured, measured.viable)


def _without_viable(finding: Finding) -> Finding:
    """The finding of a lesion of which nothing enhances."""
    return replace(finding, viable_axis_mm=ZERO, viable_short_axis_mm=ZERO, viable_volume_ml=ZERO)


def _with_viable(finding: Finding, measured: Measurements, axis: Axis) -> Finding:
    """The finding with its viable part, never recorded as more than the whole, whose mask lies on another grid."""
    length, short, volume = record_mm(axis.length_mm), measured.viable_short, measured.viable_ml
    return replace(
        finding,
        viable_axis_mm=length,
        viable_short_axis_mm=None if short is None else min(record_mm(short.length_mm), length),
        viable_volume_ml=None if volume is None else _at_most(record_ml(volume), finding.volume_ml),
        viable=axis,
        viable_short=short,
    )


def _at_most(part: Decimal, whole: Decimal | None) -> Decimal:
    return part if whole is None else min(part, whole)
