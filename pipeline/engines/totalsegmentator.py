"""TotalSegmentator (Apache-2.0) with weights on this disk: liver, lesions, segments, phase."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.engines import description, local_files
from pipeline.engines.by_share import EngineByShare
from pipeline.engines.description import OutsideNetwork, Structure
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Labels, Modality, Phase
from pipeline.volume import resample, rescale

PACKAGES = ("TotalSegmentator", "nnunetv2", "torch")
"""The distributions whose versions an answer depends on."""
ORIENTATION = "RAS"
"""Where i, j and k of the image grow that TotalSegmentator is given, as nibabel's canonical form; it turns others."""
SEGMENTS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
"""Couinaud's segments in the order of the labels of the task liver_segments."""
_PHASES = {
    "native": Phase.UNENHANCED,
    "arterial_early": Phase.ARTERIAL,
    "arterial_late": Phase.ARTERIAL,
    "portal_venous": Phase.PORTAL_VENOUS,
}
"""The phases of totalseg_get_phase; it tells no delayed one."""


class TotalSegmentatorDescription(OutsideNetwork):
    """TotalSegmentator: the folder of its weights, and whether its fast model outlines the liver.

    weights: the folder that holds Dataset291_... and its like. fast: the liver at 3 mm by one network, not at 1.5 mm.
    """

    name: str = "TotalSegmentator"
    modalities: tuple[Modality, ...] = (Modality.CT, Modality.MR)
    weights: Path
    fast: bool = False


@dataclass(frozen=True)
class TotalSegmentatorEngine(EngineByShare):
    """TotalSegmentator as a description says; folder: where relative paths of it start.

    It tells voxels, no probabilities: every confidence is 1.
    """

    described: TotalSegmentatorDescription
    folder: Path

    def identity(self) -> str:
        """Return versions of the packages, and SHA-256 of weights and description.

        Raises:
            EngineError: the folder or a package is missing.
        """
        interpreter = self.described.interpreter(self.folder)
        runtime = interpreter.versions(PACKAGES, "pip install 'hepatrack[totalsegmentator]'")
        words = description.digest(self.described, frozenset({"weights", "python"}))
        return f"totalsegmentator ({runtime}, weights {self._sha256()}, description {words})"

    def share(self, image: Image, structure: Structure) -> Image:
        """Return 1 where the structure is, else 0, on the image's grid.

        Raises:
            EngineError: something is missing, weights among it, or TotalSegmentator failed.
        """
        self.described.check(image.modality)
        mr = "_mr" if image.modality is Modality.MR else ""
        if structure == "liver":
            labels = self._labels(image, f"total{mr}", {"roi_subset": ["liver"], "fast": self.described.fast})
        else:
            labels = self._labels(image, f"liver_lesions{mr}", {})
        return Image((labels > 0).astype(np.float32), image.grid, Modality.MR)

    def segments(self, image: Image) -> Labels:
        """Return Couinaud's segments on the image's grid.

        Raises:
            EngineError: as for share.
        """
        self.described.check(image.modality)
        mr = "_mr" if image.modality is Modality.MR else ""
        labels = self._labels(image, f"liver_segments{mr}", {})
        if int(labels.max()) > len(SEGMENTS):
            raise EngineError(f"TotalSegmentator: segment {int(labels.max())}; expected at most {len(SEGMENTS)}")
        return Labels(labels, image.grid, SEGMENTS)

    def phase(self, image: Image) -> Phase:
        """Return the contrast phase of a CT, UNKNOWN for one that it names otherwise; it needs the package xgboost.

        Raises:
            EngineError: as for share; the image is no CT.
        """
        if image.modality is not Modality.CT:
            raise EngineError("TotalSegmentator: its phases are those of CT; the image is MR")
        facts, _ = self._ask(image, {"task": "phase"})
        return _PHASES.get(facts["phase"], Phase.UNKNOWN)

    def _labels(self, image: Image, task: str, options: dict[str, Any]) -> Any:
        """The labels that a task answers with, on the image's grid."""
        _, (labels,) = self._ask(image, {"task": task, "options": options})
        given = rescale.oriented(image, ORIENTATION)
        names = tuple(str(number) for number in range(1, int(labels.max(initial=0)) + 1))
        return resample.resample_labels(Labels(labels, given.grid, names), image.grid).array

    def _ask(self, image: Image, request: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        self._sha256()
        given = rescale.oriented(image, ORIENTATION)
        affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ given.grid.affine
        asked = {**request, "affine": affine.tolist(), "device": self.described.device}
        environment = {"TOTALSEG_WEIGHTS_PATH": str(self._weights)}
        interpreter = self.described.interpreter(self.folder)
        return interpreter.ask("totalsegmentator", asked, [given.array.astype(np.float32)], environment)

    def _sha256(self) -> str:
        files = ("plans.json", "dataset.json", "fold_*/checkpoint_final.pth")
        return local_files.sha256(self._weights, tuple(f"Dataset*/*/{name}" for name in files))

    @property
    def _weights(self) -> Path:
        return description.at(self.folder, self.described.weights).absolute()
