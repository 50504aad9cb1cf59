"""Engines files: what they choose, and for each thing wrong the line, what was found and what is allowed."""

import json
from pathlib import Path

import pytest

from pipeline.engines.classical import ClassicalEngine
from pipeline.engines.networks import NetworkEngine
from pipeline.engines.onnx_file import OnnxFileEngine
from pipeline.model.errors import InputError
from pipeline.procedures import engines_file
from pipeline.store import nifti
from tests.builders import bright_ball, nifti_image, onnx_model
from tests.builders.command import hepatrack

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
    assert isinstance(engines_file.chosen(_written(tmp_path, "liver: networks")).lesions, ClassicalEngine)
    assert isinstance(engines_file.chosen("networks").lesions, NetworkEngine)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "liver: networks",
            "livers: networks",
            "line 1: livers: found an unknown key; allowed: liver, lesions, prompt",
        ),
        ("liver: networks", "liver: network", "line 1: liver: found 'network'; allowed: classical, networks, a se"),
        ("engine: onnx", "engine: onyx", "line 3: lesions.engine: found 'onyx'; allowed: classical, networks, a se"),
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
    with pytest.raises(InputError, match="allowed: classical, networks, or an engines file"):
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
