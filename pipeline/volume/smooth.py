"""The Gaussian mean over the voxels of a region only, so that what lies outside it does not leak in.

Normalized convolution (Knutsson and Westin 1993).
"""

import numpy as np
from scipy import ndimage

from pipeline.volume.arrays import FloatArray, MaskArray

LEAST_WEIGHT = 1e-3
"""Share of the kernel: a voxel that sees less of the region gets 0."""


def mean_within(
    array: FloatArray, mask: MaskArray, sigma_vox: tuple[float, float, float], truncate: float = 4.0
) -> FloatArray:
    """Return the mean of the array over the voxels of the mask, 0 far from it.

    sigma_vox: standard deviations along (k, j, i) in voxels; the kernel is cut at `truncate` of them.
    """
    weight = ndimage.gaussian_filter(mask.astype(np.float32), sigma_vox, truncate=truncate)
    total = ndimage.gaussian_filter(np.where(mask, array, 0).astype(np.float32), sigma_vox, truncate=truncate)
    mean: FloatArray = np.divide(total, weight, out=np.zeros_like(total), where=weight > LEAST_WEIGHT)
    return mean
