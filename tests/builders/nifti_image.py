"""Images in NIfTI, as other programs write them."""

from pathlib import Path

import nibabel
import numpy as np

from pipeline.model.image import Image


def write(image: Image, path: Path) -> None:
    """Write an image with its own pixel type; NIfTI's millimeters are RAS, ours LPS."""
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.grid.affine
    nibabel.save(nibabel.Nifti1Image(np.ascontiguousarray(image.array.T), affine), path)
