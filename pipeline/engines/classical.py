"""The outlines without a trained network (pipeline/segment/liver and lesion), behind the door of engines."""

from dataclasses import dataclass

from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.segment.lesion import propose as lesions
from pipeline.segment.liver import propose as liver


@dataclass(frozen=True)
class ClassicalEngine:
    """Image analysis alone; it needs nothing beside hepatrack."""

    def identity(self) -> str:
        """Return its name; the hash of the code says the rest."""
        return "classical"

    def liver(self, image: Image, phase: Phase) -> LiverProposal:
        """Return the liver by minimal cuts (segment/liver)."""
        return liver.propose(image, phase)

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:
        """Return the lesions by their deviation from normal liver (segment/lesion).

        Raises:
            ValueError: image and liver lie on different grids.
        """
        return lesions.propose(image, liver, phase)
