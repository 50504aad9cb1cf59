"""A liver that was not found at a follow-up is carried over from baseline, unless the alignment failed."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.model.quality import Registration, RegistrationQuality, Verdict
from pipeline.model.transform import Transform
from pipeline.model.visit import Visit
from pipeline.procedures.propose import livers
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Decoded, Livers, VisitImages
from pipeline.segment.liver import remember
from tests.builders.dicom_series import headers

SLICES = tuple(headers(10, subject="S-001"))
GRID = geometry.grid(SLICES)
NOT_FOUND = Livers(None, None, None, 0.0, (Flag.LIVER_NOT_FOUND,))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_liver_is_carried_over_unless_the_alignment_failed(
    verdict: Verdict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    quality = RegistrationQuality(verdict, 0.9, 0.0, 0.6, 0.5)
    monkeypatch.setattr(livers, "register", lambda *_: Registration(Transform.identity(), quality, "by hand"))
    monkeypatch.setattr(remember, "transfer", lambda _image, _phase, prior: LiverProposal(prior, 0.7, ()))
    artifacts = artifacts_of(tmp_path)
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    day = SLICES[0].study_date
    volume = Volume("V", "S-001", day, Modality.CT, "1.2", "1", SLICES, GRID, (), call)
    shown = Decoded(volume, artifacts.put_image(Image(np.zeros(GRID.shape, dtype=np.int16), GRID)))
    images = VisitImages(Visit("S-001", "W12", day, scan_dates=(day,)), shown, None, None, ())
    outline = artifacts.put_mask(Mask(np.ones(GRID.shape, dtype=bool), GRID))
    known = Livers(outline, None, None, 1.0, ())
    result = livers.align(artifacts, livers.AlignInput(images, images, NOT_FOUND, known))
    assert result.aligned.quality.verdict is verdict
    if verdict is Verdict.FAILED:
        assert result.livers == NOT_FOUND
    else:
        assert result.livers == Livers(outline, None, None, 0.7, (Flag.LIVER_DOUBTFUL,))
    kept = livers.align(artifacts, livers.AlignInput(images, images, known, known))
    assert kept.livers == known


class CountingEngine:
    """Answers every liver with the left half of the image, and counts how often it was asked."""

    asked = 0

    def liver(self, image: Image, _phase: Phase) -> LiverProposal:
        self.asked += 1
        return LiverProposal(_half(), 0.9, ())


def _half(first: int = 0) -> Mask:
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[:, :, first : first + GRID.shape[2] // 2] = True
    return Mask(mask, GRID)


@pytest.mark.parametrize(
    ("own", "oil", "verdict", "asked"),
    [
        (_half(), False, Verdict.GOOD, 0),
        (_half(100), False, Verdict.GOOD, 1),
        (_half(), True, Verdict.GOOD, 1),
        (_half(), False, Verdict.FAILED, 1),
    ],
    ids=["both agree", "they do not", "oil", "no alignment"],
)
def test_the_network_is_asked_where_image_analysis_and_the_baseline_do_not_do(
    own: Mask, oil: bool, verdict: Verdict, asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    quality = RegistrationQuality(verdict, 0.9, 0.0, 0.6, 0.5)
    engine = CountingEngine()
    monkeypatch.setattr(livers, "register", lambda *_: Registration(Transform.identity(), quality, "by hand"))
    monkeypatch.setattr(livers, "_engine", lambda: engine)
    monkeypatch.setattr(remember, "transfer", lambda _image, _phase, prior: LiverProposal(prior, 0.7, ()))
    array = np.full(GRID.shape, 90, dtype=np.int16)
    array[2:8, 100:150, 100:150] = 600 if oil else 90
    artifacts = artifacts_of(tmp_path)
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    day = SLICES[0].study_date
    volume = Volume("V", "S-001", day, Modality.CT, "1.2", "1", SLICES, GRID, (), call)
    images = VisitImages(
        Visit("S-001", "W12", day, scan_dates=(day,)),
        Decoded(volume, artifacts.put_image(Image(array, GRID))),
        None,
        None,
        (),
    )
    outlined = Livers(artifacts.put_mask(own), None, None, 0.9, ())
    before = Livers(artifacts.put_mask(_half()), None, None, 0.9, ())
    result = livers.align(artifacts, livers.AlignInput(images, images, outlined, before))
    assert engine.asked == asked
    assert result.livers.reference is not None
    assert np.array_equal(artifacts.get_mask(result.livers.reference).array, _half().array)
