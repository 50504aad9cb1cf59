"""The door of engines that outline livers and lesions: each by its name."""

from pipeline.engines.classical import ClassicalEngine
from pipeline.engines.networks import NetworkEngine
from pipeline.model.engine import SegmentationEngine

ENGINES: dict[str, SegmentationEngine] = {"classical": ClassicalEngine(), "networks": NetworkEngine()}
DEFAULT = "classical"
"""What outlines where none is named: the line proposes by it."""
