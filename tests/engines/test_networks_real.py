"""The built-in networks on HCC_007 against machine-made masks (shared/real-data): floors against regression."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from pipeline.engines.networks import NetworkEngine
from pipeline.model.image import Image, Phase
from pipeline.store import nifti
from pipeline.volume.arrays import MaskArray

pytestmark = [
    pytest.mark.real,
    pytest.mark.image,
    pytest.mark.skipif(importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"),
]


def _dice(one: MaskArray, other: MaskArray) -> float:
    return float(2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other)))


def test_liver_and_tumor_before_treatment(real_data: Path, real_case: Callable[[str], Path]) -> None:
    """A third of the liver is tumor: 669 ml in 2113; the portal venous phase (series 4, acquisition 3)."""
    masks = real_data / "masks"
    liver = nifti.read_mask(masks / "HCC_007_1997-12-27_acq3-pv_liver.nii.gz").mask("1")
    tumor = nifti.read_mask(masks / "HCC_007_1997-12-27_acq3-pv_tumour.nii.gz").mask("1")
    slices = []
    for path in sorted(real_case("HCC_007").rglob("*.dcm")):
        header = pydicom.dcmread(path)
        if (header.StudyDate, int(header.SeriesNumber), int(header.AcquisitionNumber)) == ("19971227", 4, 3):
            slices.append(header)
    slices.sort(key=lambda each: float(each.ImagePositionPatient[2]))
    image = Image(np.stack([each.pixel_array for each in slices]).astype(np.int16), liver.grid)
    engine = NetworkEngine(threads=2)
    outlined = engine.liver(image, Phase.PORTAL_VENOUS)
    assert outlined.mask is not None
    assert _dice(outlined.mask.array, liver.array) > 0.95
    lesions = engine.lesions(image, outlined.mask, Phase.PORTAL_VENOUS)
    assert _dice(lesions.labels.mask("1").array, tumor.array) > 0.78
    assert lesions.confidences[0] > 0.9
