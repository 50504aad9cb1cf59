"""The extent of a large carried tumor: it keeps what was carried unless the image shows normal liver there.

A treated tumor is mixed (viable, necrotic, oil, gas) and holds spots like normal liver, so that an outline by intensity
alone loses most of it. The registration knows better: of an 11 cm tumor the carried outline overlaps that on the
follow-up with a Dice of 0.9 (docs/methods/networks.md). So the carried outline is the prior, and evidence must speak
against it.
"""

import numpy as np

from pipeline.segment.lesion.background import pooling
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.outline import LiverTissue
from pipeline.segment.lesion.shape import describe
from pipeline.segment.lesion.smooth import gaussian, pooled
from pipeline.segment.liver.cut import cut, edge_weights
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import part_sharing_most

LARGE_MM = 60.0
"""mm, longest diameter of the carried ellipsoid from which a lesion is refined as a large one; own choice, tuned on
sample and HCC-TACE-Seg."""
ERROR_MM = 4.0
"""mm that a carried outline may lie off: one unit of log odds; error of a good registration
(docs/methods/registration.md)."""
MOST_PRIOR = 1.5
"""Log odds that the carried outline weighs at most: less than clear evidence of normal liver. Own choice."""
MOST_EVIDENCE = 2.0
"""Log odds that intensity weighs at most; own choice."""
MOST_GROWTH = 1.2
"""Log odds that intensity weighs at most outside the carried outline, where vessels look like tumor: less than the
prior from 6 mm on, so that only the network lets a tumor grow further. Own choice."""
NETWORK = 1.5
"""Log odds of a voxel that the network calls lesion for sure; own choice."""
REACH_MM = 20.0
"""mm beyond the carried outline that a tumor may have grown; own choice."""
CORE_MM = 6.0
"""mm: what is deeper in the carried outline shows what the tumor looks like now; own choice."""
NORMAL_MM = (8.0, 40.0)
"""mm from all carried lesions between which normal liver is read; own choice."""
SMOOTHING_MM = 1.6
"""mm, standard deviation of the smoothing before intensities are compared, as for candidates."""
BIN_SPREADS = 0.5
"""Spreads of the parenchyma, width of a bin of the histograms that are compared; own choice."""
MOST_SPREADS = 8.0
"""Spreads of the parenchyma: larger deviations are alike; own choice."""
RARE = 0.02
"""Share that each bin of both histograms has at least: what was not seen says nothing. Own choice."""
SMOOTHNESS = 0.8
"""Cost of a border face in flat tissue, in log odds; own choice."""
ROUNDS = 60
"""Iterations of the cut, as in segment/liver."""
SPUR_MM = 6.0
"""mm: spurs narrower than twice this are cut off: vessels; own choice."""


def is_large(carried: MaskArray, steps_mm: StepsMm) -> bool:
    """Whether a carried outline is that of a large tumor."""
    return describe(carried, np.ones_like(carried), steps_mm).axes_mm[0] > LARGE_MM


def refine(
    tissue: LiverTissue, carried: MaskArray, others: MaskArray, spread: float, share: FloatArray | None
) -> MaskArray:
    """Return the tumor's region; empty where the image shows normal liver all over its place.

    carried, others: this lesion and the other known ones as the registration carries them. share: the network's
    probability of lesion, None where it was not asked. All in one window; spread is that of smoothed parenchyma.

    1. Log odds by the carried outline: distance to it in units of its error, limited.
    2. Log odds by intensity: how often the deviation from parenchyma is seen in the core of the carried outline against
       normal liver. Oil counts as tumor.
    3. Log odds by the network where it sees a lesion.
    4. The region of least energy; its part that shares most with the carried outline, without spurs, with its holes.
    """
    steps = tissue.steps_mm
    factor = pooling(steps)
    coarse = (steps[0], steps[1] * factor, steps[2] * factor)
    small = pooled(carried.astype(np.float32), factor) > 0.5
    if not small.any():
        return np.zeros_like(carried)
    near = morphology.dilated(small, REACH_MM, coarse)
    allowed = (pooled((tissue.allowed | carried).astype(np.float32), factor) > 0.5) & near
    allowed &= ~((pooled(others.astype(np.float32), factor) > 0.5) & ~small)
    deviation = pooled(tissue.deviation, factor)
    smooth = gaussian(deviation, SMOOTHING_MM, coarse, allowed) / np.float32(spread)
    dense = pooled(tissue.dense.astype(np.float32), factor) > 0
    inside = _inside_mm(small, coarse)
    prior = np.clip(inside / ERROR_MM, -MOST_PRIOR, MOST_PRIOR)
    known = small | (pooled(others.astype(np.float32), factor) > 0.5)
    evidence = np.where(dense, MOST_EVIDENCE, _by_intensity(smooth, small, known, allowed & ~dense, coarse))
    evidence = np.where(small, evidence, np.minimum(evidence, MOST_GROWTH))
    total = prior + evidence
    if share is not None:
        total = total + NETWORK * np.clip(2 * pooled(share, factor) - 1, 0, 1)
    total = np.where(allowed, total, -20.0).astype(np.float32)
    weights = edge_weights(smooth, 2.0, SMOOTHNESS)
    region = cut(total, weights, small.astype(np.float32), ROUNDS) > 0.5
    if not (region & small).any():
        return np.zeros_like(carried)
    region = part_sharing_most(morphology.filled(region), small)
    opened = morphology.opened(region, SPUR_MM, coarse)
    region = part_sharing_most(opened, small) if (opened & small).any() else region
    whole = (slice(0, carried.shape[0]), slice(0, carried.shape[1]), slice(0, carried.shape[2]))
    fine = BoxedMask.of(region).magnified(factor, carried.shape).on(whole)
    return np.asarray(fine & (tissue.allowed | carried))


def _inside_mm(mask: MaskArray, steps: StepsMm) -> FloatArray:
    """Distance to the outline in mm, positive inside."""
    inner, outer = morphology.depth(mask, steps), morphology.depth(~mask, steps)
    return (inner - outer).astype(np.float32)


def _by_intensity(
    smooth: FloatArray, carried: MaskArray, known: MaskArray, allowed: MaskArray, steps: StepsMm
) -> FloatArray:
    """Log odds of tumor against normal liver by the deviation in spreads, limited; 0 where one of both is not seen."""
    core = morphology.eroded(carried, CORE_MM, steps)
    core = (core if core.any() else carried) & allowed
    inner, outer = NORMAL_MM
    normal = allowed & morphology.dilated(known, outer, steps) & ~morphology.dilated(known, inner, steps)
    if not core.any() or not normal.any():
        return np.zeros_like(smooth)
    edges = np.arange(-MOST_SPREADS, MOST_SPREADS + BIN_SPREADS, BIN_SPREADS)
    limited = np.clip(smooth, -MOST_SPREADS + 0.01, MOST_SPREADS - 0.01)
    shares = []
    for region in (core, normal):
        counts, _ = np.histogram(limited[region], edges)
        shares.append(counts / counts.sum() + RARE)
    odds = np.clip(np.log(shares[0] / shares[1]), -MOST_EVIDENCE, MOST_EVIDENCE).astype(np.float32)
    out: FloatArray = odds[np.digitize(limited, edges) - 1]
    return out
