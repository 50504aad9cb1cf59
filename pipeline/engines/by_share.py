"""Engines that answer with a probability per voxel: what becomes of it is the same for all."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from pipeline.engines.description import Structure
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.segment.network import answer


@dataclass(frozen=True)
class EngineByShare(ABC):
    """Fulfills SegmentationEngine by one question: how probable is a structure at each voxel."""

    @abstractmethod
    def identity(self) -> str:
        """Name of the engine, version of what runs it, SHA-256 of weights and description."""

    @abstractmethod
    def share(self, image: Image, structure: Structure) -> Image:
        """Return the probability of the structure, 0 to 1, on the image's grid.

        Raises:
            EngineError: the engine does not outline it, something is missing, or it failed.
        """

    def liver(self, image: Image, phase: Phase) -> LiverProposal:  # noqa: ARG002  one network for every phase
        """Return the liver on the image's grid.

        Raises:
            EngineError: as for share.
        """
        return answer.liver(self.share(image, "liver"))

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:  # noqa: ARG002  likewise
        """Return the lesions inside the liver.

        Raises:
            EngineError: as for share.
            ValueError: image and liver lie on different grids.
        """
        return answer.lesions(self.share(image, "lesions"), liver)
