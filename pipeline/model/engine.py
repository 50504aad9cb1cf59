"""Callables that engines fulfil and stages receive."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.model.image import Image, Mask, Phase
from pipeline.model.prompt import LesionQuestion
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.model.transform import Transform


class DeformableEngine(Protocol):
    """Refine a linear alignment by a smooth deformation."""

    @property
    def name(self) -> str:
        """Name and version of the engine, as it stands in results."""
        ...

    def __call__(self, fixed: Image, moving: Image, fixed_mask: Mask | None, start: Transform) -> Transform:
        """Return fixed to moving with a displacement on the grid of `fixed`.

        Raises:
            EngineError: the engine is missing or failed.
        """
        ...


class SegmentationEngine(Protocol):
    """Outline the liver of a volume, and the lesions in a liver."""

    def identity(self) -> str:
        """Name of the engine, version of what runs it and SHA-256 of its weights: what a result depends on."""
        ...

    def liver(self, image: Image, phase: Phase) -> LiverProposal:
        """Return the liver on the image's grid.

        Raises:
            EngineError: the engine is missing or failed.
        """
        ...

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:
        """Return the lesions inside the liver, which lies on the image's grid.

        Raises:
            EngineError: the engine is missing or failed.
            ValueError: image and liver lie on different grids.
        """
        ...


class PromptEngine(Protocol):
    """Outline one lesion that a reader points at."""

    def identity(self) -> str:
        """Name of the engine, version of what runs it and SHA-256 of its weights: what a result depends on."""
        ...

    def lesion(self, question: LesionQuestion) -> Mask | None:
        """Return the lesion on the image's grid; None where the engine finds none at the mark.

        Raises:
            EngineError: the engine is missing or failed.
        """
        ...


class Network(Protocol):
    """Answer a trained network's question about one array."""

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Return the probability per voxel, indexed [slice, row, column] as the input named "image" is.

        Raises:
            EngineError: the network is missing, failed or returned values that are not finite.
        """
        ...
