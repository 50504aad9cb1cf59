"""How well a registration went."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.transform import Transform


class Verdict(StrEnum):
    """What a registration may be used for: links, links with a look, nothing."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


class ImageSide(StrEnum):
    """Whose liver outline is doubted; EITHER: the images do not tell whose."""

    FIXED = "fixed"
    MOVING = "moving"
    EITHER = "either"


@dataclass(frozen=True)
class RegistrationQuality:
    """Numbers behind a verdict.

    liver_dice: overlap of the warped moving liver with the fixed one, None without masks.
    folded_share: share of liver voxels with a Jacobian determinant <= 0. similarity: mean
    local correlation in the liver after alignment, similarity_before the same at the start.
    inverse_median_mm, inverse_p95_mm: how far there and back ends from the start within the liver, None where only a
    linear placement is left. surface_p95_mm: 95th percentile of the distances between the surfaces of both outlines;
    disputed_ml: volume of thick parts that only one outline holds; doubted: whose outline is not believed.
    """

    verdict: Verdict
    liver_dice: float | None
    folded_share: float
    similarity: float
    similarity_before: float
    reasons: tuple[str, ...] = ()
    inverse_median_mm: float | None = None
    inverse_p95_mm: float | None = None
    surface_p95_mm: float | None = None
    disputed_ml: float | None = None
    doubted: ImageSide | None = None


@dataclass(frozen=True)
class Registration:
    """A transform from fixed to moving points (LPS mm) with its quality; engine names how."""

    transform: Transform = field(repr=False)
    quality: RegistrationQuality
    engine: str
