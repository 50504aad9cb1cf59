"""The built-in engine: the networks that come with hepatrack, and image analysis as their second opinion."""

from dataclasses import dataclass, field

from pipeline.engines.classical import ClassicalEngine
from pipeline.engines.networks import NetworkEngine
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.segment.lesion import join as lesions
from pipeline.segment.liver import join as liver
from pipeline.segment.network import intensity


@dataclass(frozen=True)
class BuiltInEngine:
    """Both outlines, joined; on MR image analysis alone, for the networks were worse on what MR is at hand.

    One scan: liver Dice 0.72 by the network, 0.85 by image analysis (docs/methods/networks.md).
    """

    networks: NetworkEngine = field(default_factory=NetworkEngine)
    classical: ClassicalEngine = field(default_factory=ClassicalEngine)

    def identity(self) -> str:
        """Return the networks' identity; the hash of the code says the rest."""
        return f"built-in, {self.networks.identity()}"

    def liver(self, image: Image, phase: Phase) -> LiverProposal:
        """Return the liver that both outlines show; the network sees the image with the liver at its usual level.

        Raises:
            EngineError: the runtime or the weights are missing, or it failed.
        """
        classical = self.classical.liver(image, phase)
        if image.modality is Modality.MR:
            return classical
        leveled = image if classical.mask is None else intensity.leveled(image, classical.mask)
        return liver.join(image, phase, self.networks.liver(leveled, phase), classical)

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:
        """Return the lesions of both lists.

        Raises:
            EngineError: the runtime or the weights are missing, or it failed.
            ValueError: image and liver lie on different grids.
        """
        classical = self.classical.lesions(image, liver, phase)
        if image.modality is Modality.MR:
            return classical
        by_network = self.networks.lesions(image, liver, phase)
        return lesions.join(lesions.SearchedImage(image, phase, liver), by_network, classical)
