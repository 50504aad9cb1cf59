"""What an engine proposes on one image: a liver, lesions in it."""

from dataclasses import dataclass

from pipeline.model.flags import Flags
from pipeline.model.image import Image, Labels, Mask


@dataclass(frozen=True)
class LiverProposal:
    """The liver on the image's grid, or None with LIVER_NOT_FOUND; confidence from 0 to 1.

    share: probability of liver per voxel on a grid of its own, None from an engine that has none.
    """

    mask: Mask | None
    confidence: float
    flags: Flags
    share: Image | None = None


@dataclass(frozen=True)
class LesionProposal:
    """Lesions named "1", "2", ... by falling volume, with a confidence (0 to 1) each.

    share: probability of lesion per voxel on the image's grid, None from an engine that has none.
    """

    labels: Labels
    confidences: tuple[float, ...]
    share: Image | None = None
    flags: Flags = ()
