"""Find lipiodol (iodized oil of a chemoembolization) so that it is not taken for enhancement."""

import numpy as np
from scipy import ndimage

from pipeline.measure import footprint
from pipeline.model.image import Image, Mask
from pipeline.volume.arrays import FloatArray, MaskArray

OIL_HU = 300.0
"""HU: a 3 x 3 patch of a slice denser than this is oil: tumor vessels stay below the 200 to 300 of the aorta."""
SINGLE_VOXEL_HU = 450.0
"""HU: a single voxel denser than this is oil, whatever its noise; own choice."""
HALO_HU = 180.0
"""HU: voxels denser than this at most HALO_VOXELS from oil are its partial volume; own choice."""
HALO_VOXELS = 2
"""Voxels that the partial volume of oil reaches: the scanner's blur; own choice."""
DENSE_BEFORE_HU = 130.0
"""HU: a 3 x 3 patch denser than this before contrast is oil (or calcium); tissue is 30 to 70 there."""

DEPOSIT_GAP_MM = 5.0
"""mm: tissue between deposits closer than this cannot be judged; own choice."""


_IN_PLANE = np.ones((1, 3, 3), dtype=bool)
_TOUCHING = np.ones((3, 3, 3), dtype=bool)


def find(
    arterial: FloatArray, unenhanced: FloatArray | None, lesion: MaskArray, spacing_mm: tuple[float, float, float]
) -> MaskArray:
    """Return the voxels [slice, row, column] of a lesion that oil makes unreadable, in a CT in HU.

    1. Oil: a 3 x 3 in-plane mean above 300 HU or a voxel above 450 HU on the arterial phase, or a
       3 x 3 mean above 130 HU on the unenhanced image of the same grid, if given.
    2. Its partial volume: voxels above 180 HU connected with oil over at most 2 voxels, then one voxel
       around in-plane.
    3. A deposit that lies for the greater part outside the lesion is bone or bowel: it is left to
       the lesion's rim.
    4. Tissue between deposits less than 5 mm apart in the slice is not readable either.

    Both convictions on oil exist (rule book, section 3); here it is neither enhancement nor proof of
    necrosis: such voxels are just not viable.
    """
    core = (_patch_mean(arterial) > OIL_HU) & (arterial > HALO_HU) | (arterial > SINGLE_VOXEL_HU)
    if unenhanced is not None:
        core |= _patch_mean(unenhanced) > DENSE_BEFORE_HU
    grown = ndimage.binary_dilation(core, _TOUCHING, iterations=HALO_VOXELS, mask=core | (arterial > HALO_HU))
    deposits = _mostly_inside(grown, lesion)
    if not deposits.any():
        return deposits
    margin = ndimage.binary_dilation(deposits, structure=_IN_PLANE)
    return lesion & _closed(margin, spacing_mm)


def holds(image: Image, lesion: Mask) -> bool:
    """Whether a lesion on an enhanced CT holds a voxel as dense as oil (above 300 HU)."""
    return bool(np.max(image.array[lesion.array], initial=0) > OIL_HU)


def _mostly_inside(dense: MaskArray, lesion: MaskArray) -> MaskArray:
    """The connected parts of a dense region with at least half of their voxels in the lesion."""
    labels, count = ndimage.label(dense, structure=_TOUCHING)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    within = np.bincount(labels[lesion], minlength=count + 1)
    kept = 2 * within >= sizes
    kept[0] = False
    mostly: MaskArray = kept[labels]
    return mostly


def _closed(region: MaskArray, spacing_mm: tuple[float, float, float]) -> MaskArray:
    """The region with in-plane gaps below 5 mm filled."""
    disk = footprint.disk(DEPOSIT_GAP_MM, spacing_mm)
    _, rows, columns = disk.shape
    padded = np.pad(region, ((0, 0), (rows, rows), (columns, columns)))
    closed: MaskArray = ndimage.binary_closing(padded, structure=disk)[:, rows:-rows, columns:-columns]
    return closed


def _patch_mean(array: FloatArray) -> FloatArray:
    mean: FloatArray = ndimage.uniform_filter(array, size=(1, 3, 3))
    return mean
