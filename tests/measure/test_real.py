"""HCC_007: machine-made tumor masks against radiologists' reads (shared/real-data/README.md)."""

from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from pipeline.measure import burden, diameters, viable
from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask

pytestmark = [pytest.mark.real, pytest.mark.image]

BEFORE, AFTER = "HCC_007_1997-12-27_acq2-art", "HCC_007_1998-03-14_acq1-art"


def _mask(real_data: Path, name: str) -> Mask:
    """Read a mask on axial slices; NIfTI's first two axes point to LPS -x and -y."""
    file = nibabel.load(real_data / "masks" / f"{name}.nii.gz")
    array = np.asarray(file.dataobj).transpose(2, 1, 0) > 0
    steps, start = np.diag(file.affine)[:3] * (-1, -1, 1), file.affine[:3, 3] * (-1, -1, 1)
    assert (steps > 0).all()
    return Mask(np.ascontiguousarray(array), Grid(array.shape, tuple(steps), tuple(start)))


def _arterial(case: Path, date: str, acquisition: int, grid: Grid) -> Image:
    """The slices of series 4 of one acquisition; stored values are HU (rescale 1, 0)."""
    slices = []
    for path in sorted(case.rglob("*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if (header.StudyDate, header.SeriesNumber, header.AcquisitionNumber) == (date, 4, acquisition):
            slices.append(pydicom.dcmread(path))
    slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
    return Image(np.stack([s.pixel_array for s in slices]).astype(np.int16), grid)


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        (BEFORE, (110.7, 117.6)),
        ("HCC_007_1997-12-27_acq3-pv", (110.7, 117.6)),
        (AFTER, (108.4, 114.0)),
        ("HCC_007_1998-03-14_acq3-pv", (108.4, 114.0)),
    ],
)
def test_long_axis_lies_within_5_percent_of_the_readers(real_data: Path, name: str, readers: tuple) -> None:
    found = diameters.measure(_mask(real_data, f"{name}_tumour"))
    assert found is not None
    assert 0.95 * readers[0] <= found.long.length_mm <= 1.05 * readers[1]
    assert found.plane == "axial"


def test_long_axes_are_those_of_the_masks(real_data: Path) -> None:
    """113.0 and 114.1 mm by the README, from pixel centers or corners; ours from the half-level line."""
    lengths = [diameters.measure(_mask(real_data, f"{name}_tumour")) for name in (BEFORE, AFTER)]
    assert [round(found.long.length_mm, 1) for found in lengths if found] == [113.5, 114.4]


def test_viable_axis_falls_after_treatment(real_data: Path, real_case: Callable[[str], Path]) -> None:
    """Readers: 106 to 117.6 mm before and 57.9 to 77 mm after; ours within 15 % of that range."""
    found = []
    for name, date, acquisition in ((BEFORE, "19971227", 2), (AFTER, "19980314", 1)):
        lesion, liver = (_mask(real_data, f"{name}_{what}") for what in ("tumour", "liver"))
        image = _arterial(real_case("HCC_007"), date, acquisition, lesion.grid)
        found.append(viable.measure(image, lesion, liver))
    before, after = found
    assert before.axis is not None
    assert after.axis is not None
    assert before.flags == ()
    assert after.flags == (Flag.LIPIODOL,)
    assert 0.85 * 106 <= before.axis.length_mm <= 1.15 * 117.6
    assert 0.85 * 57.9 <= after.axis.length_mm <= 1.15 * 77


def test_burden_is_about_a_third(real_data: Path) -> None:
    """669 ml of tumor in 2112 ml of liver by the README."""
    found = burden.measure(_mask(real_data, f"{BEFORE}_liver"), _mask(real_data, f"{BEFORE}_tumour"))
    assert found.percent is not None
    assert 31 < found.percent < 33
