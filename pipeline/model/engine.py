"""Callables that engines fulfil and stages receive."""

from typing import Protocol

from pipeline.model.image import Image, Mask
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
