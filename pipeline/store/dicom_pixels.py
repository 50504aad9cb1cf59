"""Decode slices: stored values to Hounsfield units (CT) or scaled signal (MR)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels.utils import as_pixel_options, iter_pixels
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from pipeline.model.catalog import SliceHeader
from pipeline.model.errors import InputError
from pipeline.model.image import Modality
from pipeline.store import dicom_encoding, dicom_values, worker_limits

PADDING_HU = -1024
"""What stands outside the reconstruction circle of a CT (air reads -1000)."""
_EXACT = 1 << 14
"""Slope below which 16 stored bits, scaled by whole numbers, cannot leave 32 bits."""

# fmt: off
_TAGS = [
    "SOPInstanceUID", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "PixelPaddingValue", "PixelPaddingRangeLimit",
    "PixelData",
]
# fmt: on


def decode(path: Path, headers: Sequence[SliceHeader]) -> list[NDArray[np.int16] | NDArray[np.float32]]:
    """Return the slices of one file, each of shape (rows, columns): CT int16 HU, MR float32.

    value = stored * RescaleSlope + RescaleIntercept (PS3.3, C.7.6.16.2.9); absent means 1
    and 0. Padding (PixelPaddingValue up to PixelPaddingRangeLimit) becomes -1024 HU.

    Raises:
        InputError: the file is gone, has changed or cannot be decoded.
    """
    first = headers[0]
    worker_limits.allow_file((len(headers) - 1) * first.rows * first.columns * np.dtype(np.float32).itemsize)
    try:
        with path.open("rb") as file:
            return [
                _measured(stored, dataset, header)
                for header, (dataset, stored) in zip(headers, _stored(file, headers), strict=True)
            ]
    except OSError as error:
        raise InputError(f"{first.path}: cannot be opened ({error.strerror}). Check the source folder.") from error


def _measured(stored: NDArray[Any], dataset: Dataset, header: SliceHeader) -> NDArray[np.int16] | NDArray[np.float32]:
    if stored.shape != (header.rows, header.columns):
        raise InputError(
            f"{header.name}: {stored.shape} pixels, {(header.rows, header.columns)} when it was scanned. "
            "The file has changed; ingest the folder again."
        )
    try:
        return _rescaled(stored, dataset, header)
    except dicom_values.DamagedTagError as error:
        raise InputError(f"{header.name}: {error}. Export the file again.") from error


def _stored(file: BinaryIO, headers: Sequence[SliceHeader]) -> Iterator[tuple[Dataset, NDArray[Any]]]:
    """Read the stored values of each slice, with the header they are described by; of frames only those are read."""
    first = headers[0]
    frames = [max(header.frame, 1) - 1 for header in headers]
    in_place = first.frame > 0 and first.transfer_syntax != DeflatedExplicitVRLittleEndian
    try:
        dataset = _described(file, first, with_pixels=not in_place)
        options = as_pixel_options(dataset, transfer_syntax_uid=UID(first.transfer_syntax)) if in_place else {}
        for plane in iter_pixels(file if in_place else dataset, indices=frames, **options):
            yield dataset, plane
    except OSError:
        raise
    except Exception as error:
        raise InputError(
            f"{first.path}: pixel data ({dicom_encoding.name(first.transfer_syntax)}) cannot be decoded. "
            "Copy the file again."
        ) from error


def _described(file: BinaryIO, header: SliceHeader, *, with_pixels: bool) -> Dataset:
    """What describes the pixels; what the header leaves out is taken as PS3.3 has it for most CT and MR."""
    dataset = dcmread(file, force=True, specific_tags=_TAGS, stop_before_pixels=not with_pixels)
    dataset.file_meta.TransferSyntaxUID = UID(header.transfer_syntax)
    for key, usual in (
        ("BitsStored", dataset.BitsAllocated),
        ("PixelRepresentation", 0),
        ("SamplesPerPixel", 1),
        ("PhotometricInterpretation", "MONOCHROME2"),
    ):
        if dataset.get(key) in (None, ""):
            setattr(dataset, key, usual)
    return dataset


def _rescaled(stored: NDArray[Any], dataset: Dataset, header: SliceHeader) -> NDArray[np.int16] | NDArray[np.float32]:
    slope, intercept = header.rescale_slope or 1.0, header.rescale_intercept or 0.0
    if header.modality is Modality.MR:
        return _finite(stored * slope + intercept)
    limits = np.iinfo(np.int16)
    whole = slope == int(slope) and intercept == int(intercept)
    if whole and stored.itemsize <= 2 and abs(slope) < _EXACT and abs(intercept) < _EXACT**2:
        values = stored.astype(np.int32) * int(slope) + int(intercept)
    else:
        values = np.rint(np.clip(stored * slope + intercept, limits.min, limits.max)).astype(np.int32)
    padding = _padding(stored, dataset)
    if padding is not None:
        values[padding] = PADDING_HU
    return np.clip(values, limits.min, limits.max).astype(np.int16)


def _finite(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return signal as float32.

    Raises:
        DamagedTagError: the slope or intercept lifts it beyond what 32 bits hold.
    """
    largest = float(np.abs(values).max())
    if not largest <= float(np.finfo(np.float32).max):
        raise dicom_values.DamagedTagError("RescaleSlope")
    return values.astype(np.float32)


def _padding(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_] | None:
    """Where the stored value is padding; the tag is often written unsigned for signed pixels."""
    first = dicom_values.integer(dataset, "PixelPaddingValue")
    if first is None:
        return None
    last = dicom_values.integer(dataset, "PixelPaddingRangeLimit")
    ends = sorted(_as_stored(value, dataset) for value in (first, first if last is None else last))
    mask: NDArray[np.bool_] = (stored >= ends[0]) & (stored <= ends[1])
    return mask


def _as_stored(value: int, dataset: Dataset) -> int:
    half, whole = 1 << (int(dataset.BitsAllocated) - 1), 1 << int(dataset.BitsAllocated)
    if dataset.PixelRepresentation == 1 and value >= half:
        return value - whole
    if dataset.PixelRepresentation == 0 and value < 0:
        return value + whole
    return value
