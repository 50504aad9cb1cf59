"""A network of the user's own in an ONNX file with a description of it, run on the processor by ONNX Runtime (MIT)."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.engines import description, local_files, onnx_network, shipped
from pipeline.engines.by_share import EngineByShare
from pipeline.engines.description import Structure
from pipeline.engines.onnx_description import Intensity, OnnxDescription
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Modality
from pipeline.volume import patches, resample, rescale
from pipeline.volume.arrays import FloatArray

PACKAGES = (shipped.RUNTIME,)
"""The distributions whose versions an answer depends on."""


@dataclass(frozen=True)
class OnnxFileEngine(EngineByShare):
    """The network in a file as its description says; folder: where relative paths of it start."""

    described: OnnxDescription
    folder: Path

    @property
    def file(self) -> Path:
        """The ONNX file."""
        return description.at(self.folder, self.described.file)

    def identity(self) -> str:
        """Return name, version of the runtime, and SHA-256 of file and description.

        Raises:
            EngineError: the file cannot be read, or ONNX Runtime is missing.
        """
        if shipped.installed() is None:
            raise EngineError(f"{shipped.RUNTIME} is not installed; install the locked requirements")
        weights, words = local_files.sha256(self.file), description.digest(self.described, frozenset({"file"}))
        runtime = f"{shipped.RUNTIME} {shipped.installed()}"
        return f"onnx {self.described.name} ({runtime}, weights {weights}, description {words})"

    def share(self, image: Image, structure: Structure) -> Image:
        """Return the probability of the structure on the image's grid.

        1. The image is turned by whole axes to the orientation and brought to the spacing (volume/rescale.py): averages
           where that is coarser, linear where it is finer.
        2. Intensities as described; the network answers for the whole, padded at the far ends with the least value, or
           for patches that overlap by half (volume/patches.py).
        3. The probabilities of the structure's classes are added and interpolated linearly on the image's grid.

        Raises:
            EngineError: the network does not outline the structure or was not made for the modality, file or runtime
                are missing, or the answer is not what the description says.
        """
        classes = self.described.outlines.classes(structure, self.described.name)
        self.described.check(image.modality)
        given = rescale.rescaled(rescale.oriented(image, self.described.orientation), self.described.spacing_mm)
        array = scaled(given.array, self.described.intensity)
        session = onnx_network.session(self.file.name, _content(self.file))
        ask = functools.partial(self._ask, session, classes)
        if self.described.patch is None:
            share = _whole(array, self.described.multiple_of, ask)
        else:
            i, j, k = self.described.patch
            share = patches.answered(array, (k, j, i), ask)
        on_image = resample.resample(Image(share, given.grid, Modality.MR), image.grid, fill=0.0)
        return Image(np.clip(on_image.array, 0.0, 1.0), image.grid, Modality.MR)

    def _ask(self, session: Any, classes: tuple[int, ...], array: FloatArray) -> FloatArray:
        """Ask the network about one array [k, j, i]."""
        turned = self.described.axes == "ijk"
        values = np.ascontiguousarray(array.T) if turned else array
        try:
            answer = session.run([self.described.output], {self.described.input: values[None, None]})[0]
        except Exception as error:
            raise EngineError(
                f"{self.described.name}: {shipped.RUNTIME} cannot run {self.file.name}: {error}"
            ) from error
        share = self._probability(np.asarray(answer), classes, values.shape)
        return np.ascontiguousarray(share.T) if turned else share

    def _probability(self, answer: NDArray[Any], classes: tuple[int, ...], shape: tuple[int, ...]) -> FloatArray:
        name = self.described.name
        if answer.ndim != len(shape) + 2 or answer.shape[0] != 1 or answer.shape[2:] != shape:
            raise EngineError(
                f"{name}: answered {answer.shape} to {(1, 1, *shape)}; expected [1, class] and that shape"
            )
        if max(classes) >= answer.shape[1]:
            raise EngineError(f"{name}: class {max(classes)} of {answer.shape[1]}; the first is 0. Mend outlines.")
        if not np.isfinite(answer).all():
            raise EngineError(f"{name}: answered values that are not finite; check intensity in its description")
        share: FloatArray = activated(answer[0].astype(np.float32), self.described.activation)[list(classes)].sum(
            axis=0
        )
        if share.min() < -ROUNDING or (share.max() > 1 + ROUNDING and self.described.activation != "sigmoid"):
            reach = f"{share.min():.3g} to {share.max():.3g}"
            raise EngineError(f"{name}: answered {reach}; expected probabilities. Mend activation in its description.")
        return np.clip(share, 0.0, 1.0)


ROUNDING = 0.01
"""How far a probability may lie outside 0 to 1 by rounding in half precision; own choice."""


def scaled(array: FloatArray, intensity: Intensity) -> FloatArray:
    """Return the intensities as the network was trained on them, in single precision."""
    clipped = array if intensity.clip is None else np.clip(array, *intensity.clip)
    subtract = float(clipped.mean()) if intensity.subtract == "mean" else intensity.subtract
    divide = (float(clipped.std()) or 1.0) if intensity.divide == "sd" else intensity.divide
    return np.asarray((clipped - np.float32(subtract)) / np.float32(divide), dtype=np.float32)


def activated(answer: FloatArray, activation: str) -> FloatArray:
    """Return probabilities of an answer [class, ...]."""
    if activation == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(answer, -80, 80))))
    if activation == "softmax":
        powers = np.exp(answer - answer.max(axis=0, keepdims=True))
        return np.asarray(powers / powers.sum(axis=0, keepdims=True))
    return answer


def _whole(array: FloatArray, multiple_of: int, ask: "functools.partial[FloatArray]") -> FloatArray:
    more = [(0, -side % multiple_of) for side in array.shape]
    k, j, i = array.shape
    return np.asarray(ask(np.pad(array, more, constant_values=float(array.min())))[:k, :j, :i])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EngineError(f"{path}: {error.strerror}; the description names it as its file") from error
