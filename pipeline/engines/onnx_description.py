"""How a network in an ONNX file wants its input and what its answer means: the user's description, checked."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.engines import description
from pipeline.engines.description import Description, LocalNetwork, Outlines

Size = Annotated[int, Field(ge=1, le=1024)]
"""Voxels along one axis of what a network is given at once."""
SpacingMm = Annotated[float, Field(ge=0.1, le=20.0)]
"""mm between two voxels; own bounds, beyond them the number is in another unit."""


class Intensity(Description):
    """value = (clipped - subtract) / divide, in HU or MR signal.

    clip: least and greatest value that count. subtract "mean" and divide "sd" are those of the clipped image itself.
    """

    clip: tuple[float, float] | None = None
    subtract: float | Literal["mean"] = 0.0
    divide: float | Literal["sd"] = 1.0

    @model_validator(mode="after")
    def _usable(self) -> "Intensity":
        if self.clip is not None and self.clip[0] >= self.clip[1]:
            raise ValueError(f"clip: found {list(self.clip)}; allowed: the least value, then a greater one")
        if self.divide == 0:
            raise ValueError("divide: found 0; allowed: another number, or sd")
        return self


class OnnxDescription(LocalNetwork):
    """An ONNX network: its file, its grid, its intensities, and which of its classes are what.

    file: the ONNX file; a relative path starts at the folder of the description. input, output: their names in the
    file; the input is an array [1, 1, ...], the output [1, class, ...]. orientation: where i, j and k grow. axes: order
    of the array's axes, kji as SimpleITK and nnU-Net, ijk as nibabel and MONAI. spacing_mm and patch: along i, j, k.
    patch: what the network sees at once, None for the whole image. multiple_of: size of the whole image must be a
    multiple along each axis. activation: what makes probabilities of the output.
    """

    file: Path
    outlines: Outlines
    activation: Literal["none", "softmax", "sigmoid"]
    spacing_mm: tuple[SpacingMm, SpacingMm, SpacingMm]
    orientation: str
    intensity: Intensity
    input: str = Field(min_length=1)
    output: str = Field(min_length=1)
    axes: Literal["kji", "ijk"] = "kji"
    patch: tuple[Size, Size, Size] | None = None
    multiple_of: Size = 1

    @model_validator(mode="after")
    def _agreeing(self) -> "OnnxDescription":
        try:
            description.orientation(self.orientation)
        except ValueError as error:
            raise ValueError(f"orientation: {error}") from None
        if self.patch is not None and self.multiple_of != 1:
            raise ValueError("multiple_of: found beside patch; allowed: one of them, patch gives the size itself")
        return self
