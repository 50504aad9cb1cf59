"""Transforms written for other programs by SimpleITK; `artifacts` keeps our own.

Points go from the fixed to the moving image, LPS mm, as ITK and 3D Slicer read them.
"""

from pathlib import Path

import SimpleITK as sitk

from pipeline.model.errors import InputError
from pipeline.model.transform import Transform
from pipeline.volume import resample

SUFFIXES = (".tfm", ".txt", ".h5")
"""Text for any transform; .h5 is smaller and faster for one with a displacement."""


def check(path: Path) -> None:
    """Refuse a name that no transform file has.

    Raises:
        InputError: the file's suffix is not .tfm, .txt or .h5.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path.name}: found the extension {path.suffix!r}; allowed: {', '.join(SUFFIXES)}")


def write(transform: Transform, path: Path) -> None:
    """Write the transform for ITK: an affine, or an affine after a displacement field.

    Raises:
        InputError: the file's suffix is not .tfm, .txt or .h5.
    """
    check(path)
    sitk.WriteTransform(resample.transform_to_sitk(transform), str(path))
