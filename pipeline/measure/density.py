"""Mean density of a whole lesion, as Choi asks for it (rule book, section 3; S12)."""

import numpy as np
from scipy import ndimage

from pipeline.model.grid import IN_FILES_MM
from pipeline.model.image import Image, Mask, Modality
from pipeline.volume import resample
from pipeline.volume.arrays import FloatArray, MaskArray


def mean_hu(image: Image, lesion: Mask) -> float | None:
    """Return the mean HU of a lesion, necrosis and vessels included; None on MR, which has no unit, or without a voxel.

    Nothing is left out: over lipiodol the number means nothing, and the criterion is barred there. The outermost pixels
    of each slice are blurred with what lies outside: they count as their nearest neighbor inside, so that a small
    lesion is not drawn towards the liver more than a large one.

    Raises:
        ValueError: the mask does not lie on the image's grid.
    """
    if not lesion.grid.same_as(image.grid, IN_FILES_MM):
        raise ValueError(f"mask on {lesion.grid}, image on {image.grid}; resample the mask first")
    if image.modality is not Modality.CT or not lesion.array.any():
        return None
    window = resample.window(lesion.grid, resample.crop(lesion.grid, lesion, 0.0))
    region, values = np.pad(lesion.array[window], 1), np.pad(image.array[window].astype(np.float32), 1)
    total = sum(_sum(values[k], region[k], lesion.grid.spacing_mm[1::-1]) for k in range(len(region)))
    return float(total / np.count_nonzero(region))


def _sum(values: FloatArray, region: MaskArray, steps_mm: tuple[float, ...]) -> float:
    """Sum over a region of a slice (rows, columns), its outermost pixels as their nearest neighbor inside."""
    inner = ndimage.binary_erosion(region)
    if not inner.any():
        return float(values[region].sum(dtype=np.float64))
    nearest = ndimage.distance_transform_edt(~inner, sampling=steps_mm, return_distances=False, return_indices=True)
    return float(values[tuple(nearest)][region].sum(dtype=np.float64))
