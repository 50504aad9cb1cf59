"""HCC_007: baseline to follow-up and phase to phase, with machine-made masks (shared/real-data)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from pipeline.engines import greedy
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.quality import Verdict
from pipeline.register import quality
from pipeline.register.register import register
from pipeline.store import nifti
from pipeline.volume import resample

pytestmark = [pytest.mark.real, pytest.mark.image]

BEFORE, AFTER = "1997-12-27_acq3-pv", "1998-03-14_acq3-pv"
AFTER_ARTERIAL = "1998-03-14_acq1-art"


@pytest.fixture(scope="module")
def load(real_data: Path, real_case: Callable[[str], Path]) -> Callable[[str], tuple[Image, Mask, Mask]]:
    """Image, liver and tumor of HCC_007 by date, acquisition and phase."""

    def read(name: str) -> tuple[Image, Mask, Mask]:
        date, acquisition = name[:10].replace("-", ""), int(name[14])
        liver, tumor = (
            nifti.read_mask(real_data / "masks" / f"HCC_007_{name}_{what}.nii.gz").mask("1")
            for what in ("liver", "tumour")
        )
        return Image(_pixels(real_case("HCC_007"), date, acquisition), liver.grid), liver, tumor

    return read


def _pixels(case: Path, date: str, acquisition: int) -> np.ndarray:
    slices = []
    for path in sorted(case.rglob("*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if (header.StudyDate, header.SeriesNumber, header.AcquisitionNumber) == (date, 4, acquisition):
            slices.append(pydicom.dcmread(path))
    slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
    return np.stack([s.pixel_array for s in slices]).astype(np.int16)


def _dice(one: Mask, other: Mask) -> float:
    return float(2 * np.count_nonzero(one.array & other.array) / (one.array.sum() + other.array.sum()))


def _coarse(mask: Mask) -> Grid:
    return resample.with_spacing(mask.grid, 3.0)


def test_baseline_is_placed_on_the_follow_up(load: Callable[[str], tuple[Image, Mask, Mask]]) -> None:
    """115 and 75 slices, two frames of reference, lipiodol in the tumor: liver and tumor land on each other."""
    (fixed, liver, tumor), (moving, old_liver, old_tumor) = load(AFTER), load(BEFORE)
    found = register(fixed, moving, liver, old_liver, greedy.between_visits())
    assert found.quality.verdict is Verdict.GOOD
    assert found.quality.liver_dice is not None
    assert found.quality.liver_dice > 0.93
    assert found.quality.folded_share == 0
    assert found.quality.similarity > 2 * found.quality.similarity_before
    grid = _coarse(tumor)
    carried = resample.resample_mask(old_tumor, grid, found.transform)
    assert _dice(carried, resample.resample_mask(tumor, grid)) > 0.85
    assert carried.volume_ml == pytest.approx(old_tumor.volume_ml, rel=0.15)
    assert quality.local_agreement(fixed, moving, found.transform, tumor) > quality.DOUBTFUL_AGREEMENT


def test_phases_of_one_visit_are_placed_on_each_other(load: Callable[[str], tuple[Image, Mask, Mask]]) -> None:
    (fixed, liver, tumor), (moving, other_liver, other_tumor) = load(AFTER), load(AFTER_ARTERIAL)
    found = register(fixed, moving, liver, other_liver, greedy.between_phases())
    assert found.quality.verdict is Verdict.GOOD
    grid = _coarse(tumor)
    carried = resample.resample_mask(other_tumor, grid, found.transform)
    assert _dice(carried, resample.resample_mask(tumor, grid)) > 0.94
