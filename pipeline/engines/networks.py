"""The built-in networks: liver and lesions of CT and MR, by the weights that come with hepatrack (shipped)."""

from dataclasses import dataclass

from pipeline.engines import onnx_network, shipped
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.segment.network import lesions, liver


@dataclass(frozen=True)
class NetworkEngine:
    """Both networks on the processor; threads: how many, 0 for one a core."""

    threads: int = 0

    def identity(self) -> str:
        """Return the runtime's version and the hashes of the weights."""
        return shipped.identity()

    def liver(self, image: Image, phase: Phase) -> LiverProposal:  # noqa: ARG002  one network for every phase
        """Return the liver; phase does not matter to the network.

        Raises:
            EngineError: the runtime or the weights are missing, or it failed.
        """
        return liver.outline(image, onnx_network.load(shipped.LIVER, self.threads))

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:  # noqa: ARG002  likewise
        """Return the lesions in a liver.

        Raises:
            EngineError: the runtime or the weights are missing, or it failed.
            ValueError: image and liver lie on different grids.
        """
        return lesions.outline(image, liver, onnx_network.load(shipped.LESIONS, self.threads))
