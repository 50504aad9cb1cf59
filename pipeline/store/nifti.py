"""NIfTI files read and written; NIfTI's RAS millimeters become LPS and back.

Voxels are never reordered: array [k, j, i] is the file's [i, j, k] turned round, whatever
the orientation, so that labels written for an image lie on its grid voxel by voxel.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model import extent
from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.store import worker
from pipeline.volume import grids

SUFFIXES = (".nii", ".nii.gz")
"""Endings of the names of NIfTI files."""
_LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
ORTHOGONAL_TOLERANCE = 1e-3
"""Largest cosine between two axes that still counts as a right angle."""
MOST_MM = 1e5
"""mm (100 m): an origin beyond is damage; own choice."""


def read_image(path: Path, modality: Modality) -> Image:
    """Return the image of a NIfTI file with its scaling applied; whole numbers in int16's range as int16.

    Raises:
        InputError: unreadable, not three-dimensional, sheared, or with values that are not finite.
    """
    array, grid = _read(path, labels=False)
    return Image(array, grid, modality)


def read_mask(path: Path) -> Labels:
    """Return the labels of a NIfTI file; label n of the file gets the name "n".

    names run from "1" to the largest label, also where a number between is not used.

    Raises:
        InputError: unreadable, not three-dimensional, sheared, or with other values than whole
            numbers from 0 to 255.
    """
    array, grid = _read(path, labels=True)
    names = tuple(str(number) for number in range(1, int(array.max()) + 1))
    return Labels(array, grid, names)


def check(path: Path) -> None:
    """Refuse a name that no NIfTI file has.

    Raises:
        InputError: it ends in none of SUFFIXES.
    """
    if not path.name.endswith(SUFFIXES):
        raise InputError(f"{path.name}: found the extension {path.suffix!r}; allowed: {', '.join(SUFFIXES)}")


def write_mask(mask: Mask, path: Path) -> None:
    """Write a mask as 8-bit 0 and 1; a path ending in .gz is compressed."""
    _write(mask.array.astype(np.uint8), mask.grid, path)


def write_labels(labels: Labels, path: Path) -> None:
    """Write labels as 8-bit numbers; their names do not fit into NIfTI."""
    _write(labels.array, labels.grid, path)


def _read(path: Path, labels: bool) -> tuple[NDArray[Any], Grid]:
    """Read a file in a worker: what it claims and what is in it can end no other process."""
    try:
        answer = worker.call("nifti", {"path": str(path), "labels": labels})
    except worker.WorkerDiedError as error:
        raise InputError(f"{path.name}: cannot be read as NIfTI: {error}. Check or copy it again.") from error
    (array,) = answer.arrays
    slices, rows, columns = array.shape
    return array, _grid(np.array(answer.value), (columns, rows, slices), path.name)


def _grid(affine: NDArray[np.float64], shape: tuple[int, ...], name: str) -> Grid:
    lps = _LPS_FROM_RAS @ np.asarray(affine, dtype=np.float64)
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    if not np.isfinite(lps).all() or spacing.min() <= 0 or np.abs(lps).max() > MOST_MM:
        raise InputError(f"{name}: voxel size {spacing.tolist()}; expected three numbers above 0. Fix its header.")
    axes = lps[:3, :3] / spacing
    skew = float(np.abs(axes.T @ axes - np.eye(3)).max())
    if skew > ORTHOGONAL_TOLERANCE:
        raise InputError(f"{name}: its axes are sheared (cosine {skew:.3f}); expected right angles. Resample it first.")
    x, y, z = (grids.point(axis) for axis in axes.T)
    i, j, k = shape
    grid = Grid((k, j, i), grids.point(spacing), grids.point(lps[:3, 3]), (x, y, z))
    if why := extent.fault(grid):
        raise InputError(f"{name}: no image of a patient: {why}. Fix its header.")
    return grid


def _write(array: NDArray[Any], grid: Grid, path: Path) -> None:
    from nibabel.nifti1 import Nifti1Image  # noqa: PLC0415  few commands write one, and its import takes long

    affine = _LPS_FROM_RAS @ grid.affine
    image = Nifti1Image(np.ascontiguousarray(array.T), affine, dtype=array.dtype)
    image.header.set_xyzt_units("mm")
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    image.to_filename(path)
