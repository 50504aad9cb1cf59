"""Find lipiodol (iodized oil of a chemoembolization) so that it is not taken for enhancement."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

OIL_HU = 250.0
"""A 3 x 3 patch of a slice denser than this is oil; arterially enhancing tissue stays below 200 HU."""
SINGLE_VOXEL_HU = 400.0
"""A single voxel denser than this is oil, whatever its noise."""
HALO_HU = 180.0
"""Voxels denser than this that touch oil are its partial volume."""
DENSE_BEFORE_HU = 130.0
"""A 3 x 3 patch denser than this before contrast is oil (or calcium): tissue there is 30 to 70 HU."""

_IN_PLANE = np.ones((1, 3, 3), dtype=bool)


def find(arterial: NDArray[np.float32], unenhanced: NDArray[np.float32] | None) -> NDArray[np.bool_]:
    """Return the voxels [slice, row, column] that oil makes unreadable, in a CT in HU.

    1. Oil: a 3 x 3 in-plane mean above 250 HU or a voxel above 400 HU on the arterial phase, or a
       3 x 3 mean above 130 HU on the unenhanced image of the same grid, if given.
    2. Its partial volume: voxels above 180 HU connected with oil, then one voxel around in-plane.

    Both convictions on oil exist (rule book, section 3); here it is neither enhancement nor proof of
    necrosis: such voxels are just not viable.
    """
    core = _patch_mean(arterial) > OIL_HU
    core &= arterial > HALO_HU
    core |= arterial > SINGLE_VOXEL_HU
    if unenhanced is not None:
        core |= _patch_mean(unenhanced) > DENSE_BEFORE_HU
    if not core.any():
        return core
    grown = ndimage.binary_propagation(core, structure=np.ones((3, 3, 3)), mask=core | (arterial > HALO_HU))
    margin: NDArray[np.bool_] = ndimage.binary_dilation(grown, structure=_IN_PLANE)
    return margin


def _patch_mean(array: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = ndimage.uniform_filter(array, size=(1, 3, 3))
    return mean
