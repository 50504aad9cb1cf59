"""`hepatrack register` finds the livers that it is not given, says whose they are, and doubts a wrong one."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.engines import segmentation, shipped
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.procedures import register as registering
from pipeline.store import nifti
from tests.builders import nifti_image
from tests.register import phantom

pytestmark = pytest.mark.image


class Known:
    """An engine that knows the phantom's liver, in as far as the image shows it at its place."""

    def __init__(self, livers: list[LiverProposal]) -> None:
        self.livers = livers

    def identity(self) -> str:
        return "known 1"

    def liver(self, image: Image, phase: Phase) -> LiverProposal:
        return self.livers.pop(0)

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:
        raise AssertionError("no lesions are asked for")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Mask]:
    image, liver = phantom.abdomen()
    nifti_image.write(image, tmp_path / "image.nii.gz")
    nifti.write_mask(liver, tmp_path / "liver.nii.gz")
    return tmp_path / "image.nii.gz", tmp_path / "liver.nii.gz", liver


def test_livers_are_found_and_named(
    files: tuple[Path, Path, Mask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, given, liver = files
    found = LiverProposal(liver, 0.8, (Flag.LIVER_DOUBTFUL,))
    monkeypatch.setitem(segmentation.ENGINES, "networks", Known([found]))
    monkeypatch.setattr(shipped, "installed", lambda: "9.9")
    out = tmp_path / "t.tfm"
    done = CliRunner().invoke(
        cli.app, ["register", str(image), str(image), "--out", str(out), "--fixed-mask", str(given), "--json"]
    )
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["fixed_liver"] == "given"
    assert facts["moving_liver"] == "known 1; LIVER_DOUBTFUL"
    assert facts["verdict"] == "good"
    assert facts["doubted_liver"] is None
    assert facts["local_errors_mm"] == {}
    assert 0 <= facts["inverse_median_mm"] <= facts["inverse_p95_mm"] < 3
    assert out.exists()


def test_a_liver_that_is_not_found_is_said(
    files: tuple[Path, Path, Mask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, given, liver = files
    lesions = np.zeros(liver.array.shape, np.uint8)
    lesions[24:27, 27:31, 26:30] = 2
    nifti.write_labels(Labels(lesions, liver.grid, ("1", "2")), tmp_path / "lesions.nii.gz")
    none = LiverProposal(None, 0.0, (Flag.LIVER_NOT_FOUND,))
    monkeypatch.setitem(segmentation.ENGINES, "classical", Known([none]))
    monkeypatch.setattr(shipped, "installed", lambda: None)
    done = registering.register(
        image, image, tmp_path / "t.tfm", moving_mask=given, lesions=tmp_path / "lesions.nii.gz"
    )
    facts = registering.to_json(done, tmp_path / "t.tfm")
    assert facts["fixed_liver"] == "not found; LIVER_NOT_FOUND"
    assert facts["verdict"] == "doubtful"
    assert facts["reasons"] == ["no liver mask on the fixed image"]
    assert list(facts["local_errors_mm"]) == ["2"]
    assert 0 < facts["local_errors_mm"]["2"] < 1.5


def test_a_liver_cut_by_a_third_is_doubted_by_name(files: tuple[Path, Path, Mask], tmp_path: Path) -> None:
    image, given, liver = files
    columns = np.cumsum(liver.array.sum(axis=(0, 1))) / liver.array.sum()
    cut = liver.array & (columns > 1 / 3)
    nifti.write_mask(Mask(cut, liver.grid), tmp_path / "cut.nii.gz")
    done = registering.register(image, image, tmp_path / "t.tfm", fixed_mask=given, moving_mask=tmp_path / "cut.nii.gz")
    facts = registering.to_json(done, tmp_path / "t.tfm")
    assert facts["verdict"] == "doubtful"
    assert facts["doubted_liver"] == "moving"
    lost = liver.volume_ml - Mask(cut, liver.grid).volume_ml
    assert facts["disputed_ml"] == pytest.approx(lost, rel=0.15)
    assert f"the moving liver outline lacks {facts['disputed_ml']:.0f} ml that look like liver" in facts["reasons"]
