"""What an engine proposes on one image: a liver, lesions in it."""

from dataclasses import dataclass

from pipeline.model.flags import Flags
from pipeline.model.image import Labels, Mask


@dataclass(frozen=True)
class LiverProposal:
    """The liver on the image's grid, or None with LIVER_NOT_FOUND; confidence from 0 to 1."""

    mask: Mask | None
    confidence: float
    flags: Flags


@dataclass(frozen=True)
class LesionProposal:
    """Lesions named "1", "2", ... by falling volume, with a confidence (0 to 1) each."""

    labels: Labels
    confidences: tuple[float, ...]
