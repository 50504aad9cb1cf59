"""The engines of the user's own by the name a description gives: what each describes, and the engine it stands for."""

from pathlib import Path

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
