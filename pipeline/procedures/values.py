"""What tasks hand to each other: small frozen values that hold references, never arrays."""

import datetime as dt
from dataclasses import dataclass

from pipeline.model.catalog import Volume
from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.flags import Flags
from pipeline.model.image import Phase
from pipeline.model.lesion import Finding, Organ, Role
from pipeline.model.quality import RegistrationQuality
from pipeline.model.visit import Burden, Visit
from pipeline.store.artifacts import Ref
from pipeline.track.matching import LesionPosition
from pipeline.track.new_lesions import LookBack


@dataclass(frozen=True)
class OutsideMask:
    """A mask from outside on the grid of the volume it belongs to; lesion is empty for a liver."""

    volume: str
    what: str
    lesion: str
    mask: Ref
    origin: str


@dataclass(frozen=True)
class SubjectInput:
    """Everything that was found for one subject; content is the hash over its files, reads are signed ones."""

    subject: str
    volumes: tuple[Volume, ...]
    content: str
    events: tuple[Event, ...] = ()
    masks: tuple[OutsideMask, ...] = ()
    failures: tuple[Failure, ...] = ()
    reads: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Decoded:
    """A volume with its phase, and its decoded image."""

    volume: Volume
    image: Ref


@dataclass(frozen=True)
class DecodedDate:
    """The volumes of one date; failures are volumes that could not be decoded."""

    date: dt.date
    volumes: tuple[Decoded, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class VisitImages:
    """The images of one visit that are read: reference for diameters, arterial for viable axes.

    unenhanced tells iodized oil from enhancement on the arterial one.
    """

    visit: Visit
    reference: Decoded | None
    arterial: Decoded | None
    unenhanced: Decoded | None
    flags: Flags


@dataclass(frozen=True)
class Aligned:
    """A registration as stored: transform from fixed to moving points, and its quality."""

    transform: Ref
    quality: RegistrationQuality
    engine: str


@dataclass(frozen=True)
class Livers:
    """The liver of one visit on its reference and arterial images.

    link leads from arterial to reference points; None where there is no arterial image, or it is the reference
    itself. unenhanced leads from arterial points to those of the unenhanced image; None without the two.
    """

    reference: Ref | None
    arterial: Ref | None
    link: Aligned | None
    confidence: float
    flags: Flags
    unenhanced: Aligned | None = None


@dataclass(frozen=True)
class EarlierSlice:
    """The slice of an earlier visit that shows the place of a candidate; answer: what was seen there, in words."""

    visit: str
    date: dt.date
    phase: Phase
    series_uid: str
    sop_uid: str
    index: int
    answer: str


@dataclass(frozen=True)
class KeySliceInput:
    """A key slice to be drawn: the image, lesion and liver it is cut from; for_reader as on the finding.

    earlier: of a look-back, the slice that is drawn; visit and lesion are those of the candidate.
    """

    visit: str
    lesion: str
    kind: str
    image: Ref
    mask: Ref
    liver: Ref | None
    viable: Ref | None = None
    for_reader: str = ""
    earlier: EarlierSlice | None = None


@dataclass(frozen=True)
class OwnLesion:
    """What a lesion is to the reader who signed it."""

    lesion: str
    role: Role
    organ: Organ
    flags: Flags = ()


@dataclass(frozen=True)
class VisitLesions:
    """The lesions of one visit and what is known from now on.

    atlas holds every known lesion as labels on the baseline reference grid. aliases pairs a
    lesion's name with its name in masks from outside. weak are places (baseline space) of
    candidates too weak to be a lesion, counted the new lesions that count, looked_back what the baseline shows at the
    places of the new ones. own are the lesions as a reader signed
    them, none where nobody did.
    """

    visit: str
    findings: tuple[Finding, ...]
    atlas: Ref
    burden: Burden
    pictures: tuple[KeySliceInput, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    weak: tuple[LesionPosition, ...] = ()
    counted: tuple[str, ...] = ()
    flags: Flags = ()
    own: tuple[OwnLesion, ...] = ()
    looked_back: tuple[LookBack, ...] = ()


@dataclass(frozen=True)
class VisitBurden:
    """The hepatic burden at a visit."""

    visit: str
    burden: Burden


@dataclass(frozen=True)
class VisitAligned:
    """How a visit was aligned, and with what."""

    visit: str
    what: str
    aligned: Aligned


@dataclass(frozen=True)
class Proposed:
    """All that was proposed for a subject, awaiting a reader; volumes have their phases."""

    subject: str
    failures: tuple[Failure, ...]
    volumes: tuple[Volume, ...] = ()
    visits: tuple[Visit, ...] = ()
    findings: tuple[Finding, ...] = ()
    burdens: tuple[VisitBurden, ...] = ()
    alignments: tuple[VisitAligned, ...] = ()
    pictures: tuple[KeySliceInput, ...] = ()
