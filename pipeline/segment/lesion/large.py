"""Outline a large tumor of mixed tissue (viable, necrotic, oil, gas) by how much its texture deviates."""

import numpy as np
from scipy import ndimage

from pipeline.segment.lesion import boundary
from pipeline.segment.lesion.background import mode
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.candidates import FINE_MM
from pipeline.segment.lesion.outline import LiverTissue, without_border
from pipeline.segment.lesion.smooth import gaussian, pooled
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import largest_part

TEXTURE_SMOOTHING_MM = 4.0
"""mm, standard deviation of the smoothing of the deviation: above the grain of the texture; own choice, tuned on sample
and HCC-TACE-Seg."""
TEXTURE_REACH_MM = 14.0
"""mm that the outline may lie outside the start region; own choice, tuned on sample and HCC-TACE-Seg."""
BORDER_CAP_SPREADS = 4.0
"""Spreads of the parenchyma: larger deviations weigh no more, so that the border divides normal from not normal.
Own choice, tuned on sample and HCC-TACE-Seg."""
NECK_MM = 6.0
"""mm: necks thinner than twice this (large vessels that enter the tumor) are cut off; own choice, tuned on sample and
HCC-TACE-Seg."""
TEXTURE_GAP_MM = 5.0
"""mm: gaps narrower than twice this belong to the tumor; own choice, tuned on sample and HCC-TACE-Seg."""
TEXTURE_MARGIN_MM = 16.0
"""mm of image around the reach of the outline: four standard deviations of the smoothing."""


def outline(tissue: LiverTissue, start: BoxedMask, factor: int, spread: float) -> tuple[BoxedMask, float] | None:
    """Return the region and its mean deviation over that of parenchyma; None if nothing is left.

    1. On pooled pixels: size of the smoothed deviation, at most 4 spreads, minus its mode in the liver.
    2. Half-level region of that size, smoothed by 4 mm, up to 14 mm beyond the start.
    3. Necks under 12 mm are cut, gaps under 10 mm closed, holes filled, the largest part kept.
    4. Brought to full resolution by interpolation.
    """
    shape = tissue.allowed.shape
    window = start.grown(TEXTURE_REACH_MM + TEXTURE_MARGIN_MM, tissue.steps_mm, shape)
    first, part = start.on(window), tissue.part(window)
    k, j, i = tissue.steps_mm
    steps = (k, j * factor, i * factor)
    allowed = pooled(part.allowed.astype(np.float32), factor) > 0.5
    sure = without_border(allowed)
    limit = BORDER_CAP_SPREADS * spread
    smooth = gaussian(pooled(np.clip(part.deviation, -4 * limit, 4 * limit), factor), FINE_MM, steps, sure)
    size = np.minimum(np.abs(smooth), limit)
    core = pooled(first.astype(np.float32), factor) > 0.5
    size = size - np.float32(_usual(size, sure & ~morphology.dilated(core, TEXTURE_REACH_MM, steps)))
    near = sure & morphology.dilated(core, TEXTURE_REACH_MM, steps)
    half_level = boundary.half_level(size, near, core & near, core, sigma_mm=TEXTURE_SMOOTHING_MM, steps_mm=steps)
    region = _whole(half_level.region, allowed, steps)
    if not region.any():
        return None
    fine = _magnified(region, factor, part.allowed.shape) & part.allowed
    return (BoxedMask.of(fine, window), half_level.contrast) if fine.any() else None


def _usual(size: FloatArray, parenchyma: MaskArray) -> float:
    """Mode of the size of the deviation outside the tumor, 0 if nothing of the liver is left there."""
    return mode(size[parenchyma])[0] if np.count_nonzero(parenchyma) > 100 else 0.0


def _whole(region: MaskArray, allowed: MaskArray, steps: StepsMm) -> MaskArray:
    body = largest_part(morphology.opened(region, NECK_MM, steps))
    body = morphology.filled(morphology.closed(body, TEXTURE_GAP_MM, steps)) & allowed
    beside = ndimage.binary_dilation(body) & allowed & ~without_border(allowed)
    return np.asarray(body | beside)


def _magnified(region: MaskArray, factor: int, shape: tuple[int, ...]) -> MaskArray:
    """The region on the full grid: its pixels repeated, then their staircase smoothed."""
    whole = (
        BoxedMask.of(region).magnified(factor, shape).on((slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2])))
    )
    if factor == 1:
        return whole
    return np.asarray(ndimage.uniform_filter(whole.astype(np.float32), (1, 2 * factor - 1, 2 * factor - 1)) > 0.5)
