"""The door of engines that outline livers and lesions: each by its name."""

from pipeline.engines.built_in import BuiltInEngine
from pipeline.engines.classical import ClassicalEngine
from pipeline.engines.networks import NetworkEngine
from pipeline.model.engine import SegmentationEngine

DEFAULT = "built-in"
"""What outlines where none is named."""
ENGINES: dict[str, SegmentationEngine] = {
    DEFAULT: BuiltInEngine(),
    "networks": NetworkEngine(),
    "classical": ClassicalEngine(),
}
