"""The levels that tell enhancing tissue from the rest: normal liver, enhancing core, no enhancement."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.model.image import Modality
from pipeline.volume.arrays import FloatArray, MaskArray

UNENHANCED_HU = 45.0
"""Tumor and necrosis without contrast on CT (30 to 60 HU), used when no unenhanced image is given."""
CORE_SIGMAS = 3.0
"""A core of viable tissue lies this many robust standard deviations above normal liver."""
MIN_MARGIN_HU = 10.0
"""and at least this much on CT,"""
MIN_MARGIN_SHARE = 0.1
"""or at least this share of the liver's signal on MR."""
DARK_PERCENTILE = 5.0
"""On MR without an unenhanced image the darkest tissue of the lesion stands for no enhancement."""
MIN_LIVER_VOXELS = 500
"""Fewer voxels of normal liver do not give a level."""


@dataclass(frozen=True)
class LiverLevel:
    """Normal liver on the smoothed arterial phase: its most frequent value and its spread."""

    level: float
    sigma: float

    def core_from(self, modality: Modality) -> float:
        """The value from which on tissue clearly enhances above normal liver."""
        least = MIN_MARGIN_HU if modality is Modality.CT else MIN_MARGIN_SHARE * abs(self.level)
        return self.level + max(CORE_SIGMAS * self.sigma, least)


def smooth(array: FloatArray, within: MaskArray, sigma: tuple[float, float, float]) -> FloatArray:
    """Return the Gaussian mean over the voxels of `within` only (normalized convolution); 0 far from it.

    Tissue at the edge of the region is thus not mixed with what lies outside.
    """
    weight = within.astype(np.float32)
    total = ndimage.gaussian_filter(array * weight, sigma)
    share = ndimage.gaussian_filter(weight, sigma)
    mean: FloatArray = np.divide(total, share, out=np.zeros_like(total), where=share > 1e-3)
    return mean


def liver_level(values: FloatArray) -> LiverLevel | None:
    """Return the mode of normal liver and its robust standard deviation; None below 500 voxels.

    The mode and the narrower of its two flanks (median distance x 1.4826) leave out vessels on the
    bright side and other lesions on either, as long as liver is the most frequent tissue.
    """
    if values.size < MIN_LIVER_VOXELS:
        return None
    low, high = np.percentile(values, [0.5, 99.5])
    if high <= low:
        return LiverLevel(float(low), 0.0)
    counts, edges = np.histogram(values, bins=128, range=(float(low), float(high)))
    mode_bin = int(np.argmax(ndimage.gaussian_filter1d(counts.astype(float), 3.0)))
    mode = float(edges[mode_bin] + edges[mode_bin + 1]) / 2
    flanks = (mode - values[values < mode], values[values > mode] - mode)
    widths = [float(np.median(flank)) for flank in flanks if flank.size]
    return LiverLevel(mode, 1.4826 * min(widths))


def unenhanced_level(
    lesion_values: FloatArray,
    liver: LiverLevel,
    modality: Modality,
    before: FloatArray | None,
) -> float:
    """Return the value of lesion tissue without enhancement, at most the liver's level.

    The median of the unenhanced image in the lesion (`before`) where given; else 45 HU on CT, and
    on MR the 5th percentile of the lesion.
    """
    if before is not None and before.size:
        level = float(np.median(before))
    elif modality is Modality.CT:
        level = UNENHANCED_HU
    else:
        level = float(np.percentile(lesion_values, DARK_PERCENTILE))
    return min(level, liver.level)
