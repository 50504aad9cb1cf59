"""nnU-Net, TotalSegmentator, nnInteractive and LongiSeg in the interpreter that holds them, with tiny models.

The packages are the real ones but for LongiSeg, which is not on PyPI: its predictor is nnU-Net's, which it extends.
"""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.engines.longiseg import LongiSegDescription, LongiSegEngine
from pipeline.engines.nninteractive import NnInteractiveDescription, NnInteractiveEngine
from pipeline.engines.nnunet import NnunetDescription, NnunetEngine
from pipeline.engines.totalsegmentator import TotalSegmentatorDescription, TotalSegmentatorEngine
from pipeline.model.engine import PromptEngine, SegmentationEngine
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Modality, Phase
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, EarlierLesion, LesionQuestion, PointPrompt
from pipeline.model.transform import Transform
from pipeline.volume import resample
from tests.builders import bright_ball

pytestmark = [pytest.mark.image, pytest.mark.xdist_group("engines")]
ASKED = bright_ball.ball("ASL, coronal")
"""Drawn on a grid that no engine takes as it is."""


def _nnunet(models: Path, python: Path, **changed: Any) -> NnunetEngine:
    values = {"name": "tiny", "folder": "nnunet", "outlines": {"liver": [1, 2], "lesions": [2]}, "python": python}
    return NnunetEngine(NnunetDescription.model_validate({**values, **changed}), models)


def test_nnunet_outlines_by_a_model_trained_here(models: Path, engines_python: Path) -> None:
    engine: SegmentationEngine = _nnunet(models, engines_python)
    liver = engine.liver(ASKED.image, Phase.PORTAL_VENOUS)
    assert liver.mask is not None
    assert bright_ball.dice(liver.mask, ASKED.liver) > 0.94
    assert 0.9 < liver.confidence <= 1
    lesions = engine.lesions(ASKED.image, liver.mask, Phase.PORTAL_VENOUS)
    assert lesions.labels.names == ("1",)
    assert bright_ball.dice(lesions.labels.mask("1"), ASKED.lesion) > 0.8


def test_nnunet_says_versions_weights_and_what_does_not_fit(models: Path, engines_python: Path) -> None:
    engine = _nnunet(models, engines_python)
    assert engine.identity().startswith("nnunet tiny (nnunetv2 2.")
    assert engine.identity() != _nnunet(models, engines_python, mirroring=True).identity()
    with pytest.raises(EngineError, match="class 3 of 3"):
        _nnunet(models, engines_python, outlines={"liver": [3]}).liver(ASKED.image, Phase.UNKNOWN)
    with pytest.raises(EngineError, match="absent: No such file or directory"):
        _nnunet(models, engines_python, folder="absent").liver(ASKED.image, Phase.UNKNOWN)


def _total(models: Path, python: Path, **changed: Any) -> TotalSegmentatorEngine:
    values = {"weights": "totalsegmentator", "python": python, "fast": True, **changed}
    return TotalSegmentatorEngine(TotalSegmentatorDescription.model_validate(values), models)


def test_totalsegmentator_outlines_liver_and_lesions(models: Path, engines_python: Path) -> None:
    engine: SegmentationEngine = _total(models, engines_python)
    liver = engine.liver(ASKED.image, Phase.PORTAL_VENOUS)
    assert liver.mask is not None
    assert bright_ball.dice(liver.mask, ASKED.liver) > 0.9
    lesions = engine.lesions(ASKED.image, ASKED.liver, Phase.PORTAL_VENOUS)
    assert bright_ball.dice(lesions.labels.mask("1"), ASKED.lesion) > 0.8
    assert lesions.confidences == (1.0,)


def test_totalsegmentator_tells_segments(models: Path, engines_python: Path) -> None:
    segments = _total(models, engines_python).segments(ASKED.image)
    assert segments.present == ("VII",), "the tiny model knows one"
    assert bright_ball.dice(segments.mask("VII"), ASKED.liver) > 0.9


def test_totalsegmentator_tells_the_phase(models: Path, engines_python: Path) -> None:
    engine = _total(models, engines_python)
    assert engine.phase(ASKED.image) is Phase.ARTERIAL, "its own classifier, of a liver of 100 HU and no other organ"
    with pytest.raises(EngineError, match="the image is MR"):
        engine.phase(replace(ASKED.image, modality=Modality.MR))


def test_totalsegmentator_downloads_nothing(models: Path, engines_python: Path) -> None:
    with pytest.raises(EngineError, match=r"the weights Dataset291_.* are not in"):
        _total(models, engines_python, fast=False).liver(ASKED.image, Phase.UNKNOWN)
    signal = Image(ASKED.image.array, ASKED.image.grid, Modality.MR)
    with pytest.raises(EngineError, match=r"the weights Dataset589_.* are not in"):
        _total(models, engines_python).lesions(signal, ASKED.liver, Phase.UNKNOWN)


def _interactive(models: Path, python: Path) -> NnInteractiveEngine:
    described = NnInteractiveDescription.model_validate({"weights": "nninteractive", "python": python})
    return NnInteractiveEngine(described, models)


@pytest.mark.parametrize("mark", ["point", "axis", "box"])
def test_nninteractive_outlines_the_lesion_at_a_mark(mark: str, models: Path, engines_python: Path) -> None:
    x, y, z = bright_ball.LESION_AT
    r = bright_ball.LESION_MM
    prompt = {
        "point": PointPrompt((x + 2, y, z - 2)),
        "axis": Axis((x, y - r, z), (x, y + r, z)),
        "box": BoxPrompt((x - r, y - r, z - r), (x + r, y + r, z + r)),
    }[mark]
    engine: PromptEngine = _interactive(models, engines_python)
    lesion = engine.lesion(LesionQuestion(ASKED.image, Phase.PORTAL_VENOUS, prompt))
    assert lesion is not None
    assert bright_ball.dice(lesion, ASKED.lesion) > 0.95


def test_nninteractive_and_a_mark_elsewhere(models: Path, engines_python: Path) -> None:
    engine = _interactive(models, engines_python)
    asked = LesionQuestion(ASKED.image, Phase.PORTAL_VENOUS, PointPrompt((55.0, -50.0, 50.0)))
    assert engine.lesion(asked) is None, "the patch around the mark does not reach the ball"
    assert engine.lesion(replace(asked, prompt=PointPrompt((500.0, 0.0, 0.0)))) is None
    assert "nninteractive (nninteractive 2." in engine.identity()


@pytest.fixture
def longiseg_python(engines_python: Path, tmp_path: Path) -> Path:
    """An interpreter in which longiseg is nnU-Net's predictor by the name LongiSeg gives it."""
    package = tmp_path / "stand_in" / "longiseg" / "inference"
    package.mkdir(parents=True)
    (package / "predict_from_raw_data_longi.py").write_text(
        "from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor as LongiSegPredictor\n"
    )
    metadata = tmp_path / "stand_in" / "longiseg-2.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: longiseg\nVersion: 2.0\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path / "stand_in"} exec {engines_python} "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return python


def test_longiseg_follows_what_the_earlier_image_shows(models: Path, longiseg_python: Path) -> None:
    """The tiny model's lesion is where 150 HU are now and the earlier mask was; that came 20 mm from the head."""
    moved = np.eye(4)
    moved[2, 3] = 20.0
    back = Transform(np.linalg.inv(moved))
    image = replace(ASKED.image, array=ASKED.image.array + 1)  # nnU-Net's own preprocessing crops what is 0
    earlier = EarlierLesion(
        resample.resample(image, image.grid, back),
        resample.resample_mask(ASKED.lesion, image.grid, back),
        Transform(moved),
    )
    described = LongiSegDescription.model_validate({"weights": "longiseg", "python": longiseg_python})
    engine: PromptEngine = LongiSegEngine(described, models)
    asked = LesionQuestion(image, Phase.UNKNOWN, PointPrompt(bright_ball.LESION_AT), earlier=earlier)
    lesion = engine.lesion(asked)
    assert lesion is not None
    assert bright_ball.dice(lesion, ASKED.lesion) > 0.8
    unmoved = replace(earlier, transform=Transform.identity())
    assert engine.lesion(replace(asked, earlier=unmoved)) is None, "the earlier mask is carried elsewhere"
    with pytest.raises(EngineError, match="none was given"):
        engine.lesion(replace(asked, earlier=None))
    assert "longiseg 2.0" in engine.identity()
