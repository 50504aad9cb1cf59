"""Written slices read back exactly, in every lossless syntax, with valid headers."""

import datetime as dt
import io

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from pipeline.model.grid import Grid
from pipeline.model.image import Modality
from pipeline.store import dicom_write
from pipeline.store.dicom_write import SeriesHeader, Syntax

GRID = Grid((3, 64, 80), (2.2, 2.1, 4.0), (-25.3, -20.1, -230.0))
NEEDED = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"),
    *("Modality", "PatientID", "StudyDate", "ImageType", "InstanceNumber", "ImagePositionPatient"),
    *("ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SamplesPerPixel", "PhotometricInterpretation"),
    *("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
)
NEEDED_CT = ("RescaleIntercept", "RescaleSlope", "KVP", "AcquisitionNumber")
NEEDED_MR = ("ScanningSequence", "SequenceVariant", "ScanOptions", "MRAcquisitionType", "EchoTime", "RepetitionTime")


def _values() -> NDArray[np.int16]:
    rng = np.random.default_rng(1)
    values = np.rint(rng.normal(60, 12, size=GRID.shape)).astype(np.int16)
    values[:, :5] = -1000
    values[1, 10, 10] = 1500
    return values


def _header(syntax: Syntax, modality: Modality = Modality.CT, *, signed: bool = False) -> SeriesHeader:
    return SeriesHeader(
        subject="RETNET-900",
        modality=modality,
        study_date=dt.date(2021, 3, 4),
        study_time="093000",
        uid_root="test",
        study="v",
        series="v/4",
        series_number=4,
        acquisition_number=2,
        study_description="CT ABDOMEN",
        series_description="LIVER",
        syntax=syntax,
        signed=signed,
    )


@pytest.mark.parametrize("syntax", list(Syntax))
def test_values_read_back_exactly(syntax: Syntax) -> None:
    values = _values()
    dataset = pydicom.dcmread(io.BytesIO(dicom_write.slice_bytes(values[1], GRID, 1, _header(syntax))))
    hu = dataset.pixel_array.astype(int) * int(dataset.RescaleSlope) + int(dataset.RescaleIntercept)
    assert (hu == values[1]).all()


@pytest.mark.parametrize("syntax", [Syntax.JPEG_2000, Syntax.RLE, Syntax.EXPLICIT])
def test_signed_values_are_hounsfield_units_as_they_are(syntax: Syntax) -> None:
    values = _values()
    dataset = pydicom.dcmread(io.BytesIO(dicom_write.slice_bytes(values[0], GRID, 0, _header(syntax, signed=True))))
    assert int(dataset.RescaleIntercept) == 0
    assert dataset.PixelRepresentation == 1
    assert (dataset.pixel_array == values[0]).all()


@pytest.mark.parametrize("syntax", list(Syntax))
def test_the_same_call_gives_the_same_bytes(syntax: Syntax) -> None:
    values = _values()
    assert len({dicom_write.slice_bytes(values[2], GRID, 2, _header(syntax)) for _ in range(2)}) == 1


@pytest.mark.parametrize(("modality", "more"), [(Modality.CT, NEEDED_CT), (Modality.MR, NEEDED_MR)])
def test_required_attributes_have_values(modality: Modality, more: tuple[str, ...]) -> None:
    values = np.abs(_values())
    dataset = pydicom.dcmread(io.BytesIO(dicom_write.slice_bytes(values[0], GRID, 0, _header(Syntax.RLE, modality))))
    missing = [name for name in (*NEEDED, *more) if dataset.get(name) in (None, "")]
    assert missing == []
    assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert ("RescaleSlope" in dataset) == (modality is Modality.CT)


def test_geometry_follows_the_grid() -> None:
    values = _values()
    read = [
        pydicom.dcmread(io.BytesIO(dicom_write.slice_bytes(values[k], GRID, k, _header(Syntax.RLE)))) for k in range(3)
    ]
    assert [float(d.ImagePositionPatient[2]) for d in read] == [-230.0, -226.0, -222.0]
    assert [d.InstanceNumber for d in read] == [3, 2, 1]
    assert [float(value) for value in read[0].PixelSpacing] == [2.1, 2.2]
    assert len({d.SOPInstanceUID for d in read}) == 3
    assert len({d.SeriesInstanceUID for d in read}) == 1


def test_values_that_do_not_fit_are_refused() -> None:
    values = _values()
    values[0, 0, 0] = -2000
    with pytest.raises(ValueError, match="do not fit"):
        dicom_write.slice_bytes(values[0], GRID, 0, _header(Syntax.JPEG_LS))
