"""How much more each voxel looks like the lesion than like what surrounds it: log odds by two histograms."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.volume.arrays import FloatArray, MaskArray

BINS = 40
"""Classes of intensity, equally frequent in the lesion and around it together; own choice."""
BLUR_BINS = 1.2
"""Classes over which a histogram is smoothed, standard deviation; own choice."""
GRAIN_MM3 = 16.0
"""mm3 of tissue that count as one observation: neighboring voxels share their noise; own choice, (2.5 mm) cubed."""
DOUBT = 100.0
"""Observations added to each histogram, so that a few voxels prove nothing: evenly spread, half of them as remembered
from an earlier scan where there is one; own choice, tuned on inserted lesions."""
MOST = 2.5
"""Largest log odds of one voxel; own choice."""

Samples = tuple[FloatArray, FloatArray]
"""Intensities of a lesion, and of what surrounds it."""


def log_odds(
    values: FloatArray, inside: MaskArray, outside: MaskArray, voxel_mm3: float, earlier: Samples | None = None
) -> FloatArray:
    """Return log(p(intensity | lesion) / p(intensity | around)) by voxel, within -MOST to MOST; 0 without samples.

    Classes are quantiles of both samples with equal weight, so that neither unit nor modality matters, and a lesion
    of several tissues (rim, necrosis, oil) keeps each of them. What an earlier scan showed is shifted so that the
    median of the surroundings is that of today.
    """
    lesion, around = values[inside], values[outside]
    if not lesion.size or not around.size:
        return np.zeros(values.shape, dtype=np.float32)
    edges = _edges(lesion, around)
    before = (np.empty(0, dtype=np.float32),) * 2
    if earlier is not None:
        shift = np.median(around) - np.median(earlier[1])
        before = (earlier[0] + shift, earlier[1] + shift)
    one = _histogram(lesion, edges, voxel_mm3, before[0])
    other = _histogram(around, edges, voxel_mm3, before[1])
    odds = np.clip(np.log(one / other), -MOST, MOST).astype(np.float32)
    return np.asarray(odds[np.searchsorted(edges, values, side="right")])


def _edges(lesion: FloatArray, around: FloatArray) -> FloatArray:
    """Limits of the classes."""
    both = np.concatenate([lesion, around])
    weight = np.concatenate([np.full(sample.size, 0.5 / sample.size) for sample in (lesion, around)])
    order = np.argsort(both, kind="stable")
    at = np.searchsorted(np.cumsum(weight[order]), np.arange(1, BINS) / BINS)
    return np.asarray(both[order][np.minimum(at, both.size - 1)])


def _histogram(sample: FloatArray, edges: FloatArray, voxel_mm3: float, before: FloatArray) -> NDArray[np.float64]:
    """Share of each class."""
    counts = _counts(sample, edges) * (voxel_mm3 / GRAIN_MM3)
    doubt = np.full(BINS, 1 / BINS)
    if before.size:
        doubt = 0.5 * doubt + 0.5 * _counts(before, edges) / before.size
    return np.asarray((counts + DOUBT * doubt) / (counts.sum() + DOUBT))


def _counts(sample: FloatArray, edges: FloatArray) -> NDArray[np.float64]:
    counts = np.bincount(np.searchsorted(edges, sample, side="right"), minlength=BINS).astype(np.float64)
    return np.asarray(ndimage.gaussian_filter1d(counts, BLUR_BINS, mode="nearest"))
