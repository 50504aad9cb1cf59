"""What was found in a folder: files, slices, volumes."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.flags import Flags
from pipeline.model.grid import Grid, Point
from pipeline.model.image import Modality, Phase
from pipeline.model.image_kind import ANATOMICAL, UNTOLD, KindCall, PixelMeaning
from pipeline.model.visit_list import ListedAs


class FileStatus(StrEnum):
    """What became of a file; internal: a fault of hepatrack met it, the log of the study holds the traceback."""

    USED = "used"
    LEFT_OUT = "left_out"
    UNREADABLE = "unreadable"
    INTERNAL = "internal"


@dataclass(frozen=True)
class FileEntry:
    """One file of a source folder; path is relative to it, with '/' between parts.

    volume is the id of the volume the file belongs to, empty when it belongs to none, and ids joined by ';' where
    the frames of the file belong to several; reason says why a file, or some of its frames, are not used; trace is
    the traceback of a fault of hepatrack.
    """

    path: str
    status: FileStatus
    volume: str = ""
    reason: str = ""
    trace: str = field(default="", repr=False)


@dataclass(frozen=True)
class FileCount:
    """How many files share what became of them; reason is empty where they are used as a whole."""

    count: int
    status: FileStatus
    reason: str


@dataclass(frozen=True)
class SliceHeader:
    """The header of one CT or MR slice, as far as the pipeline needs it.

    source is an index into the list of source folders, path relative to that folder. frame is 0 where the file holds
    this slice alone, else the number of the frame in a multi-frame file, from 1 (as DICOM counts); dimensions are
    then its indices in dimensions that are neither place nor time.
    Stored values times rescale_slope plus rescale_intercept are HU or signal; None where the header has none.
    study_date is None where the headers hold no date, or a placeholder for one.
    position and orientation are ImagePositionPatient and ImageOrientationPatient (row
    direction, column direction); pixel_spacing_mm is (between rows, between columns).
    kernel is ConvolutionKernel, how a CT was reconstructed; listed is what a list of
    visits says of the slice. Text tags are empty where absent. No name of a patient is
    kept.
    """

    source: int
    path: str
    subject: str
    study_date: dt.date | None
    modality: Modality
    study_uid: str
    series_uid: str
    sop_uid: str
    frame_of_reference_uid: str
    instance_number: int | None
    acquisition_number: int | None
    temporal_position: int | None
    rows: int
    columns: int
    position: Point
    orientation: tuple[float, float, float, float, float, float]
    pixel_spacing_mm: tuple[float, float]
    slice_thickness_mm: float | None
    series_number: int | None = None
    series_description: str = ""
    protocol_name: str = ""
    image_type: tuple[str, ...] = ()
    acquisition_time: str = ""
    content_time: str = ""
    contrast_agent: str | None = None
    contrast_start_time: str = ""
    trigger_time_ms: float | None = None
    echo_time_ms: float | None = None
    b_value: float | None = None
    scanning_sequence: tuple[str, ...] = ()
    transfer_syntax: str = ""
    meaning: PixelMeaning = UNTOLD
    frame: int = 0
    dimensions: tuple[int, ...] = ()
    rescale_slope: float | None = None
    rescale_intercept: float | None = None
    kernel: tuple[str, ...] = ()
    listed: ListedAs | None = None

    @property
    def origin(self) -> tuple[int, str, int]:
        """Where the slice comes from, in the order of sources, paths and frames."""
        return self.source, self.path, self.frame

    @property
    def reference(self) -> str:
        """SOP Instance UID; in an instance of several frames with /frames/N, as DICOMweb names it (PS3.18, 10.4.1)."""
        return f"{self.sop_uid}/frames/{self.frame}" if self.frame else self.sop_uid

    @property
    def name(self) -> str:
        """The file's path, with the frame where it holds several."""
        return f"{self.path} frame {self.frame}" if self.frame else self.path


@dataclass(frozen=True)
class PhaseCall:
    """A contrast phase with the confidence (0 to 1) and the evidence it rests on."""

    phase: Phase
    confidence: float
    evidence: str = ""


@dataclass(frozen=True)
class Volume:
    """Slices that form one three-dimensional image of one phase.

    id is stable over runs. date is None where neither headers nor a list of visits tell it. slices are
    sorted along the slice normal, so that slice k of the grid is slices[k]; grid.spacing_mm comes from
    their positions. varies names the tags (DICOM keywords) that most volumes have once and that differ
    between these slices.
    """

    id: str
    subject: str
    date: dt.date | None
    modality: Modality
    series_uid: str
    acquisition: str
    slices: tuple[SliceHeader, ...] = field(repr=False)
    grid: Grid
    flags: Flags = ()
    phase: PhaseCall = PhaseCall(Phase.UNKNOWN, 0.0)
    kind: KindCall = ANATOMICAL
    varies: tuple[str, ...] = ()

    @property
    def listed(self) -> ListedAs:
        """What a list of visits says of the volume; nothing where there is none."""
        return self.slices[0].listed or ListedAs()

    @property
    def examination(self) -> str:
        """What the volumes of one examination share: the date; without one the study, without that the series."""
        if self.date is not None:
            return self.date.isoformat()
        return self.slices[0].study_uid or self.series_uid

    @property
    def positions_mm(self) -> tuple[float, ...]:
        """Position of each slice along the slice normal in mm."""
        normal = self.grid.directions[2]
        return tuple(sum(a * b for a, b in zip(s.position, normal, strict=True)) for s in self.slices)
