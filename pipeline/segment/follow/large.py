"""Refine a large carried tumor, whose mixed tissue (viable, necrotic, oil) holds spots like parenchyma."""

import numpy as np

from pipeline.segment.lesion import candidates, large
from pipeline.segment.lesion.background import pooling
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.outline import LiverTissue
from pipeline.segment.lesion.shape import describe
from pipeline.segment.lesion.smooth import gaussian, pooled
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray, StepsMm

LARGE_MM = 60.0
"""mm, longest diameter of the carried ellipsoid from which a lesion is refined as a large one; own choice, tuned on
sample and HCC-TACE-Seg."""
CORE_MM = 8.0
"""mm: tissue this deep in the carried outline stays tumor while enough of it deviates; own choice, tuned on sample and
HCC-TACE-Seg."""
DEVIATING, LEAST_SHARE = 2.0, 0.3
"""Spreads of the parenchyma, and the share of the core that must deviate by them; vessels and noise give about 0.1.
Own choice."""
TUMOR_GAP_MM, SPUR_MM = 8.0, 12.0
"""mm: gaps and spurs narrower than twice this are closed and cut off; own choice, tuned on sample and HCC-TACE-Seg."""


def is_large(carried: MaskArray, steps_mm: StepsMm) -> bool:
    """Whether a carried outline is that of a large tumor."""
    return describe(carried, np.ones_like(carried), steps_mm).axes_mm[0] > LARGE_MM


def refine(tissue: LiverTissue, carried: MaskArray, others: MaskArray, spread: float) -> MaskArray | None:
    """Return the tumor's region; None if too little of its core deviates (then it is an ordinary lesion).

    The outline is that of lesion/large, started from the carried outline; what is deeper than 8 mm
    in the carried outline is kept, gaps under 16 mm are closed, spurs under 24 mm cut off.
    """
    steps = tissue.steps_mm
    factor = pooling(steps)
    coarse = (steps[0], steps[1] * factor, steps[2] * factor)
    small = pooled(carried.astype(np.float32), factor) > 0.5
    core = morphology.eroded(small, CORE_MM, coarse)
    smooth = np.abs(gaussian(pooled(tissue.deviation, factor), candidates.FINE_MM, coarse))
    if not core.any() or float(np.mean(smooth[core] > DEVIATING * spread)) < LEAST_SHARE:
        return None
    drawn = large.outline(tissue.near(~others), BoxedMask.of(carried & tissue.allowed), factor, spread)
    whole = (slice(0, carried.shape[0]), slice(0, carried.shape[1]), slice(0, carried.shape[2]))
    kept = BoxedMask.of(core).magnified(factor, carried.shape).on(whole)
    region = kept if drawn is None else kept | drawn[0].on(whole)
    small = pooled(region.astype(np.float32), factor) > 0.5
    small = morphology.opened(morphology.filled(morphology.closed(small, TUMOR_GAP_MM, coarse)), SPUR_MM, coarse)
    region = BoxedMask.of(small).magnified(factor, carried.shape).on(whole)
    return morphology.filled(region) & tissue.allowed & ~others
