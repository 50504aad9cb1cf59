"""Read a NIfTI file slice by slice, so that it takes the memory of its result and not of what it claims."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.openers import ImageOpener
from numpy.typing import NDArray

from pipeline.model.errors import InputError
from pipeline.store import worker_limits

MOST_LABELS = 255
"""Largest label of a mask (no unit): masks are kept in one byte a voxel."""
MOST_VOXELS = 512 * 512 * 1280
"""Voxels of a mask or image: a CT of the whole body at 1.5 mm; one that claims more is not read. Own choice."""
MOST_PACKED = 1032
"""Times: deflate packs no byte into less than 1/1032 of one (RFC 1951: 258 bytes in two bits)."""
_NUMBERS = "iufb"


def read(path: Path, labels: bool) -> tuple[Any, tuple[NDArray[Any], ...]]:
    """Return the affine (RAS mm) with the array [i, j, k] as it lies in the file, turned round to [k, j, i].

    Labels as uint8; an image as int16 where all its values are whole numbers in range, else as float32.

    Raises:
        InputError: no NIfTI, cut short, too large, not three-dimensional, or with values of another kind.
    """
    try:
        with ImageOpener(str(path), "rb") as file:
            header = Nifti1Header.from_fileobj(file)
            affine = np.asarray(header.get_best_affine(), dtype=np.float64)
            shape = _shape(header, path)
            made = _Scaled(header, path)
            worker_limits.allow_volume(int(np.prod(shape, dtype=np.int64)) * made.kind.itemsize)
            file.seek(int(header["vox_offset"]) or header.single_vox_offset)
            array = _array(file, shape, made, labels)
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{path.name}: cannot be read as NIfTI ({type(error).__name__}). Check or copy it again."
        ) from error
    return affine.tolist(), (array,)


class _Scaled:
    """How the stored numbers of a file become values."""

    def __init__(self, header: Nifti1Header, path: Path) -> None:
        self.name = path.name
        self.kind = header.get_data_dtype()
        if self.kind.kind not in _NUMBERS:
            raise InputError(f"{path.name}: values of type {self.kind}; expected plain numbers. Convert it first.")
        slope, intercept = header.get_slope_inter()
        self.slope = 1.0 if slope is None else float(slope)
        self.intercept = 0.0 if intercept is None else float(intercept)

    def values(self, stored: NDArray[Any]) -> NDArray[np.float64]:
        values = stored.astype(np.float64)
        if (self.slope, self.intercept) != (1.0, 0.0):
            values = values * self.slope + self.intercept
        return values


def _shape(header: Nifti1Header, path: Path) -> tuple[int, int, int]:
    shape = tuple(int(count) for count in header.get_data_shape())
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) != 3:
        raise InputError(f"{path.name}: {len(shape)} dimensions, shape {shape}; expected 3. Split it first.")
    voxels = int(np.prod(shape, dtype=object))
    if min(shape) < 1:
        raise InputError(f"{path.name}: shape {shape}; expected three counts above 0. Check or copy it again.")
    if voxels > MOST_VOXELS:
        raise InputError(f"{path.name}: claims {shape} voxels; at most {MOST_VOXELS} are read. Crop it first.")
    packed = path.suffix.lower() != ".nii"
    most = os.path.getsize(path) * (MOST_PACKED if packed else 1)
    if voxels * header.get_data_dtype().itemsize > most:
        raise InputError(f"{path.name}: claims {shape} voxels, more than the file can hold. Copy it again.")
    i, j, k = shape
    return i, j, k


def _array(file: ImageOpener, shape: tuple[int, int, int], made: _Scaled, labels: bool) -> NDArray[Any]:
    columns, rows, slices = shape
    whole = np.empty((slices, rows, columns), dtype=np.uint8 if labels else np.float32)
    least, most, integers = np.inf, -np.inf, True
    for k in range(slices):
        plane = made.values(_plane(file, rows, columns, made))
        if not np.isfinite(plane).all():
            raise InputError(
                f"{made.name}: holds values that are not finite; expected numbers everywhere. Export it again."
            )
        least, most = min(least, float(plane.min())), max(most, float(plane.max()))
        integers = integers and np.array_equal(plane, np.rint(plane))
        if labels and (not integers or least < 0 or most > MOST_LABELS):
            raise InputError(
                f"{made.name}: values from {least:g} to {most:g} up to slice {k + 1}; "
                f"expected integers from 0 to {MOST_LABELS}. Is it an image instead of a mask?"
            )
        if not labels and max(abs(least), abs(most)) > np.finfo(np.float32).max:
            raise InputError(f"{made.name}: holds values beyond 32 bits; expected signal or HU. Export it again.")
        whole[k] = plane
    limits = np.iinfo(np.int16)
    if not labels and integers and limits.min <= least and most <= limits.max:
        return whole.astype(np.int16)
    return whole


def _plane(file: ImageOpener, rows: int, columns: int, made: _Scaled) -> NDArray[Any]:
    count = rows * columns * made.kind.itemsize
    content = file.read(count)
    if len(content) < count:
        raise InputError(f"{made.name}: ends before its last voxel. Copy it again.")
    return np.frombuffer(content, dtype=made.kind).reshape(rows, columns)
