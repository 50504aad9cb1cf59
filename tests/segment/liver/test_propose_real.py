"""Liver proposals on HCC_007 against machine-made masks (shared/real-data); floors against regression, not claims."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from scipy import ndimage

from pipeline.model.image import Image, Mask, Phase
from pipeline.segment.liver import propose as liver
from pipeline.store import nifti

pytestmark = [pytest.mark.real, pytest.mark.image]
Load = Callable[[str], tuple[Image, Mask]]


@pytest.fixture(scope="module")
def load(real_data: Path, real_case: Callable[[str], Path]) -> Load:
    """Image and machine-made liver of HCC_007 by date, acquisition and phase."""

    def read(name: str) -> tuple[Image, Mask]:
        mask = nifti.read_mask(real_data / "masks" / f"HCC_007_{name}_liver.nii.gz").mask("1")
        slices = []
        for path in sorted(real_case("HCC_007").rglob("*.dcm")):
            header = pydicom.dcmread(path, stop_before_pixels=True)
            found = (header.StudyDate, int(header.SeriesNumber), int(header.AcquisitionNumber))
            if found == (name[:10].replace("-", ""), 4, int(name[14])):
                slices.append(pydicom.dcmread(path))
        slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
        return Image(np.stack([s.pixel_array for s in slices]).astype(np.int16), mask.grid), mask

    return read


def _dice(one: Mask | None, other: Mask) -> float:
    assert one is not None
    return float(2 * np.count_nonzero(one.array & other.array) / (one.array.sum() + other.array.sum()))


@pytest.mark.parametrize(
    ("name", "phase", "least"),
    [("1997-12-27_acq3-pv", Phase.PORTAL_VENOUS, 0.92), ("1998-03-14_acq1-art", Phase.ARTERIAL, 0.93)],
)
def test_liver_with_a_large_tumor(load: Load, name: str, phase: Phase, least: float) -> None:
    """A third of the liver is tumor at baseline; at follow-up the tumor holds lipiodol and gas-like spots."""
    image, mask = load(name)
    proposal = liver.propose(image, phase)
    assert _dice(proposal.mask, mask) >= least
    assert proposal.flags == ()


def test_a_carried_liver_is_refined_in_the_arterial_phase(load: Load) -> None:
    image, mask = load("1998-03-14_acq1-art")
    moved = Mask(ndimage.shift(mask.array.astype(np.float32), (-3, 5, 5), order=1) > 0.5, mask.grid)
    assert _dice(moved, mask) < 0.93
    assert _dice(liver.transfer(image, Phase.ARTERIAL, moved).mask, mask) > 0.95
