"""Write single-frame CT and MR slices as DICOM with lossless compression.

Everything in a file follows from the arguments: unique identifiers are derived from
names, and no clock is read, so the same call gives the same bytes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    MRImageStorage,
    RLELossless,
    generate_uid,
)

from pipeline.model.grid import Grid
from pipeline.model.image import Modality
from pipeline.store import jpeg_lossless

_UNSIGNED_INTERCEPT = -1024
"""RescaleIntercept in HU of a CT stored unsigned, as scanners write it (PS3.3, C.7.6.16.2.9)."""


class Syntax(StrEnum):
    """Lossless transfer syntaxes that can be written."""

    EXPLICIT = "explicit"
    JPEG_LOSSLESS = "jpeg-lossless"
    JPEG_LS = "jpeg-ls"
    JPEG_2000 = "jpeg-2000"
    RLE = "rle"


_COMPRESSED = {
    Syntax.JPEG_LS: (JPEGLSLossless, "pyjpegls"),
    Syntax.JPEG_2000: (JPEG2000Lossless, "pylibjpeg"),
    Syntax.RLE: (RLELossless, "pydicom"),
}


@dataclass(frozen=True)
class SeriesHeader:
    """What all slices of one acquisition share.

    uid_root: text from which study, series and instances take their identifiers, as
    `study`, `series` and `frame` name them. contrast_agent None: the element is absent.
    acquisition_time: HHMMSS, empty: the element is absent. first_instance: the
    InstanceNumber of the first slice written (the uppermost one).
    """

    subject: str
    modality: Modality
    study_date: dt.date
    study_time: str
    uid_root: str
    study: str
    series: str
    series_number: int
    acquisition_number: int
    study_description: str
    series_description: str
    contrast_agent: str | None = ""
    acquisition_time: str = ""
    first_instance: int = 1
    syntax: Syntax = Syntax.JPEG_LS
    signed: bool = False


def uid(*names: str) -> str:
    """The identifier that belongs to these names, the same on every call."""
    return str(generate_uid(entropy_srcs=list(names)))


def slice_bytes(values: NDArray[np.int16], grid: Grid, k: int, header: SeriesHeader) -> bytes:
    """One DICOM file; values is slice k of a volume: HU for CT, signal for MR."""
    number = header.first_instance + grid.shape[0] - 1 - k
    dataset = Dataset()
    _patient_and_study(dataset, header)
    _series_and_equipment(dataset, header, number)
    _acquisition(dataset, header, grid)
    _plane(dataset, grid, k, number)
    _pixels(dataset, values, header)
    return _encode(dataset, header.syntax)


def write(array: NDArray[np.int16], grid: Grid, header: SeriesHeader, paths: Sequence[Path]) -> None:
    """Write slice k of `array` to paths[k]; folders are made."""
    for k, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(slice_bytes(array[k], grid, k, header))


def _patient_and_study(dataset: Dataset, header: SeriesHeader) -> None:
    day = header.study_date.strftime("%Y%m%d")
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = day
    dataset.StudyTime = header.study_time
    dataset.ContentTime = header.acquisition_time
    if header.acquisition_time:
        dataset.AcquisitionTime = dataset.SeriesTime = header.acquisition_time
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = header.study_description
    dataset.PatientName = "Anonymous^Sample"
    dataset.PatientID = header.subject
    dataset.PatientBirthDate = ""
    dataset.PatientSex = "O"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Synthetic images: no patient exists"
    dataset.StudyInstanceUID = uid(header.uid_root, header.study)
    dataset.StudyID = "1"


def _series_and_equipment(dataset: Dataset, header: SeriesHeader, number: int) -> None:
    dataset.SOPClassUID = CTImageStorage if header.modality is Modality.CT else MRImageStorage
    dataset.SOPInstanceUID = uid(header.uid_root, header.series, str(number))
    dataset.Modality = header.modality.value
    dataset.SeriesInstanceUID = uid(header.uid_root, header.series)
    dataset.SeriesNumber = header.series_number
    dataset.SeriesDescription = header.series_description
    dataset.FrameOfReferenceUID = uid(header.uid_root, header.study, "frame")
    dataset.PositionReferenceIndicator = ""
    dataset.PatientPosition = "FFS" if header.modality is Modality.CT else "HFS"
    dataset.BodyPartExamined = "ABDOMEN"
    dataset.Manufacturer = "hepatrack"
    dataset.ManufacturerModelName = "simulated"
    dataset.SoftwareVersions = "1"


def _acquisition(dataset: Dataset, header: SeriesHeader, grid: Grid) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"] if header.modality is Modality.CT else _MR_TYPE
    dataset.AcquisitionNumber = header.acquisition_number
    dataset.SliceThickness = _decimal(grid.spacing_mm[2])
    if header.contrast_agent is not None:
        dataset.ContrastBolusAgent = header.contrast_agent
    if header.modality is Modality.CT:
        dataset.KVP = "120"
        dataset.ConvolutionKernel = "STANDARD"
        dataset.GantryDetectorTilt = "0"
        dataset.RescaleIntercept = "0" if header.signed else str(_UNSIGNED_INTERCEPT)
        dataset.RescaleSlope = "1"
        dataset.RescaleType = "HU"
        return
    dataset.ScanningSequence = "GR"
    dataset.SequenceVariant = ["SP", "OSP"]
    dataset.ScanOptions = "FS"
    dataset.MRAcquisitionType = "3D"
    dataset.RepetitionTime, dataset.EchoTime, dataset.FlipAngle = "4.1", "1.9", "10"
    dataset.EchoTrainLength = 1
    dataset.MagneticFieldStrength = "1.5"
    dataset.ProtocolName = header.series_description
    dataset.SpacingBetweenSlices = _decimal(grid.spacing_mm[2])


_MR_TYPE = ["ORIGINAL", "PRIMARY", "OTHER"]


def _plane(dataset: Dataset, grid: Grid, k: int, number: int) -> None:
    position = grid.to_lps(np.array([0.0, 0.0, float(k)]))
    dataset.InstanceNumber = number
    dataset.ImagePositionPatient = [_decimal(float(value)) for value in position]
    dataset.ImageOrientationPatient = [_decimal(v) for v in (*grid.directions[0], *grid.directions[1])]
    dataset.SliceLocation = _decimal(float(position[2]))
    dataset.PixelSpacing = [_decimal(grid.spacing_mm[1]), _decimal(grid.spacing_mm[0])]


def _decimal(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _pixels(dataset: Dataset, values: NDArray[np.int16], header: SeriesHeader) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = values.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored = 16 if header.signed else 12
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(header.signed)
    shift = 0 if header.signed or header.modality is Modality.MR else -_UNSIGNED_INTERCEPT
    stored = values.astype(np.int32) + shift
    limits = (-32768, 32767) if header.signed else (0, 4095)
    if stored.min() < limits[0] or stored.max() > limits[1]:
        raise ValueError(f"values {values.min()}..{values.max()} do not fit {limits}; store them signed")
    dataset.PixelData = stored.astype("<i2" if header.signed else "<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    if header.modality is Modality.CT:
        dataset.WindowCenter, dataset.WindowWidth = "40", "400"


def _encode(dataset: Dataset, syntax: Syntax) -> bytes:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if syntax is Syntax.JPEG_LOSSLESS:
        _jpeg_lossless(dataset)
    elif syntax is not Syntax.EXPLICIT:
        target, plugin = _COMPRESSED[syntax]
        dataset.compress(target, encoding_plugin=plugin, generate_instance_uid=False)
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _jpeg_lossless(dataset: Dataset) -> None:
    frame = jpeg_lossless.encode(dataset.PixelData, (dataset.Rows, dataset.Columns), dataset.BitsStored)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = jpeg_lossless.TRANSFER_SYNTAX
