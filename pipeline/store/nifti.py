"""NIfTI files read and written; NIfTI's RAS millimeters become LPS and back.

Voxels are never reordered: array [k, j, i] is the file's [i, j, k] turned round, whatever
the orientation, so that labels written for an image lie on its grid voxel by voxel.
"""

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.volume import grids

_LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
ORTHOGONAL_TOLERANCE = 1e-3
"""Largest cosine between two axes that still counts as a right angle."""
MOST_LABELS = 255
"""Largest label of a mask (no unit): masks are kept in one byte a voxel."""


def read_image(path: Path, modality: Modality) -> Image:
    """Return the image of a NIfTI file with its scaling applied; whole numbers in int16's range as int16.

    Raises:
        InputError: unreadable, not three-dimensional, sheared, or with values that are not finite.
    """
    array, grid = _read(path)
    if not np.isfinite(array).all():
        raise InputError(
            f"{path.name}: holds values that are not finite; expected numbers everywhere. Export it again."
        )
    limits = np.iinfo(np.int16)
    if limits.min <= array.min() and array.max() <= limits.max and np.array_equal(array, np.rint(array)):
        return Image(array.astype(np.int16), grid, modality)
    return Image(array.astype(np.float32), grid, modality)


def read_mask(path: Path) -> Labels:
    """Return the labels of a NIfTI file; label n of the file gets the name "n".

    names run from "1" to the largest label, also where a number between is not used.

    Raises:
        InputError: unreadable, not three-dimensional, sheared, or with other values than whole
            numbers from 0 to 255.
    """
    array, grid = _read(path)
    if not np.array_equal(array, np.rint(array)) or array.min() < 0 or array.max() > MOST_LABELS:
        raise InputError(
            f"{path.name}: values from {array.min():g} to {array.max():g}; "
            f"expected integers from 0 to {MOST_LABELS}. Is it an image instead of a mask?"
        )
    names = tuple(str(number) for number in range(1, int(array.max()) + 1))
    return Labels(array.astype(np.uint8), grid, names)


def write_mask(mask: Mask, path: Path) -> None:
    """Write a mask as 8-bit 0 and 1; a path ending in .gz is compressed."""
    _write(mask.array.astype(np.uint8), mask.grid, path)


def write_labels(labels: Labels, path: Path) -> None:
    """Write labels as 8-bit numbers; their names do not fit into NIfTI."""
    _write(labels.array, labels.grid, path)


def _read(path: Path) -> tuple[NDArray[np.float64], Grid]:
    try:
        image = nib.nifti1.Nifti1Image.from_filename(path)
        array = np.asarray(image.dataobj, dtype=np.float64)
    except (
        OSError,
        ValueError,
        EOFError,
        ImageFileError,
        HeaderDataError,
    ) as error:
        raise InputError(f"{path.name}: cannot be read as NIfTI ({error}). Check or copy it again.") from error
    while array.ndim > 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3:
        raise InputError(f"{path.name}: {array.ndim} dimensions, shape {array.shape}; expected 3. Split it first.")
    return np.ascontiguousarray(array.T), _grid(image.affine, array.shape, path.name)


def _grid(affine: NDArray[np.float64], shape: tuple[int, ...], name: str) -> Grid:
    lps = _LPS_FROM_RAS @ np.asarray(affine, dtype=np.float64)
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    if spacing.min() <= 0 or not np.isfinite(lps).all():
        raise InputError(f"{name}: voxel size {spacing.tolist()}; expected three numbers above 0. Fix its header.")
    axes = lps[:3, :3] / spacing
    skew = float(np.abs(axes.T @ axes - np.eye(3)).max())
    if skew > ORTHOGONAL_TOLERANCE:
        raise InputError(f"{name}: its axes are sheared (cosine {skew:.3f}); expected right angles. Resample it first.")
    x, y, z = (grids.point(axis) for axis in axes.T)
    i, j, k = shape
    return Grid((k, j, i), grids.point(spacing), grids.point(lps[:3, 3]), (x, y, z))


def _write(array: NDArray[Any], grid: Grid, path: Path) -> None:
    affine = _LPS_FROM_RAS @ grid.affine
    image = nib.nifti1.Nifti1Image(np.ascontiguousarray(array.T), affine, dtype=array.dtype)
    image.header.set_xyzt_units("mm")
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    image.to_filename(path)
