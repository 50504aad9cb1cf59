"""What a sample trial holds: subjects, visits, lesions and the outcome expected by hand."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.events import EventKind
from pipeline.model.image import Modality, Phase
from pipeline.model.lesion import Role
from pipeline.simulate.frame import Habitus

ARTERIAL_AND_PORTAL = (Phase.ARTERIAL, Phase.PORTAL_VENOUS)


class Pattern(StrEnum):
    """How a lesion enhances in the arterial phase."""

    DIFFUSE = "diffuse"
    RIM = "rim"
    TREATED = "treated"
    """Necrosis with lipiodol around a viable nodule."""


@dataclass(frozen=True)
class LesionSize:
    """A lesion at one visit: longest diameter, and that of its viable nodule if treated."""

    long_mm: float
    nodule_mm: float | None = None


@dataclass(frozen=True)
class LesionPlan:
    """One lesion over all visits of its subject; None where it is not there.

    width and height are the shares of the perpendicular and the vertical diameter in the
    longest. core is the share of the necrotic core in a rim lesion. lobe: 'right', 'left'.
    """

    name: str
    role: Role
    sizes: tuple[LesionSize | None, ...]
    pattern: Pattern = Pattern.DIFFUSE
    width: float = 0.85
    height: float = 0.85
    core: float = 0.55
    lobe: str = "right"

    def present(self, visit: int) -> LesionSize | None:
        """The size at the visit of that index."""
        return self.sizes[visit]

    @property
    def largest_mm(self) -> float:
        """Longest diameter over all visits."""
        return max(size.long_mm for size in self.sizes if size is not None)


@dataclass(frozen=True)
class Expected:
    """Responses of one visit, set by hand in the scenario; NE is 'NE'."""

    target: str
    hepatic_recist11: str
    hepatic_mrecist: str
    overall_recist11: str
    non_target: str = ""


@dataclass(frozen=True)
class VisitPlan:
    """One visit: its protocol name, date, phases and the expected responses."""

    name: str
    date: dt.date
    phases: tuple[Phase, ...] = ARTERIAL_AND_PORTAL
    expected: Expected | None = None


@dataclass(frozen=True)
class EventPlan:
    """One row of events.csv."""

    kind: EventKind
    date: dt.date
    detail: str = ""


@dataclass(frozen=True)
class ExpectedEndpoint:
    """The endpoint expected by hand, the same for HPFS and HPFSR but for the start."""

    date: dt.date
    cnsr: int
    reason: str
    source_visit: str


class Naming(StrEnum):
    """How the phases of a date lie in series."""

    ONE_SERIES = "one series"
    """All phases in one series, told apart by AcquisitionNumber; nothing names a phase."""
    SERIES_PER_PHASE = "series per phase"
    """One series per phase with descriptions that do not name it."""
    NAMED = "named"
    """One series per phase; the description names it."""


@dataclass(frozen=True)
class Scanner:
    """How the images of a subject are sampled and stored."""

    modality: Modality = Modality.CT
    pixel_mm: float = 2.2
    slice_mm: float = 4.0
    columns: int = 160
    rows: int = 128
    low_mm: float = -101.0
    slices: int = 48
    portal_extra: int = 0
    """Slices that the portal venous stack has more, at its lower end."""
    noise: float = 9.0
    syntax: str = "jpeg-ls"
    signed: bool = False
    naming: Naming = Naming.ONE_SERIES
    extension: str = ".dcm"


@dataclass(frozen=True)
class SubjectPlan:
    """One subject of the sample trial."""

    subject: str
    shows: str
    arm: str
    visits: tuple[VisitPlan, ...]
    lesions: tuple[LesionPlan, ...]
    events: tuple[EventPlan, ...]
    outcome: ExpectedEndpoint
    scanner: Scanner = field(default_factory=Scanner)
    habitus: Habitus = field(default_factory=Habitus)
    masks: bool = False
