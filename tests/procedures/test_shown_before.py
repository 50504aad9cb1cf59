"""What baseline shows decides whether a candidate is certainly new: whole, in its liver, one phase and modality."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.grid import Grid
from pipeline.model.image import Mask, Modality, Phase
from pipeline.procedures.propose import follow_up
from pipeline.track.matching import LesionPosition
from tests.builders.dicom_series import headers

SLICES = tuple(headers(10, subject="S-001"))
GRID: Grid = geometry.grid(SLICES)
BEFORE = Volume(
    "V", "S-001", SLICES[0].study_date, Modality.CT, "1", "1", SLICES, GRID, (), PhaseCall(Phase.PORTAL_VENOUS, 0.9)
)


def liver() -> Mask:
    """The half of the volume with the smaller column numbers."""
    array = np.zeros(GRID.shape, dtype=bool)
    array[:, :, : GRID.shape[2] // 2] = True
    return Mask(array, GRID)


def at(column: float, radius_mm: float = 2.0) -> LesionPosition:
    x, y, z = GRID.to_lps(np.array([column * GRID.shape[2], GRID.shape[1] / 2, GRID.shape[0] / 2]))
    return LesionPosition("1", (float(x), float(y), float(z)), radius_mm)


@pytest.mark.parametrize(
    ("later", "place", "shown"),
    [
        (BEFORE, at(0.25), True),
        (BEFORE, at(0.75), False),
        (BEFORE, at(0.25, radius_mm=1000), False),
        (BEFORE, at(-1), False),
        (replace(BEFORE, phase=PhaseCall(Phase.ARTERIAL, 0.9)), at(0.25), False),
        (replace(BEFORE, phase=PhaseCall(Phase.PORTAL_VENOUS, 0.1)), at(0.25), False),
        (replace(BEFORE, modality=Modality.MR), at(0.25), False),
    ],
    ids=["in the liver", "beside it", "cut off", "outside the scan", "phase", "doubtful phase", "modality"],
)
def test_what_baseline_shows(later: Volume, place: LesionPosition, shown: bool):
    assert follow_up.shows(BEFORE, liver(), later, place) is shown
