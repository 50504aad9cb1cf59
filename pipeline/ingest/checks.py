"""What is doubtful about a volume: flags from its geometry and from the protocol."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from pipeline.ingest import geometry
from pipeline.ingest.excluded import Excluded
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag, Flags, Severity, ordered
from pipeline.model.image import Modality
from pipeline.model.protocol import Protocol

MIN_SLICES = 5
"""Slices: a volume of fewer is listed, not measured; own choice."""
TILT_MM = 1.0
"""mm, in-plane shift from the first to the last slice that counts as shear; own choice, about a pixel."""
AXIAL_COSINE = 0.9
"""Cosine of the largest angle (26 degrees) between the slice normal and the body axis; own choice."""
OVERLAP_SHARE = 0.5
"""Share of the shorter volume: phases of one region cover at least this much in common; own choice."""

_UIDS = frozenset({"FrameOfReferenceUID", "StudyInstanceUID", "SeriesInstanceUID"})
LISTED_ONLY = frozenset({Flag.SINGLE_SLICE, Flag.NOT_AXIAL, Flag.NOT_MEASURABLE_KIND})
"""Scouts, reformats, maps and the like: they are listed, and that they are not measured is no failure."""


def of_geometry(slices: Sequence[SliceHeader]) -> Flags:
    """Flags of slices sorted along their normal: gaps, steps, tilt, orientation, count."""
    direction = geometry.normal(slices[0])
    steps = geometry.steps([geometry.along(item, direction) for item in slices])
    flags = []
    if steps.gaps:
        flags.append(Flag.GAP)
    if steps.uneven:
        flags.append(Flag.UNEVEN_SPACING)
    if geometry.offset_mm(slices) > TILT_MM:
        flags.append(Flag.GANTRY_TILT)
    if abs(direction[2]) < AXIAL_COSINE:
        flags.append(Flag.NOT_AXIAL)
    if len(slices) < MIN_SLICES:
        flags.append(Flag.SINGLE_SLICE)
    return ordered(*flags)


def of_joined(slices: Sequence[SliceHeader], varies: Sequence[str]) -> Flags:
    """Flags of one even pass whose headers differ where they should not; varies names the tags that do.

    MIXED_UIDS, MIXED_DATES, JOINED_ACQUISITIONS (CT; not where the number changes from slice to slice), MIXED_TAGS,
    REPEATED_SOP_UID.
    """
    flags = []
    if _UIDS.intersection(varies):
        flags.append(Flag.MIXED_UIDS)
    if "StudyDate" in varies:
        flags.append(Flag.MIXED_DATES)
    numbers = Counter(item.acquisition_number for item in slices)
    if slices[0].modality is Modality.CT and len(numbers) > 1 and median(numbers.values()) >= 3:
        flags.append(Flag.JOINED_ACQUISITIONS)
    if set(varies) - _UIDS - {"StudyDate", "AcquisitionNumber"}:
        flags.append(Flag.MIXED_TAGS)
    named = [(item.sop_uid, item.frame) for item in slices if item.sop_uid]
    if len(set(named)) < len(named):
        flags.append(Flag.REPEATED_SOP_UID)
    return ordered(*flags)


def of_split(volume: Volume, others: Sequence[Volume]) -> Flags:
    """Flags of a volume beside others of its series: SPLIT_SERIES, REPEATED_SOP_UID.

    Phases of the same region are no doubt; volumes of one orientation that share less than half of the shorter one's
    extent are.
    """
    parallel = [other for other in others if geometry.same_orientation(volume.slices[0], other.slices[0])]
    flags = []
    if any(geometry.overlap(_ends(volume), _ends(other)) < OVERLAP_SHARE for other in parallel):
        flags.append(Flag.SPLIT_SERIES)
    own = {(item.sop_uid, item.frame) for item in volume.slices if item.sop_uid}
    if any((item.sop_uid, item.frame) in own for other in others for item in other.slices):
        flags.append(Flag.REPEATED_SOP_UID)
    return ordered(*flags)


def of_copies(volume: Volume, excluded: Sequence[Excluded]) -> Flags:
    """DUPLICATED_SLICES where a slice of the volume stands for others that were left out."""
    shown = {out.shown_by.origin for out in excluded if out.shown_by is not None}
    return (Flag.DUPLICATED_SLICES,) if any(item.origin in shown for item in volume.slices) else ()


def _ends(volume: Volume) -> tuple[SliceHeader, SliceHeader]:
    return volume.slices[0], volume.slices[-1]


def of_kind(volume: Volume) -> Flags:
    """Flags of what the pixels mean by the header: NOT_MEASURABLE_KIND, SUBSTITUTE_KIND, CT_NUMBERS_UNKNOWN.

    The last: CT that would be measured has neither slope nor intercept, or another rescale type than HU.
    """
    kind = volume.kind.kind
    flags = []
    if not kind.fit:
        flags.append(Flag.NOT_MEASURABLE_KIND)
    elif volume.modality is Modality.CT and not _in_hounsfield_units(volume.slices):
        flags.append(Flag.CT_NUMBERS_UNKNOWN)
    if kind.substitute:
        flags.append(Flag.SUBSTITUTE_KIND)
    return ordered(*flags)


def _in_hounsfield_units(slices: Sequence[SliceHeader]) -> bool:
    return all(item.meaning.rescaled and item.meaning.rescale_type.upper() in {"", "HU"} for item in slices)


def against_protocol(volume: Volume, protocol: Protocol) -> Flags:
    """Flags that the protocol adds: THICK_SLICES, DATE_CONFLICT.

    Both the slice step (from positions) and the nominal thickness must keep to the limit. A date from a list of visits
    may differ from that of the header by as many days as a visit may last (same_visit_days).
    """
    thickness = max((item.slice_thickness_mm or 0.0 for item in volume.slices), default=0.0)
    limit = protocol.imaging.max_slice_mm
    thick = max(thickness, volume.grid.spacing_mm[2]) > float(limit) + geometry.STEP_TOLERANCE_MM
    listed = volume.listed
    conflict = (
        listed.dated
        and listed.header_date is not None
        and volume.date is not None
        and abs((volume.date - listed.header_date).days) > protocol.schedule.same_visit_days
    )
    return ordered(*((Flag.THICK_SLICES,) if thick else ()), *((Flag.DATE_CONFLICT,) if conflict else ()))


def usable(volume: Volume) -> bool:
    """Whether the volume may be measured automatically: no flag of severity block."""
    return all(flag.severity is not Severity.BLOCK for flag in volume.flags)


def readable(volume: Volume) -> bool:
    """Whether the organs on it can tell a phase: neither listed only nor of unknown CT numbers."""
    return not set(volume.flags) & (LISTED_ONLY | {Flag.CT_NUMBERS_UNKNOWN})
