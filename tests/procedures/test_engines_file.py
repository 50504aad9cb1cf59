"""Engines files: what they choose, and for each thing wrong the line, what was found and what is allowed."""

import json
from pathlib import Path

import pytest

from pipeline.engines import segmentation
from pipeline.engines.networks import NetworkEngine
from pipeline.engines.nninteractive import NnInteractiveEngine
from pipeline.engines.onnx_file import OnnxFileEngine
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.errors import EngineError, InputError
from pipeline.model.image import Modality, Phase
from pipeline.model.visit import Visit
from pipeline.procedures import engines_file, study_folder
from pipeline.procedures.propose import livers
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Decoded, VisitImages
from pipeline.store import nifti
from tests.builders import bright_ball, nifti_image, onnx_model
from tests.builders.command import hepatrack
from tests.builders.dicom_series import headers

BUILT_IN = segmentation.ENGINES[segmentation.DEFAULT]
ONNX = """\
liver: networks
lesions:
  engine: onnx
  name: site lesions 2
  file: lines.onnx
  outlines:
    lesions: [2]
  activation: softmax
  spacing_mm: [2, 2, 2]
  orientation: LPS
  intensity:
    clip: [-100, 300]
    subtract: 50
    divide: 100
  input: image
  output: logits
"""


def _written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "engines.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_question_has_its_engine(tmp_path):
    engines = engines_file.chosen(_written(tmp_path, ONNX))
    assert isinstance(engines.liver, NetworkEngine)
    assert isinstance(engines.lesions, OnnxFileEngine)
    assert engines.lesions.file == tmp_path / "lines.onnx"


def test_a_question_left_out_is_answered_as_before(tmp_path):
    assert engines_file.chosen(_written(tmp_path, "liver: networks")).lesions is BUILT_IN
    assert isinstance(engines_file.chosen("networks").lesions, NetworkEngine)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "liver: networks",
            "livers: networks",
            "line 1: livers: found an unknown key; allowed: liver, lesions, prompt",
        ),
        ("liver: networks", "liver: network", "line 1: liver: found 'network'; allowed: "),
        ("engine: onnx", "engine: onyx", "a section with engine: onnx or nnunet or total"),
        ("  activation: softmax\n", "", "line 2: lesions.activation: found nothing; this key must be there"),
        ("activation: softmax", "activation: relu", "line 8: lesions.activation: found 'relu'; input should be 'none'"),
        ("spacing_mm: [2, 2, 2]", "spacing_mm: [2, 2, 0]", "line 9: lesions.spacing_mm.2: found 0; input should be gr"),
        (
            "orientation: LPS",
            "orientation: LPX",
            "orientation: found 'LPX'; allowed: one each of L or R, P or A, S or I",
        ),
        (
            "    lesions: [2]",
            "    lesions: [-1]",
            "line 7: lesions.outlines.lesions: found [-1]; allowed: numbers of cl",
        ),
        (
            "    lesions: [2]",
            "    lesions: []",
            "line 6: lesions.outlines: found no class; give liver, lesions or both",
        ),
        ("clip: [-100, 300]", "clip: [300, -100]", "line 11: lesions.intensity: clip: found [300.0, -100.0]; allowed"),
        ("  output: logits", "  outputs: logits", "lesions.outputs: found an unknown key; allowed: engine, name,"),
        ("    divide: 100", "    divide: 0", "lesions.intensity: divide: found 0; allowed: another number, or sd"),
        ("  input: image", "  input: image\n  patch: [8, 8, 8]\n  multiple_of: 8", "multiple_of: found beside patch"),
        ("liver: networks", "liver: [", "correct the YAML"),
        (ONNX, "", "found None; allowed: liver, lesions"),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, says, tmp_path):
    assert ONNX.count(old) == 1
    with pytest.raises(InputError) as refused:
        engines_file.chosen(_written(tmp_path, ONNX.replace(old, new)))
    assert says in str(refused.value)
    assert str(refused.value).startswith("engines.yaml")


def test_no_engine_and_no_file(tmp_path):
    with pytest.raises(InputError, match=r"neural'; allowed: .*, or an engines file"):
        engines_file.chosen("neural")
    with pytest.raises(InputError, match=r"absent\.yaml: cannot be read"):
        engines_file.chosen(str(tmp_path / "absent.yaml"))


def test_the_command_outlines_by_an_engines_file(tmp_path):
    (tmp_path / "lines.onnx").write_bytes(onnx_model.linear((0.0, 20.0, 40.0), (0.0, 0.0, -20.0)))
    drawn = bright_ball.ball("RAI")
    nifti.write_mask(drawn.liver, tmp_path / "liver.nii.gz")
    nifti_image.write(drawn.image, tmp_path / "image.nii.gz")
    out = tmp_path / "lesions.nii.gz"
    done = hepatrack(
        "segment", tmp_path / "image.nii.gz", "--what", "lesions", "--engine", _written(tmp_path, ONNX), "--liver",
        tmp_path / "liver.nii.gz", "--out", out, "--json",
    )  # fmt: skip
    facts = json.loads(done.out)
    assert facts["engine"].startswith("onnx site lesions 2 (onnxruntime ")
    assert bright_ball.dice(nifti.read_mask(out).mask("1"), drawn.lesion) > 0.9


def test_what_results_are_kept_under_follows_the_engines_of_the_line(tmp_path, monkeypatch):
    version = study_folder.code_version.__wrapped__
    (tmp_path / "lines.onnx").write_bytes(onnx_model.linear((0.0, 20.0, 40.0), (0.0, 0.0, -20.0)))
    plain = version()
    monkeypatch.setenv("HEPATRACK_ENGINES", _written(tmp_path, ONNX))
    chosen = version()
    assert chosen != plain
    (tmp_path / "lines.onnx").write_bytes(onnx_model.linear((0.0, 20.0, 40.0), (0.0, 0.0, -20.5)))
    reweighted = version()
    assert reweighted not in {plain, chosen}
    _written(tmp_path, ONNX.replace("divide: 100", "divide: 101"))
    assert version() not in {plain, chosen, reweighted}
    (tmp_path / "lines.onnx").unlink()
    with pytest.raises(EngineError, match=r"lines\.onnx: No such file"):
        version()


def test_the_line_outlines_livers_by_the_engine_of_its_settings(tmp_path, monkeypatch):
    (tmp_path / "lines.onnx").write_bytes(onnx_model.linear((0.0, 20.0, 40.0), (0.0, 0.0, -20.0)))
    own = ONNX.replace("liver: networks\nlesions:", "liver:").replace("    lesions: [2]", "    liver: [1, 2]")
    monkeypatch.setenv("HEPATRACK_ENGINES", _written(tmp_path, own))
    artifacts, drawn = artifacts_of(tmp_path), bright_ball.ball("LPS")
    slices = tuple(headers(10, subject="S-001"))
    call, day = PhaseCall(Phase.PORTAL_VENOUS, 0.9), slices[0].study_date
    volume = Volume("V", "S-001", day, Modality.CT, "1.2", "1", slices, drawn.image.grid, (), call)
    shown = Decoded(volume, artifacts.put_image(drawn.image))
    images = VisitImages(Visit("S-001", "BASELINE", day, scan_dates=(day,)), shown, None, None, ())
    found = livers.find(artifacts, livers.LiverInput(images, ()))
    assert found.reference is not None
    assert bright_ball.dice(artifacts.get_mask(found.reference), drawn.liver) > 0.95


def test_a_mark_has_an_engine_of_its_own(tmp_path):
    engines = engines_file.chosen(
        _written(tmp_path, "prompt:\n  engine: nninteractive\n  weights: nnInteractive_v1.0\n")
    )
    assert isinstance(engines.prompt, NnInteractiveEngine)
    assert engines.lesions is BUILT_IN
    with pytest.raises(
        InputError, match="line 1: prompt: found 'networks'; allowed: surface, a section with engine: nn"
    ):
        engines_file.chosen(_written(tmp_path, "prompt: networks"))
