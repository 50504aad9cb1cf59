"""The levels that tell enhancing tissue from the rest: normal liver, enhancing core, no enhancement."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.model.image import Modality
from pipeline.volume.arrays import FloatArray

UNENHANCED_HU = 45.0
"""HU of tumor and necrosis without contrast (30 to 60), used when no unenhanced image is given; own choice."""
CORE_SIGMAS = 3.0
"""Robust standard deviations above normal liver from which tissue is a core; own choice."""
LEAST_ENHANCEMENT_HU = 10.0
"""HU above normal liver that a core has at least on CT; own choice."""
LEAST_ENHANCEMENT_SHARE = 0.1
"""Share of the liver's signal above it that a core has at least on MR, which has no unit; own choice."""
DARK_PERCENTILE = 5.0
"""Percentile of the lesion that stands for no enhancement on MR without an unenhanced image; own choice."""
MIN_LIVER_VOXELS = 500
"""Voxels of normal liver that give a level; fewer do not. Own choice."""


@dataclass(frozen=True)
class LiverLevel:
    """Normal liver on the smoothed arterial phase: its most frequent value and its spread."""

    level: float
    sigma: float

    def core_from(self, modality: Modality) -> float:
        """The value from which on tissue clearly enhances above normal liver."""
        least = LEAST_ENHANCEMENT_HU if modality is Modality.CT else LEAST_ENHANCEMENT_SHARE * abs(self.level)
        return self.level + max(CORE_SIGMAS * self.sigma, least)


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
