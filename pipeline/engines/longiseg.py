"""LongiSeg (Apache-2.0; not on PyPI) with a tracking model on this disk: a lesion known from an earlier image."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.engines import description, local_files, marks
from pipeline.engines.description import OutsideNetwork
from pipeline.model.errors import EngineError
from pipeline.model.image import Mask
from pipeline.model.prompt import LesionQuestion
from pipeline.segment.network.liver import ABOVE_HALF
from pipeline.volume import resample

PACKAGES = ("longiseg", "torch")
"""The distributions whose versions an answer depends on."""


class LongiSegDescription(OutsideNetwork):
    """LongiSeg: the folder of a model of LongiSegTrainerTracking, with plans.json, dataset.json and fold_*.

    folds: those to average, all that are there without it.
    """

    name: str = "LongiSeg"
    weights: Path
    folds: tuple[int | Literal["all"], ...] | None = Field(default=None, min_length=1)
    checkpoint: str = "checkpoint_final.pth"


@dataclass(frozen=True)
class LongiSegEngine:
    """LongiSeg as a description says; folder: where relative paths of it start."""

    described: LongiSegDescription
    folder: Path

    def identity(self) -> str:
        """Return versions of the packages, and SHA-256 of weights and description.

        Raises:
            EngineError: the folder or a package is missing.
        """
        interpreter = self.described.interpreter(self.folder)
        runtime = interpreter.versions(PACKAGES, "install LongiSeg from its repository")
        words = description.digest(self.described, frozenset({"weights", "python"}))
        return f"longiseg ({runtime}, weights {self._sha256()}, description {words})"

    def lesion(self, question: LesionQuestion) -> Mask | None:
        """Return the lesion at the middle of a mark, seen together with how it was on the earlier image.

        The earlier image and mask are carried to the grid of the new image by their transform, so that the mark is the
        lesion's place on both. None where nothing is outlined, or the mark lies outside the image.

        Raises:
            EngineError: there is no earlier image, something is missing, or LongiSeg failed.
        """
        self.described.check(question.image.modality)
        earlier, grid = question.earlier, question.image.grid
        if earlier is None:
            raise EngineError("LongiSeg follows a lesion from an earlier image, and none was given; use another engine")
        self._sha256()
        at = marks.voxel(grid, marks.center(question.prompt))
        if at is None:
            return None
        before = resample.resample(earlier.image, grid, earlier.transform, float(earlier.image.array.min()))
        carried = resample.resample_mask(earlier.lesion, grid, earlier.transform)
        folds = self.described.folds
        asked = {
            "folder": str(self._weights),
            "folds": None if folds is None else list(folds),
            "checkpoint": self.described.checkpoint,
            "device": self.described.device,
            "spacing_kji_mm": list(grid.steps_mm),
            "point": list(at),
        }
        given: list[NDArray[Any]] = [
            question.image.array.astype(np.float32),
            before.array.astype(np.float32),
            carried.array.astype(np.uint8),
        ]
        _, (share,) = self.described.interpreter(self.folder).ask("longiseg", asked, given, {})
        lesion = share > ABOVE_HALF
        return Mask(lesion, grid) if lesion.any() else None

    def _sha256(self) -> str:
        return local_files.sha256(self._weights, ("plans.json", "dataset.json", f"fold_*/{self.described.checkpoint}"))

    @property
    def _weights(self) -> Path:
        return description.at(self.folder, self.described.weights).absolute()
