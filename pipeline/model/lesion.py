"""Lesions, their measurements and the findings that the criteria read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import dist

from pipeline.model.flags import Flags
from pipeline.model.terms import Modality, Phase, Point


class Role(StrEnum):
    """Role of a lesion in a read."""

    TARGET = "target"
    NON_TARGET = "non-target"
    NEW = "new"


class State(StrEnum):
    """What a lesion is at a visit.

    For a non-target lesion PROGRESSED means unequivocal progression; a proposal never
    says it, only a reader does.
    """

    PRESENT = "present"
    ABSENT = "absent"
    TOO_SMALL = "too small"
    NOT_EVALUABLE = "not evaluable"
    MERGED = "merged"
    SPLIT = "split"
    EQUIVOCAL = "equivocal"
    PROGRESSED = "unequivocal progression"


class Organ(StrEnum):
    """Where a lesion lies; all nodes are one organ, hilar ones included (RECIST 1.1)."""

    LIVER = "liver"
    NODE = "lymph node"
    BONE = "bone"
    LUNG = "lung"
    PERITONEUM = "peritoneum"
    OTHER = "other"


class Source(StrEnum):
    """Who stands behind a finding."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    SIGNED = "signed"


@dataclass(frozen=True)
class Axis:
    """A straight line between two points in LPS mm."""

    start: Point
    end: Point

    @property
    def length_mm(self) -> float:
        """Distance of the end points in mm."""
        return dist(self.start, self.end)


@dataclass(frozen=True)
class Diameters:
    """Longest in-plane diameter and its longest perpendicular, in one slice.

    slice_index is k of the grid; plane is 'axial', 'coronal', 'sagittal' or 'oblique'.
    """

    long: Axis
    short: Axis
    slice_index: int
    plane: str


@dataclass(frozen=True)
class Finding:
    """One lesion at one visit as one row of lesions.csv; lengths are as recorded.

    long_axis_mm is None unless measured (an absent lesion has 0, one too small to
    measure may have None). For a node short_axis_mm is what counts. visit is the visit's
    name in the protocol, empty in a read that names its date only; date is None in a read that
    names its visit only. reader is empty on a
    proposal; signed_at is set on a signed read. confidence is 1 unless proposed.

    What only some criteria read is None where it is not known: viable_short_axis_mm, the
    perpendicular of the viable axis (EASL), and viable_short, its line; viable_volume_ml, the enhancing volume (qEASL);
    density_hu, the mean in the portal phase (Choi); treated, whether embolization reached the
    lesion (EASL); nodule, whether a nodule in it is new or grows (Choi). for_reader is the reader from whose signed
    reads a proposal was grown: it is shown to no other. It is empty on every other finding.
    """

    subject: str
    visit: str
    date: dt.date | None
    lesion: str
    role: Role
    state: State
    organ: Organ = Organ.LIVER
    segment: str = ""
    phase: Phase = Phase.UNKNOWN
    modality: Modality | None = None
    series_uid: str = ""
    sop_uid: str = ""
    plane: str = ""
    long_axis_mm: Decimal | None = None
    short_axis_mm: Decimal | None = None
    viable_axis_mm: Decimal | None = None
    volume_ml: Decimal | None = None
    long: Axis | None = None
    short: Axis | None = None
    viable: Axis | None = None
    slice_thickness_mm: float | None = None
    source: Source = Source.PROPOSED
    flags: Flags = ()
    confidence: float = 1.0
    reader: str = ""
    signed_at: dt.datetime | None = None
    accepted: bool = False
    viable_short_axis_mm: Decimal | None = None
    viable_short: Axis | None = None
    viable_volume_ml: Decimal | None = None
    density_hu: Decimal | None = None
    treated: bool | None = None
    nodule: bool | None = None
    for_reader: str = ""
