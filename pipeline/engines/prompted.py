"""The door of engines that outline one lesion at a reader's mark: each by its name."""

from dataclasses import dataclass

from pipeline.model.engine import PromptEngine
from pipeline.model.image import Mask
from pipeline.model.prompt import LesionQuestion
from pipeline.segment.prompt import outline


@dataclass(frozen=True)
class SurfaceEngine:
    """Image analysis alone: the surface on which mark, image and memory agree (segment/prompt)."""

    def identity(self) -> str:
        """Return its name; the hash of the code says the rest."""
        return "surface"

    def lesion(self, question: LesionQuestion) -> Mask | None:
        """Return the lesion; None where the mark lies outside the image."""
        return outline.outline(question)


PROMPT_ENGINES: dict[str, PromptEngine] = {"surface": SurfaceEngine()}
DEFAULT = "surface"
"""What outlines where none is named."""
