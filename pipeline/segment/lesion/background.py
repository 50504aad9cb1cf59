"""Estimate what normal liver looks like on an image, so that lesions stand out as deviations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.segment.lesion.smooth import gaussian, pooled, spread_out
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm

HISTOGRAM_SMOOTHING_MM = 2.0
"""mm, standard deviation of the smoothing before the histogram: below lesion size, above the noise grain; own
choice."""
BORDER_MM = 3.0
"""mm from the liver's border within which voxels are left out: partial volume and motion; own choice."""
NEAR_SIGMAS = 2.5
"""Spreads around the mode within which a voxel counts as parenchyma when the shading is fitted; own choice."""
FINEST_STEP_MM = 1.0
"""mm: images with smaller pixels are estimated and searched at half their in-plane resolution, to save time."""
FWHM_PER_SIGMA = 2.3548
"""Full width at half maximum over standard deviation of a Gaussian, 2 sqrt(2 ln 2)."""
MAX_SAMPLES = 60_000
"""Voxels that the shading is fitted to at most, to save time."""


@dataclass(frozen=True)
class Background:
    """Normal parenchyma: level at every voxel, spread of the smoothed parenchyma, noise of one voxel."""

    level: FloatArray
    sigma: float
    noise: float


def estimate(array: FloatArray, liver: MaskArray, steps_mm: StepsMm) -> Background:
    """Estimate the parenchyma from the mode of the smoothed liver.

    1. Smooth by 2 mm inside the liver; take voxels deeper than 3 mm below its border (all
       of them if none is that deep).
    2. Level: the mode of their histogram. A tumor that fills a third of the liver does not
       move it as long as the parenchyma is the largest uniform class.
    3. Spread: the narrower half width at half height, as vessels or tumor widen one side.
    4. Shading (coil, perfusion): a linear surface fitted to voxels within 2.5 spreads of the
       mode, repeated three times.
    5. Noise: from differences of neighbors in a row after removing their mean, robustly.
    """
    smooth = gaussian(array, HISTOGRAM_SMOOTHING_MM, steps_mm, liver)
    inner = morphology.eroded(liver, BORDER_MM, steps_mm)
    inner = inner if inner.any() else liver
    level, sigma = mode(smooth[inner])
    surface = np.full(array.shape, level, dtype=np.float32)
    at = np.argwhere(inner)
    at = at[:: max(1, len(at) // MAX_SAMPLES)]
    values = smooth[tuple(at.T)]
    for _ in range(3):
        near = np.abs(values - surface[tuple(at.T)]) <= NEAR_SIGMAS * sigma
        surface = _plane(at[near], values[near], array.shape)
        shift, sigma = mode((smooth - surface)[inner])
        surface += np.float32(shift)
    return Background(surface, sigma, voxel_noise(array, inner))


def pooling(steps_mm: StepsMm) -> int:
    """How many pixels of a row are taken together to estimate and search: 2 below 1 mm, else 1."""
    return 2 if min(steps_mm[1:]) < FINEST_STEP_MM else 1


def estimate_pooled(array: FloatArray, liver: MaskArray, steps_mm: StepsMm) -> Background:
    """Estimate on pooled pixels where they are small; level and noise are those of the given grid."""
    factor = pooling(steps_mm)
    if factor == 1:
        return estimate(array, liver, steps_mm)
    small_liver = pooled(liver.astype(np.float32), factor) > 0.5
    if not small_liver.any():
        return estimate(array, liver, steps_mm)
    steps = (steps_mm[0], steps_mm[1] * factor, steps_mm[2] * factor)
    coarse = estimate(pooled(array, factor), small_liver, steps)
    level = spread_out(coarse.level, factor, array.shape)
    return Background(level, coarse.sigma, voxel_noise(array, liver))


def mode(values: FloatArray) -> tuple[float, float]:
    """Return the mode of the values and the standard deviation of the peak around it.

    The histogram is smoothed by a tenth of the inter-quartile range; the deviation comes from
    the narrower half width at half height.
    """
    low, q1, q3, high = np.percentile(values, [0.5, 25, 75, 99.5])
    width = max(float(q3 - q1) / 30, 1e-6)
    bins = int(np.clip((high - low) / width, 10, 4000)) + 1
    counts, edges = np.histogram(values, bins=bins, range=(low, max(high, low + width)))
    curve = ndimage.gaussian_filter1d(counts.astype(float), 3.0, mode="constant")
    top = int(np.argmax(curve))
    half = curve[top] / 2
    step = float(edges[1] - edges[0])
    below = top - int(np.argmax(curve[top::-1] < half)) if (curve[: top + 1] < half).any() else 0
    above = top + int(np.argmax(curve[top:] < half)) if (curve[top:] < half).any() else len(curve) - 1
    sides = [side for side in (top - below, above - top) if side > 0] or [1]
    sigma = 2 * min(sides) * step / FWHM_PER_SIGMA
    return float((edges[top] + edges[top + 1]) / 2), max(sigma, 1e-3)


def voxel_noise(array: FloatArray, inside: MaskArray) -> float:
    """Return the standard deviation of the noise of one voxel, from second differences in rows."""
    second = array[:, :, 1:-1] - 0.5 * (array[:, :, :-2] + array[:, :, 2:])
    sample = second[inside[:, :, 1:-1]]
    if sample.size == 0:
        return 1.0
    spread = 1.4826 * float(np.median(np.abs(sample - np.median(sample))))
    return float(max(spread / np.sqrt(1.5), 1e-3))


def _plane(at: NDArray[np.int64], values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Least-squares linear surface over voxel indices."""
    scale = np.array(shape, dtype=float)
    design = np.column_stack([np.ones(len(at)), at / scale])
    coefficients = np.linalg.lstsq(design, values.astype(float), rcond=None)[0]
    k, j, i = (np.arange(n) / n for n in shape)
    surface = (
        coefficients[0]
        + coefficients[1] * k[:, None, None]
        + coefficients[2] * j[None, :, None]
        + coefficients[3] * i[None, None, :]
    )
    return np.asarray(surface, dtype=np.float32)
