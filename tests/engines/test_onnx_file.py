"""ONNX networks of a user's own: a tiny one, run for real on images of every orientation, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.engines.onnx_description import OnnxDescription
from pipeline.engines.onnx_file import OnnxFileEngine
from pipeline.model.engine import SegmentationEngine
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Modality, Phase
from tests.builders import bright_ball, onnx_model

VALUES: dict[str, Any] = {
    "name": "lines",
    "file": "lines.onnx",
    "outlines": {"liver": [1, 2], "lesions": [2]},
    "activation": "softmax",
    "spacing_mm": [2.0, 2.0, 2.0],
    "orientation": "LPS",
    "intensity": {"clip": [-100, 300], "subtract": 50, "divide": 100},
    "input": "image",
    "output": "logits",
}


def _slopes() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Class lines over x = (HU - 50) / 100: background wins below 0, liver up to 1, the lesion above."""
    return (0.0, 20.0, 40.0), (0.0, 0.0, -20.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lines.onnx").write_bytes(onnx_model.linear(*_slopes()))
    return tmp_path


def _engine(folder: Path, **changed: Any) -> OnnxFileEngine:
    return OnnxFileEngine(OnnxDescription.model_validate({**VALUES, **changed}), folder)


@pytest.mark.parametrize("directions", bright_ball.ORIENTATIONS)
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"orientation": "RAS", "axes": "ijk", "patch": [40, 48, 32]},
        {"orientation": "SLA", "spacing_mm": [3.0, 2.5, 2.0], "multiple_of": 16},
    ],
    ids=["whole", "patches of ijk", "whole, padded"],
)
def test_liver_and_lesion_lie_where_they_were_drawn(directions: str, changed: dict[str, Any], folder: Path) -> None:
    drawn = bright_ball.ball(directions)
    engine: SegmentationEngine = _engine(folder, **changed)
    liver = engine.liver(drawn.image, Phase.PORTAL_VENOUS)
    assert liver.mask is not None
    assert bright_ball.dice(liver.mask, drawn.liver) > 0.96
    assert liver.confidence > 0.9
    lesions = engine.lesions(drawn.image, liver.mask, Phase.PORTAL_VENOUS)
    assert lesions.labels.names == ("1",)
    assert bright_ball.dice(lesions.labels.mask("1"), drawn.lesion) > 0.9


def test_the_identity_follows_file_and_description_and_not_their_place(folder: Path, tmp_path: Path) -> None:
    first = _engine(folder).identity()
    assert first.startswith("onnx lines (onnxruntime ")
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copy(folder / "lines.onnx", other / "renamed.onnx")
    assert _engine(other, file="renamed.onnx").identity() == first
    assert _engine(folder, spacing_mm=[2.0, 2.0, 2.1]).identity() != first
    (folder / "lines.onnx").write_bytes(onnx_model.linear((0.0, 20.0, 41.0), _slopes()[1]))
    assert _engine(folder).identity() != first


def test_mean_and_deviation_of_the_image_can_be_what_the_network_wants(folder: Path) -> None:
    drawn = bright_ball.ball("LPS")
    signal = Image(np.maximum(drawn.image.array, 0).astype(np.float32) * 7 + 1000, drawn.image.grid, Modality.MR)
    engine = _engine(
        folder, modalities=["MR"], intensity={"subtract": "mean", "divide": "sd"}, outlines={"liver": [1, 2]}
    )
    liver = engine.liver(signal, Phase.UNKNOWN)
    assert liver.mask is not None
    assert bright_ball.dice(liver.mask, drawn.liver) > 0.92, "from the mean on, 1/17 liver: its rim counts too"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"file": "absent.onnx"}, r"absent\.onnx: No such file"),
        ({"input": "picture"}, "cannot run"),
        ({"output": "shares"}, "cannot run"),
        ({"outlines": {"liver": [3]}}, "class 3 of 3"),
        ({"activation": "none"}, "expected probabilities. Mend activation"),
        ({"modalities": ["MR"]}, "made for MR, says its description; the image is CT"),
        ({"outlines": {"lesions": [2]}}, "outlines no liver"),
    ],
)
def test_what_does_not_fit_is_an_engine_error(changed: dict[str, Any], says: str, folder: Path) -> None:
    with pytest.raises(EngineError, match=says):
        _engine(folder, **changed).liver(bright_ball.ball("LPS").image, Phase.UNKNOWN)


def test_values_that_are_not_finite_are_an_engine_error(folder: Path) -> None:
    (folder / "lines.onnx").write_bytes(onnx_model.linear((0.0, 1e38, 0.0), (0.0, 3e38, 0.0)))
    with pytest.raises(EngineError, match="not finite"):
        _engine(folder, intensity={"divide": 0.001}).liver(bright_ball.ball("LPS").image, Phase.UNKNOWN)


def test_a_file_that_is_no_network_is_an_engine_error(folder: Path) -> None:
    (folder / "lines.onnx").write_text("no network")
    with pytest.raises(EngineError, match="cannot load"):
        _engine(folder).liver(bright_ball.ball("LPS").image, Phase.UNKNOWN)
    with pytest.raises(EngineError, match=r"lines\.onnx"):
        replace(_engine(folder), folder=folder / "gone").identity()
