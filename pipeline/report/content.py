"""What a report shows: everything decided elsewhere, nothing computed anew.

The flow fills these values; pages, terminal tables and summaries only lay them out.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.catalog import FileCount, PhaseCall, Volume
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Modality, Phase
from pipeline.model.image_kind import ANATOMICAL, KindCall
from pipeline.model.lesion import Finding, Role
from pipeline.model.protocol import Protocol
from pipeline.model.quality import RegistrationQuality
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit

_VARYING = frozenset({Flag.MIXED_UIDS, Flag.MIXED_DATES, Flag.MIXED_TAGS, Flag.JOINED_ACQUISITIONS})
"""Flags of a volume whose headers differ between slices."""

Pixel = tuple[float, float]
"""(row, column), pixel centers at whole numbers."""

Outlines = tuple[NDArray[np.float64], ...]
"""Closed lines, each (N, 2) of (row, column), as pipeline.volume.contour.outlines gives them."""


class Kind(StrEnum):
    """What a key slice proves: the longest diameter, the viable one, or what an earlier visit shows at the place."""

    LONG = "long"
    VIABLE = "viable"
    LOOK_BACK = "look-back"


class AxisName(StrEnum):
    """Name of a drawn axis."""

    LONG = "long"
    SHORT = "short"
    VIABLE = "viable"
    VIABLE_SHORT = "across"


@dataclass(frozen=True)
class DrawnAxis:
    """A measured line on a key slice; length_mm is the recorded value that stands in lesions.csv."""

    name: AxisName
    start: Pixel
    end: Pixel
    length_mm: Decimal | None


@dataclass(frozen=True)
class Edges:
    """Letters of the patient's sides at the borders of a picture (R, L, A, P, H, F)."""

    left: str
    right: str
    top: str
    bottom: str


@dataclass(frozen=True)
class KeySlice:
    """One cropped slice with the lines that were measured on it, in display orientation.

    pixels: (rows, columns), Hounsfield units or MR signal, not windowed. spacing_mm: (between
    rows, between columns). slice_number counts from 1 in the volume. Outlines and axes are in
    pixels of the crop; outlines may leave it. note: what a look-back found, in words.
    """

    visit: str
    date: dt.date
    lesion: str
    role: Role
    phase: Phase
    modality: Modality
    kind: Kind
    series_uid: str
    sop_uid: str
    slice_number: int
    pixels: NDArray[Any] = field(repr=False)
    spacing_mm: tuple[float, float]
    edges: Edges
    outlines: Outlines = field(repr=False)
    liver_outlines: Outlines = field(default=(), repr=False)
    viable_outlines: Outlines = field(default=(), repr=False)
    axes: tuple[DrawnAxis, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class VolumeLine:
    """One volume of a subject: what it is and how sure the phase is.

    varies names the tags that differ between slices where a flag says that some do.
    """

    id: str
    date: dt.date | None
    modality: Modality
    phase: PhaseCall
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    flags: Flags = ()
    kind: KindCall = ANATOMICAL
    varies: tuple[str, ...] = ()

    @staticmethod
    def of(volume: Volume) -> "VolumeLine":
        """The line of a cataloged volume."""
        grid = volume.grid
        return VolumeLine(
            volume.id,
            volume.date,
            volume.modality,
            volume.phase,
            grid.shape,
            grid.spacing_mm,
            volume.flags,
            volume.kind,
            volume.varies if set(volume.flags) & _VARYING else (),
        )


@dataclass(frozen=True)
class RegistrationLine:
    """One alignment: the visit (and what was aligned with what, in words), its quality and engine."""

    visit: str
    what: str
    quality: RegistrationQuality
    engine: str


@dataclass(frozen=True)
class SubjectReport:
    """Everything known about one subject; visits and time points in date order."""

    subject: str
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    timepoints: tuple[TimePoint, ...]
    endpoints: tuple[EndpointRow, ...]
    events: tuple[Event, ...] = ()
    keys: tuple[KeySlice, ...] = ()
    registrations: tuple[RegistrationLine, ...] = ()
    volumes: tuple[VolumeLine, ...] = ()


@dataclass(frozen=True)
class StudyReport:
    """A whole run. provenance: (label, value) pairs, for example versions and hashes.

    tables: names of files beside the index page that it links to (lesions.csv, ...). files: what became of the source
    files, counted.
    """

    title: str
    protocol: Protocol
    subjects: tuple[SubjectReport, ...]
    failures: tuple[Failure, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    tables: tuple[str, ...] = ()
    files: tuple[FileCount, ...] = ()
