"""What the image stages call their arrays; all are indexed [k, j, i] = [slice, row, column]."""

import numpy as np
from numpy.typing import NDArray

MaskArray = NDArray[np.bool_]
"""One truth value per voxel, or per pixel of one slice [j, i]."""
FloatArray = NDArray[np.float32]
"""One intensity or share per voxel, in single precision."""
StepsMm = tuple[float, float, float]
"""Distances of neighboring voxels in mm along (k, j, i): the order of the array, the reverse of Grid.spacing_mm."""
Window = tuple[slice, slice, slice]
"""A box of whole voxels; every slice has a start and a stop."""
VOXELS: StepsMm = (1.0, 1.0, 1.0)
"""Steps that count distances in voxels instead of mm, for isotropic grids."""
