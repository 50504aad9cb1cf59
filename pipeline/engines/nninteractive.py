"""nnInteractive (Apache-2.0; its weights CC BY-NC-SA 4.0) with a checkpoint on this disk: a lesion from a mark."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.engines import description, local_files, marks
from pipeline.engines.description import OutsideNetwork
from pipeline.model.image import Mask, Modality
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, LesionQuestion

PACKAGES = ("nninteractive", "nnunetv2", "torch")
"""The distributions whose versions an answer depends on."""


class NnInteractiveDescription(OutsideNetwork):
    """nnInteractive: the folder of a checkpoint, with plans.json, inference_info.json and one fold_*."""

    name: str = "nnInteractive"
    modalities: tuple[Modality, ...] = (Modality.CT, Modality.MR)
    license: str = "CC BY-NC-SA 4.0: not for commercial use"
    weights: Path


@dataclass(frozen=True)
class NnInteractiveEngine:
    """nnInteractive as a description says; folder: where relative paths of it start. An earlier image is not used."""

    described: NnInteractiveDescription
    folder: Path

    def identity(self) -> str:
        """Return versions of the packages, and SHA-256 of weights and description.

        Raises:
            EngineError: the folder or a package is missing.
        """
        interpreter = self.described.interpreter(self.folder)
        runtime = interpreter.versions(PACKAGES, "pip install 'hepatrack[nninteractive]'")
        words = description.digest(self.described, frozenset({"weights", "python"}))
        return f"nninteractive ({runtime}, weights {local_files.sha256(self._weights)}, description {words})"

    def lesion(self, question: LesionQuestion) -> Mask | None:
        """Return the lesion at a mark; None where nothing is outlined, or the mark lies outside the image.

        A long axis is given as a stroke along its middle, a box by its middle slice where the model takes no other.

        Raises:
            EngineError: something is missing, or nnInteractive failed.
        """
        self.described.check(question.image.modality)
        local_files.sha256(self._weights)
        grid, prompt = question.image.grid, question.prompt
        at = marks.voxel(grid, marks.center(prompt))
        if at is None:
            return None
        arrays = [question.image.array.astype(np.float32)]
        asked: dict[str, Any] = {"folder": str(self._weights), "device": self.described.device}
        match prompt:
            case BoxPrompt():
                asked["box"] = marks.box(grid, prompt)
            case Axis():
                arrays.append(marks.stroke(grid, prompt).astype(np.uint8))
            case _:
                asked["point"] = list(at)
        _, (lesion,) = self.described.interpreter(self.folder).ask("nninteractive", asked, arrays, {})
        return Mask(lesion > 0, grid) if lesion.any() else None

    @property
    def _weights(self) -> Path:
        return description.at(self.folder, self.described.weights).absolute()
