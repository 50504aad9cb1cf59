"""Read a NIfTI file block by block: what it holds, then the voxels themselves, of which the reader keeps none."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.openers import ImageOpener
from numpy.typing import NDArray

from pipeline.model.errors import InputError
from pipeline.store import worker_limits
from pipeline.store.worker_frames import Streamed

MOST_LABELS = 255
"""Largest label of a mask (no unit): masks are kept in one byte a voxel."""
MOST_VOXELS = 512 * 512 * 1280
"""Voxels of a mask or image: a CT of the whole body at 1.5 mm; one that claims more is not read. Own choice."""
MOST_PACKED = 1032
"""Times: deflate packs no byte into less than 1/1032 of one (RFC 1951: 258 bytes in two bits)."""
BLOCK = 1 << 22
"""Voxels that are read at once: own choice, 32 MB as 64-bit numbers."""
_NUMBERS = "iufb"
_SINGLE = np.dtype(np.float32)


def read(path: Path, labels: bool) -> tuple[Any, tuple[Streamed, ...]]:
    """Return the affine (RAS mm) with the array [i, j, k] as it lies in the file, turned round to [k, j, i].

    Labels as uint8; an image as int16 where all its values are whole numbers in range, else as float32.

    Raises:
        InputError: no NIfTI, cut short, too large, not three-dimensional, or with values of another kind.
    """
    try:
        with ImageOpener(str(path), "rb") as file:
            header = Nifti1Header.from_fileobj(file)
            affine = np.asarray(header.get_best_affine(), dtype=np.float64)
            voxels = _Voxels(path, header)
            worker_limits.allow_time(voxels.count * voxels.stored.itemsize)
            kind = voxels.kind(file, labels)
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{path.name}: cannot be read as NIfTI ({type(error).__name__}). Check or copy it again."
        ) from error
    i, j, k = voxels.shape
    return affine.tolist(), (Streamed(kind, (k, j, i), voxels.again(kind)),)


class _Voxels:
    """The voxels of a file in their order there, i fastest, and how the stored numbers become values."""

    def __init__(self, path: Path, header: Nifti1Header) -> None:
        self.shape = _shape(header, path)
        self.count = int(np.prod(self.shape, dtype=np.int64))
        self.stored = header.get_data_dtype()
        self._path, self._first = path, int(header["vox_offset"]) or header.single_vox_offset
        if self.stored.kind not in _NUMBERS:
            raise InputError(f"{path.name}: values of type {self.stored}; expected plain numbers. Convert it first.")
        slope, intercept = header.get_slope_inter()
        self._slope = 1.0 if slope is None else float(slope)
        self._intercept = 0.0 if intercept is None else float(intercept)

    def kind(self, file: ImageOpener, labels: bool) -> np.dtype[Any]:
        """Return the type that holds all values.

        Raises:
            InputError: the file ends early, or has values that no mask or image has.
        """
        name, done = self._path.name, 0
        least, most, integers = np.inf, -np.inf, True
        for block in self._blocks(file):
            if not np.isfinite(block).all():
                raise InputError(
                    f"{name}: holds values that are not finite; expected numbers everywhere. Export it again."
                )
            done += len(block)
            least, most = min(least, float(block.min())), max(most, float(block.max()))
            integers = integers and (block.dtype.kind in "iub" or np.array_equal(block, np.rint(block)))
            if labels and (not integers or least < 0 or most > MOST_LABELS):
                raise InputError(
                    f"{name}: values from {least:g} to {most:g} up to slice {self._slice(done)}; "
                    f"expected integers from 0 to {MOST_LABELS}. Is it an image instead of a mask?"
                )
            if not labels and max(abs(least), abs(most)) > np.finfo(np.float32).max:
                raise InputError(f"{name}: holds values beyond 32 bits; expected signal or HU. Export it again.")
        limits = np.iinfo(np.int16)
        if not labels and not (integers and limits.min <= least and most <= limits.max):
            return np.dtype(np.float32)
        return np.dtype(np.uint8 if labels else np.int16)

    def again(self, kind: np.dtype[Any]) -> Iterator[NDArray[Any]]:
        """Yield all values once more, in a type that holds them."""
        with ImageOpener(str(self._path), "rb") as file:
            for block in self._blocks(file):
                yield block.astype(kind, copy=False)

    def _blocks(self, file: ImageOpener) -> Iterator[NDArray[Any]]:
        """Yield all values, in their own type where it needs no other."""
        file.seek(self._first)
        plain = (self._slope, self._intercept) == (1.0, 0.0)
        for first in range(0, self.count, BLOCK):
            wanted = min(BLOCK, self.count - first) * self.stored.itemsize
            content = file.read(wanted)
            if len(content) < wanted:
                raise InputError(f"{self._path.name}: ends before its last voxel. Copy it again.")
            block = np.frombuffer(content, dtype=self.stored)
            if plain and (self.stored.kind in "iub" or self.stored.itemsize == _SINGLE.itemsize):
                yield block
            else:
                values = block.astype(np.float64)
                yield values if plain else values * self._slope + self._intercept

    def _slice(self, voxels: int) -> int:
        """Return the slice, from 1, that the last of so many voxels lies in."""
        columns, rows, _ = self.shape
        return -(-voxels // (columns * rows))


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
