"""Transforms kept as files: for other programs by SimpleITK, for ourselves as bytes.

Points go from the fixed to the moving image, LPS mm, as ITK and 3D Slicer read them.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from pipeline.model.errors import InputError
from pipeline.model.grid import Grid, Point
from pipeline.model.transform import Transform
from pipeline.volume import resample

LINEAR_SUFFIXES = (".tfm", ".txt")
SUFFIXES = (*LINEAR_SUFFIXES, ".h5")
"""Text for any transform; .h5 is smaller and faster for one with a displacement."""


def write(transform: Transform, path: Path) -> None:
    """Write the transform for ITK: an affine, or an affine after a displacement field.

    Raises:
        InputError: the file's suffix is not .tfm, .txt or .h5.
    """
    _check_suffix(path)
    sitk.WriteTransform(resample.transform_to_sitk(transform), str(path))


def read(path: Path) -> Transform:
    """Return a transform written by `write`, or any linear one of ITK.

    Raises:
        InputError: unreadable, or a transform of another kind.
    """
    _check_suffix(path)
    try:
        found = sitk.ReadTransform(str(path))
    except RuntimeError as error:
        raise InputError(f"{path.name}: not a readable ITK transform ({str(error).splitlines()[-1]})") from error
    if found.GetDimension() != 3:
        raise InputError(f"{path.name}: a transform of {found.GetDimension()} dimensions; expected 3")
    if found.IsLinear():
        return Transform(_matrix(found))
    if found.GetName() == "CompositeTransform":
        parts = sitk.CompositeTransform(found)
        count = parts.GetNumberOfTransforms()
        last = parts.GetNthTransform(count - 1)
        if count == 2 and parts.GetNthTransform(0).IsLinear() and last.GetName() == "DisplacementFieldTransform":
            return _with_field(parts.GetNthTransform(0), sitk.DisplacementFieldTransform(last))
    raise InputError(
        f"{path.name}: a {found.GetName()}; expected a linear transform, or a linear one after a displacement field"
    )


def save(transform: Transform) -> bytes:
    """Return the transform as bytes; the same transform always gives the same bytes."""
    parts: dict[str, NDArray[Any]] = {"linear": transform.linear}
    if transform.displacement is not None and transform.displacement_grid is not None:
        grid = transform.displacement_grid
        parts["displacement"] = transform.displacement
        parts["spacing_mm"] = np.array(grid.spacing_mm)
        parts["origin"] = np.array(grid.origin)
        parts["directions"] = np.array(grid.directions)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **parts)
    return buffer.getvalue()


def load(data: bytes) -> Transform:
    """Return the transform of `save`.

    Raises:
        InputError: the bytes are not those of a transform.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as parts:
            if "displacement" not in parts:
                return Transform(parts["linear"])
            field = parts["displacement"]
            x, y, z = (_point(row) for row in parts["directions"])
            grid = Grid(field.shape[:3], _point(parts["spacing_mm"]), _point(parts["origin"]), (x, y, z))
            return Transform(parts["linear"], field, grid)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"these {len(data)} bytes hold no transform ({error}); make it again") from error


def _with_field(linear: sitk.Transform, warp: sitk.DisplacementFieldTransform) -> Transform:
    field = warp.GetDisplacementField()
    array = sitk.GetArrayFromImage(field).astype(np.float32)
    return Transform(_matrix(linear), array, resample.grid_from_sitk(field))


def _matrix(linear: sitk.Transform) -> NDArray[np.float64]:
    whole = np.eye(4)
    whole[:3, 3] = linear.TransformPoint((0.0, 0.0, 0.0))
    for axis in range(3):
        unit = tuple(float(axis == other) for other in range(3))
        whole[:3, axis] = np.array(linear.TransformPoint(unit)) - whole[:3, 3]
    return whole


def _point(values: NDArray[np.float64]) -> Point:
    x, y, z = (float(value) for value in values)
    return (x, y, z)


def _check_suffix(path: Path) -> None:
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path.name}: a transform file ends in one of {', '.join(SUFFIXES)}; rename it")
