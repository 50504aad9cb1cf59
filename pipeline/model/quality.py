"""How well a registration went."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.transform import Transform


class Verdict(StrEnum):
    """What a registration may be used for: links, links with a look, nothing."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


@dataclass(frozen=True)
class RegistrationQuality:
    """Numbers behind a verdict.

    liver_dice: overlap of the warped moving liver with the fixed one, None without masks.
    folded_share: share of liver voxels with a Jacobian determinant <= 0. similarity: mean
    local correlation in the liver after alignment, similarity_before the same at the start.
    """

    verdict: Verdict
    liver_dice: float | None
    folded_share: float
    similarity: float
    similarity_before: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registration:
    """A transform from fixed to moving points (LPS mm) with its quality; engine names how."""

    transform: Transform = field(repr=False)
    quality: RegistrationQuality
    engine: str
