"""The engines of the user's own by the name a description gives: what each describes, and the engine it stands for."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

from pipeline.engines import longiseg, nninteractive, nnunet, onnx_file, totalsegmentator
from pipeline.engines.description import LocalNetwork
from pipeline.engines.longiseg import LongiSegDescription, LongiSegEngine
from pipeline.engines.nninteractive import NnInteractiveDescription, NnInteractiveEngine
from pipeline.engines.nnunet import NnunetDescription, NnunetEngine
from pipeline.engines.onnx_description import OnnxDescription
from pipeline.engines.onnx_file import OnnxFileEngine
from pipeline.engines.totalsegmentator import TotalSegmentatorDescription, TotalSegmentatorEngine
from pipeline.model.engine import PromptEngine, SegmentationEngine

OUTLINING: dict[str, type[LocalNetwork]] = {
    "onnx": OnnxDescription,
    "nnunet": NnunetDescription,
    "totalsegmentator": TotalSegmentatorDescription,
}
"""What describes an engine that outlines livers or lesions."""
PROMPTED: dict[str, type[LocalNetwork]] = {"nninteractive": NnInteractiveDescription, "longiseg": LongiSegDescription}
"""What describes an engine that outlines a lesion from a mark."""

NEEDS = {
    "onnx": onnx_file.PACKAGES,
    "nnunet": nnunet.PACKAGES,
    "totalsegmentator": totalsegmentator.PACKAGES,
    "nninteractive": nninteractive.PACKAGES,
    "longiseg": longiseg.PACKAGES,
}
"""The distributions that each engine needs in its interpreter."""


def possible() -> Iterator[str]:
    """Yield of each engine whether the Python of hepatrack holds what it needs: "nnunet: torch is missing"."""
    for name, needs in NEEDS.items():
        lacking = [package for package in needs if not _installed(package)]
        yield f"{name}: {'can run' if not lacking else ', '.join(lacking) + ' not installed'}"


def _installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def outlining(described: LocalNetwork, folder: Path) -> SegmentationEngine:
    """Return the engine of a description in a folder, at which relative paths start; no weights are loaded."""
    match described:
        case OnnxDescription():
            return OnnxFileEngine(described, folder)
        case NnunetDescription():
            return NnunetEngine(described, folder)
        case TotalSegmentatorDescription():
            return TotalSegmentatorEngine(described, folder)
        case _:
            raise TypeError(type(described).__name__)


def prompted(described: LocalNetwork, folder: Path) -> PromptEngine:
    """Return the engine of a description in a folder, as outlining does."""
    match described:
        case NnInteractiveDescription():
            return NnInteractiveEngine(described, folder)
        case LongiSegDescription():
            return LongiSegEngine(described, folder)
        case _:
            raise TypeError(type(described).__name__)
