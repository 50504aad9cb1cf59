"""Smoothing in mm, inside a region where one is given, and pooling of pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.smooth import mean_within

TRUNCATE = 3.0
"""Standard deviations at which the Gaussian kernel is cut: 99.7 % of its weight."""


def gaussian(array: FloatArray, sigma_mm: float, steps_mm: StepsMm, within: MaskArray | None = None) -> FloatArray:
    """Return the Gaussian mean of the array over voxels of `within` only (normalized convolution).

    sigma_mm is the standard deviation, alike in all directions. Voxels that see nothing of
    `within` get 0.
    """
    k, j, i = (sigma_mm / step for step in steps_mm)
    if within is None:
        return np.asarray(ndimage.gaussian_filter(array, (k, j, i), truncate=TRUNCATE), dtype=np.float32)
    return mean_within(array, within, (k, j, i), TRUNCATE)


def pooled(array: FloatArray, factor: int) -> FloatArray:
    """Return the mean over factor x factor pixels of each slice; a last odd row or column is repeated."""
    if factor == 1:
        return array
    k, j, i = array.shape
    padded = np.pad(array, ((0, 0), (0, -j % factor), (0, -i % factor)), mode="edge")
    blocks = padded.reshape(k, padded.shape[1] // factor, factor, padded.shape[2] // factor, factor)
    mean: FloatArray = blocks.mean(axis=(2, 4), dtype=np.float32)
    return mean


def spread_out(array: NDArray[Any], factor: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Undo `pooled` by repeating pixels, cut to the shape."""
    return np.repeat(np.repeat(array, factor, axis=1), factor, axis=2)[:, : shape[1], : shape[2]]
