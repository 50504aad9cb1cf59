"""Find places where the liver deviates from normal parenchyma, at two scales."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.segment.lesion.background import mode
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.smooth import gaussian
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import part_at

FINE_MM = 1.6
"""mm, standard deviation of the smoothing for small lesions; own choice, tuned on the sample."""
COARSE_MM = 7.0
"""mm, standard deviation of the smoothing for large mixed regions; own choice, tuned on sample and HCC-TACE-Seg."""
PEAK_SPREADS = 4.0
"""Spreads of the parenchyma that a peak must stand out by; own choice, tuned on the sample."""
MERGE_SHARE = 0.7
"""Share of a stronger peak's height: connected above it, a weaker one is part of that lesion; own choice, tuned on the
sample."""
COARSE_CAP_SPREADS = 8.0
"""Spreads of the parenchyma: larger deviations (oil, gas, large vessels) weigh no more; own choice, tuned on sample and
HCC-TACE-Seg."""
COARSE_RADIUS_MM = 14.0
"""mm: a ball of this radius must fit in a region of the coarse scale, so that no vessel tree passes; own choice, tuned
on sample and HCC-TACE-Seg."""
BESIDE_KNOWN_MM = 7.0
"""mm: a ball of this radius must fit beside the known lesions in a region of the coarse scale; own choice, tuned on
sample and HCC-TACE-Seg."""
FAINT_SHARE = 0.3
"""Share of a peak's height down to which what is attached to it is counted (vessels); own choice, tuned on the
sample."""
MAX_PEAKS = 60
"""Peaks that are tried, strongest first, to save time."""
PEAK_BOX_MM = 45.0
"""mm, half side of the box that the region of a peak is sought in; own choice."""


@dataclass(frozen=True)
class Candidate:
    """A region that deviates: sign -1 darker, +1 brighter than liver, 0 mixed.

    signal: its peak in spreads. attached: what connects to it down to 30 % of its peak, over its own
    size: large for a piece of a vessel.
    """

    region: BoxedMask
    sign: int
    signal: float
    attached: float = 0.0


def fine(deviation: FloatArray, liver: MaskArray, sign: int, steps_mm: StepsMm, taken: MaskArray) -> list[Candidate]:
    """Return regions around peaks of the deviation, half-way down each peak.

    deviation: image minus parenchyma; liver: without its border voxels.
    1. Smooth by 1.6 mm inside the liver.
    2. Local maxima of sign * deviation above 4 spreads are peaks, strongest first.
    3. A peak inside a found region, or connected to one above 70 % of its height, is part of it.
    4. Its region is the connected part above half its height, without found regions.
    """
    smooth = sign * gaussian(deviation, FINE_MM, steps_mm, liver)
    smooth[~liver] = 0
    _, spread = mode(smooth[liver])
    size = tuple(max(3, 2 * round(3.0 / step) + 1) for step in steps_mm)
    peaks = (smooth == ndimage.maximum_filter(smooth, size=size)) & (smooth > PEAK_SPREADS * spread)
    at = np.argwhere(peaks)
    at = at[np.argsort(-smooth[tuple(at.T)], kind="stable")][:MAX_PEAKS]
    owner = taken.copy()
    candidates: list[Candidate] = []
    for point in at:
        if owner[tuple(point)]:
            continue
        candidate = _around(smooth, owner, point, (sign, spread), steps_mm)
        if candidate is not None:
            owner[candidate.region.window] |= candidate.region.mask
            candidates.append(candidate)
    return candidates


def coarse(deviation: FloatArray, liver: MaskArray, steps_mm: StepsMm, known: MaskArray) -> list[Candidate]:
    """Return large regions of mixed or textured tissue: mean size of the deviation over 7 mm, half-way up.

    Vessels and noise give a liver some deviation everywhere: its mode is the zero line. Only
    regions 14 mm thick in every direction are kept, so that a vessel tree does not pass, and
    only if a ball of 7 mm radius fits beside the known lesions: else they are what made the region.
    """
    _, spread = mode(gaussian(deviation, FINE_MM, steps_mm, liver)[liver])
    limit = COARSE_CAP_SPREADS * spread
    size = np.abs(gaussian(np.clip(deviation, -2 * limit, 2 * limit), FINE_MM, steps_mm, liver))
    energy = gaussian(np.minimum(size, limit), COARSE_MM, steps_mm, liver)
    usual, unrest = mode(energy[liver])
    high = energy - usual
    candidates = []
    labels, _ = ndimage.label(liver & (high > max(PEAK_SPREADS * unrest, 0.8 * usual)))
    for number, window in enumerate(ndimage.find_objects(labels), start=1):
        region = labels[window] == number
        if region.all() and _thinnest_mm(region, steps_mm) < 2 * COARSE_RADIUS_MM:
            continue  # the opening sees no outside in a box that the region fills
        peak = float(np.percentile(high[window][region], 90))
        core = morphology.opened(region & (high[window] > peak / 2), COARSE_RADIUS_MM, steps_mm)
        if morphology.opened(core & ~known[window], BESIDE_KNOWN_MM, steps_mm).any():
            candidates.append(Candidate(BoxedMask.of(core, window), 0, peak / unrest))
    return candidates


def _thinnest_mm(block: MaskArray, steps_mm: StepsMm) -> float:
    """Return the least extent of a box of voxels."""
    k, j, i = (count * step for count, step in zip(block.shape, steps_mm, strict=True))
    return float(min(k, j, i))


def _around(
    smooth: FloatArray,
    owner: MaskArray,
    point: NDArray[np.int64],
    scale: tuple[int, float],
    steps_mm: StepsMm,
) -> Candidate | None:
    """The region of one peak; None if it is part of a stronger one."""
    sign, spread = scale
    peak = float(smooth[tuple(point)])
    low = [max(int(p - PEAK_BOX_MM / step), 0) for p, step in zip(point, steps_mm, strict=True)]
    high = [int(p + PEAK_BOX_MM / step) + 2 for p, step in zip(point, steps_mm, strict=True)]
    window = (slice(low[0], high[0]), slice(low[1], high[1]), slice(low[2], high[2]))
    local, taken = smooth[window], owner[window]
    seed = tuple(int(p - first) for p, first in zip(point, low, strict=True))
    if taken.any() and (part_at(local > MERGE_SHARE * peak, seed) & taken).any():
        return None
    part = part_at((local > peak / 2) & ~ndimage.binary_dilation(taken), seed)
    if not part[seed]:
        return None
    faint = part_at(local > max(FAINT_SHARE * peak, PEAK_SPREADS * spread), seed) & ~taken
    attached = (np.count_nonzero(faint) - np.count_nonzero(part)) / np.count_nonzero(part)
    return Candidate(BoxedMask.of(morphology.filled(part), window), sign, peak / spread, max(attached, 0.0))
