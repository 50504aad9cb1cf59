"""What the bench notes of every case: one row a liver, a lesion, a candidate, a lesion followed, a visit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LiverRow:
    """The liver of a visit against the true one; surface_mm is the mean distance of both surfaces."""

    case: str
    patient: str
    visit: str
    ours: bool
    dice: float
    volume_error: float
    surface_mm: float


@dataclass(frozen=True)
class LesionRow:
    """A true lesion without a prompt: found by which candidate, how well; 0 and empty where it was missed."""

    case: str
    patient: str
    name: str
    kind: str
    where: str
    long_axis_mm: float
    found: bool
    dice: float
    measured_mm: float
    confidence: float


@dataclass(frozen=True)
class CandidateRow:
    """A candidate: what it shows ('lesion', 'own' tumor of the patient, 'small' lesion, 'nothing'), and how sure."""

    case: str
    patient: str
    shows: str
    confidence: float
    long_axis_mm: float


@dataclass(frozen=True)
class PromptRow:
    """A lesion outlined from its drawn long axis; nothing is 0."""

    case: str
    patient: str
    name: str
    kind: str
    long_axis_mm: float
    dice: float
    measured_mm: float


@dataclass(frozen=True)
class FollowedRow:
    """A lesion known at baseline (or new) at a later visit: what is true and what the chain says.

    hit: the finding under its name lies on it. A lesion that is gone is carried when the chain says so.
    """

    case: str
    patient: str
    visit: str
    name: str
    fate: str
    kind: str
    true_mm: float
    found_mm: float
    state: str
    hit: bool
    dice: float


@dataclass(frozen=True)
class VisitRow:
    """A later visit: response by RECIST from the true axes and from the chain's, burden in percent, names matched."""

    case: str
    patient: str
    visit: str
    true_response: str
    response: str
    true_burden: float
    burden: float
    matched: int
    missed: int
    wrong: int
    new_false: int


@dataclass(frozen=True)
class FieldRow:
    """Registration of a later visit: errors in mm at points of the liver."""

    case: str
    patient: str
    visit: str
    median_mm: float
    p95_mm: float
    before_mm: float
    verdict: str


@dataclass(frozen=True)
class Rows:
    """All rows of a case."""

    livers: tuple[LiverRow, ...] = ()
    lesions: tuple[LesionRow, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()
    prompts: tuple[PromptRow, ...] = ()
    followed: tuple[FollowedRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    fields: tuple[FieldRow, ...] = ()

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))
