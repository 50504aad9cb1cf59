"""How an engine is asked for one lesion: where a reader sees it, and what is known of it."""

from dataclasses import dataclass

from pipeline.model.image import Image, Mask, Phase
from pipeline.model.lesion import Axis
from pipeline.model.terms import Point
from pipeline.model.transform import Transform


@dataclass(frozen=True)
class PointPrompt:
    """A point inside the lesion, LPS mm."""

    at: Point


@dataclass(frozen=True)
class BoxPrompt:
    """Two opposite corners of a box around the lesion along the axes of LPS, mm."""

    low: Point
    high: Point


Prompt = PointPrompt | Axis | BoxPrompt
"""A reader's mark: a point inside, the long axis from edge to edge, or a box around."""


@dataclass(frozen=True)
class EarlierLesion:
    """The lesion on an earlier image, and the transform that leads from points of the new image to points of that."""

    image: Image
    lesion: Mask
    transform: Transform


@dataclass(frozen=True)
class LesionQuestion:
    """A lesion to be outlined on an image.

    share: probability of lesion on the image's grid, 0 to 1, as a network gave it beforehand. liver and share lie on
    the image's grid; each of them, and what is known from earlier, is None where there is none.
    """

    image: Image
    phase: Phase
    prompt: Prompt
    liver: Mask | None = None
    share: Image | None = None
    earlier: EarlierLesion | None = None

    def __post_init__(self) -> None:
        for name, other in (("liver", self.liver), ("share", self.share)):
            if other is not None and not other.grid.same_as(self.image.grid):
                raise ValueError(f"{name} on a grid {other.grid.shape}, image on {self.image.grid.shape}; expected one")
