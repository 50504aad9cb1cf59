"""Decode one slice: stored values to Hounsfield units (CT) or scaled signal (MR)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID

from pipeline.model.catalog import SliceHeader
from pipeline.model.errors import InputError
from pipeline.model.image import Modality

PADDING_HU = -1024
"""What stands outside the reconstruction circle of a CT (air reads -1000)."""

# fmt: off
_TAGS = [
    "SOPInstanceUID", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "RescaleSlope", "RescaleIntercept",
    "PixelPaddingValue", "PixelPaddingRangeLimit", "PixelData",
]
# fmt: on


def decode(path: Path, header: SliceHeader) -> NDArray[np.int16] | NDArray[np.float32]:
    """Return one slice, shape (rows, columns): CT int16 HU, MR float32.

    value = stored * RescaleSlope + RescaleIntercept (PS3.3, C.7.6.16.2.9); absent means 1
    and 0. Padding (PixelPaddingValue up to PixelPaddingRangeLimit) becomes -1024 HU.

    Raises:
        InputError: the file is gone, has changed or cannot be decoded.
    """
    try:
        dataset = dcmread(path, force=True, specific_tags=_TAGS)
        stored = pixel_array(dataset)
    except OSError as error:
        raise InputError(f"{header.path}: cannot be opened ({error.strerror}). Check the source folder.") from error
    except (InvalidDicomError, AttributeError, ValueError, RuntimeError, EOFError) as error:
        raise InputError(
            f"{header.path}: pixel data ({UID(header.transfer_syntax).name}) cannot be decoded. Copy the file again."
        ) from error
    if stored.shape != (header.rows, header.columns):
        raise InputError(
            f"{header.path}: {stored.shape} pixels, {(header.rows, header.columns)} when it was scanned. "
            "The file has changed; ingest the folder again."
        )
    return _rescaled(stored, dataset, header.modality)


def _rescaled(stored: NDArray[Any], dataset: Dataset, modality: Modality) -> NDArray[np.int16] | NDArray[np.float32]:
    slope = float(dataset.get("RescaleSlope") or 1)
    intercept = float(dataset.get("RescaleIntercept") or 0)
    if modality is Modality.MR:
        return (stored * slope + intercept).astype(np.float32)
    if slope == int(slope) and intercept == int(intercept):
        values = stored.astype(np.int32) * int(slope) + int(intercept)
    else:
        values = np.rint(stored * slope + intercept).astype(np.int32)
    padding = _padding(stored, dataset)
    if padding is not None:
        values[padding] = PADDING_HU
    return np.clip(values, np.iinfo(np.int16).min, np.iinfo(np.int16).max).astype(np.int16)


def _padding(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_] | None:
    """Where the stored value is padding; the tag is often written unsigned for signed pixels."""
    first = dataset.get("PixelPaddingValue")
    if not isinstance(first, int):
        return None
    last = dataset.get("PixelPaddingRangeLimit")
    ends = sorted(_as_stored(value, dataset) for value in (first, last if isinstance(last, int) else first))
    mask: NDArray[np.bool_] = (stored >= ends[0]) & (stored <= ends[1])
    return mask


def _as_stored(value: int, dataset: Dataset) -> int:
    half, whole = 1 << (int(dataset.BitsAllocated) - 1), 1 << int(dataset.BitsAllocated)
    if dataset.PixelRepresentation == 1 and value >= half:
        return value - whole
    if dataset.PixelRepresentation == 0 and value < 0:
        return value + whole
    return value
