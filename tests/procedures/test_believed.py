"""A network that was not believed at the visit before is not asked again."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LesionProposal
from pipeline.model.visit import BASELINE, Visit
from pipeline.procedures import engines_file
from pipeline.procedures.propose import baseline, visit
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Decoded, Livers, VisitImages
from pipeline.segment.lesion import propose
from pipeline.settings import Settings
from tests.builders.dicom_series import headers
from tests.builders.liver_block import Ellipsoid, block

LESION = Ellipsoid((112.0, 48.0, 60.0), (13.0, 10.0, 11.0), 20)


class Asked:
    """Stands for the line's engines: it counts how often it is asked for lesions."""

    count = 0

    def of_line(self, _settings: Settings) -> "Asked":
        return self

    @property
    def lesions(self) -> "_Lesions":
        return _Lesions(self)


class _Lesions:
    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def lesions(self, image: Image, liver: Mask, phase: Phase) -> LesionProposal:
        self.asked.count += 1
        return propose.propose(image, liver, phase)


def _loaded(folder: Path) -> visit.LoadedVisit:
    made, artifacts = block((LESION,)), artifacts_of(folder)
    day = dt.date(2024, 1, 1)
    slices = tuple(headers(made.image.grid.shape[0], subject="S-001", study_date=day))
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    volume = Volume("V", "S-001", day, Modality.CT, "1.2", "1", slices, made.image.grid, (), call)
    shown = Decoded(volume, artifacts.put_image(made.image))
    images = VisitImages(Visit("S-001", BASELINE, day, (day,)), shown, None, None, ())
    return visit.load(artifacts, images, Livers(artifacts.put_mask(made.liver), None, None, 0.9, ()), ())


@pytest.mark.parametrize(("known", "asked"), [((), 1), ((Flag.NETWORK_NOT_BELIEVED,), 0)])
def test_the_engine_is_asked_unless_it_was_not_believed(
    known: tuple[Flag, ...], asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = Asked()
    monkeypatch.setattr(engines_file, "of_line", engines.of_line)
    shown = baseline.find(_loaded(tmp_path), known)
    assert engines.count == asked
    assert shown.flags == known
    assert len(shown.lesions) >= 1
    assert np.count_nonzero(shown.lesions[0].mask.array) > 0
