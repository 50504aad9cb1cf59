"""Tiny synthetic DICOM series on disk, and slice headers without files."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

from pipeline.model.catalog import SliceHeader
from pipeline.model.image import Modality

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
STEP_MM = 2.5


def uid(name: str) -> str:
    """The same identifier for the same name."""
    return str(generate_uid(entropy_srcs=[name]))


def slice_dataset(number: int = 1, pixels: NDArray[Any] | None = None, **tags: Any) -> Dataset:
    """An axial CT slice of 8 x 10 pixels at z = 2.5 mm * number; tags replace or, if None, remove elements."""
    stored = np.full((8, 10), number, dtype=np.int16) if pixels is None else pixels
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values: dict[str, Any] = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": uid(f"{tags.get('SeriesInstanceUID', 'series')}/{tags.get('AcquisitionNumber')}/{number}"),
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "StudyDate": "20240305",
        "PatientName": "Secret^Name",
        "PatientID": "S-001",
        "StudyInstanceUID": uid("study"),
        "SeriesInstanceUID": uid("series"),
        "FrameOfReferenceUID": uid("frame"),
        "SeriesNumber": 4,
        "SeriesDescription": "ABDOMEN",
        "AcquisitionNumber": 1,
        "InstanceNumber": number,
        "SliceThickness": "2.5",
        "ImagePositionPatient": [-4.5, -3.5, STEP_MM * number],
        "ImageOrientationPatient": list(AXIAL),
        "PixelSpacing": [0.8, 0.7],
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
        **tags,
    }
    for key, value in values.items():
        if value is not None:
            setattr(dataset, key, value)
    dataset.file_meta.MediaStorageSOPClassUID = values["SOPClassUID"] or CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
    dataset.PixelData = stored.astype("<u2" if stored.dtype.kind == "u" else "<i2").tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset


def write_slice(path: Path, number: int = 1, pixels: NDArray[Any] | None = None, **tags: Any) -> Path:
    """Write one slice as a DICOM file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    slice_dataset(number, pixels, **tags).save_as(path, enforce_file_format=True)
    return path


def write_series(folder: Path, count: int = 6, first: int = 1, **tags: Any) -> list[Path]:
    """Write slices at even steps; names carry no order and no extension."""
    numbers = range(first, first + count)
    acquisition = tags.get("AcquisitionNumber", 1)
    return [write_slice(folder / f"{acquisition}-{(number * 7) % 101:03d}", number, **tags) for number in numbers]


def write_mr_slice(path: Path, number: int = 1, **tags: Any) -> Path:
    """Write one MR slice with unsigned pixels."""
    pixels = np.arange(80, dtype=np.uint16).reshape(8, 10)
    return write_slice(path, number, pixels, **{"SOPClassUID": MRImageStorage, "Modality": "MR", **tags})


def header(number: int = 1, **changes: Any) -> SliceHeader:
    """A slice header without a file: axial CT at z = 2.5 mm * number."""
    acquisition = changes.get("acquisition_number", 1)
    values: dict[str, Any] = {
        "source": 0,
        "path": f"{changes.get('series_uid', 'series')}/{acquisition}/{number:03d}",
        "subject": "S-001",
        "study_date": dt.date(2024, 3, 5),
        "modality": Modality.CT,
        "study_uid": "study",
        "series_uid": "series",
        "sop_uid": f"{changes.get('series_uid', 'series')}.{acquisition}.{number}",
        "frame_of_reference_uid": "frame",
        "instance_number": number,
        "acquisition_number": 1,
        "temporal_position": None,
        "rows": 512,
        "columns": 512,
        "position": (-180.0, -180.0, STEP_MM * number),
        "orientation": AXIAL,
        "pixel_spacing_mm": (0.7, 0.7),
        "slice_thickness_mm": 2.5,
        "series_number": 4,
        **changes,
    }
    return SliceHeader(**values)


def headers(count: int = 10, first: int = 1, **changes: Any) -> list[SliceHeader]:
    """Slice headers at even steps."""
    return [header(number, **changes) for number in range(first, first + count)]
