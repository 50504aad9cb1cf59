"""A model of the user's own trained with nnU-Net (nnunetv2, Apache-2.0), in its folder on this disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from pipeline.engines import description, local_files
from pipeline.engines.by_share import EngineByShare
from pipeline.engines.description import Outlines, OutsideNetwork, Structure
from pipeline.model.image import Image, Modality
from pipeline.volume import resample, rescale

PACKAGES = ("nnunetv2", "torch")
"""The distributions whose versions an answer depends on."""


class NnunetDescription(OutsideNetwork):
    """An nnU-Net model: its folder, its labels, and which way its training images lay.

    folder: the one with plans.json, dataset.json and fold_*. outlines: labels of dataset.json; of a model of regions,
    their numbers from 0. orientation: where i, j and k of the training files grew: LPS for files from DICOM, RAS where
    plans.json names NibabelIOWithReorient. folds: those to average, all that are there without it. mirroring: nnU-Net's
    averaging over mirrored images, eight times the time.
    """

    folder: Path
    outlines: Outlines
    orientation: str = "LPS"
    folds: tuple[int | Literal["all"], ...] | None = Field(default=None, min_length=1)
    checkpoint: str = "checkpoint_final.pth"
    mirroring: bool = False

    @model_validator(mode="after")
    def _oriented(self) -> "NnunetDescription":
        try:
            description.orientation(self.orientation)
        except ValueError as error:
            raise ValueError(f"orientation: {error}") from None
        return self


@dataclass(frozen=True)
class NnunetEngine(EngineByShare):
    """The model in a folder as its description says; folder: where relative paths of it start."""

    described: NnunetDescription
    folder: Path

    def identity(self) -> str:
        """Return name, versions of the packages, and SHA-256 of model and description.

        Raises:
            EngineError: the folder or a package is missing.
        """
        runtime = self.described.interpreter(self.folder).versions(PACKAGES, "pip install 'hepatrack[nnunet]'")
        weights = self._weights()
        words = description.digest(self.described, frozenset({"folder", "python"}))
        return f"nnunet {self.described.name} ({runtime}, weights {weights}, description {words})"

    def share(self, image: Image, structure: Structure) -> Image:
        """Return the probability of the structure on the image's grid.

        The image is turned by whole axes to the orientation of the training files; spacing and intensities are
        nnU-Net's business, as its plans say.

        Raises:
            EngineError: the model does not outline the structure or was not made for the modality, something is
                missing, or nnU-Net failed.
        """
        classes = self.described.outlines.classes(structure, self.described.name)
        self.described.check(image.modality)
        self._weights()
        given = rescale.oriented(image, self.described.orientation)
        folds = self.described.folds
        request = {
            "folder": str(self._model),
            "folds": None if folds is None else list(folds),
            "checkpoint": self.described.checkpoint,
            "mirroring": self.described.mirroring,
            "device": self.described.device,
            "spacing_kji_mm": list(given.grid.steps_mm),
            "channels": list(classes),
        }
        places = dict.fromkeys(("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"), str(self._model))
        interpreter = self.described.interpreter(self.folder)
        _, (share,) = interpreter.ask("nnunet", request, [given.array.astype(np.float32)], places)
        return resample.resample(Image(share, given.grid, Modality.MR), image.grid, fill=0.0)

    def _weights(self) -> str:
        return local_files.sha256(self._model, ("plans.json", "dataset.json", f"fold_*/{self.described.checkpoint}"))

    @property
    def _model(self) -> Path:
        return description.at(self.folder, self.described.folder).absolute()
