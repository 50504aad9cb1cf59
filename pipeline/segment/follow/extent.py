"""The extent of a large carried tumor: it keeps what was carried unless the image shows normal liver there.

A treated tumor is mixed (viable, necrotic, oil, gas) and holds spots like normal liver, so that an outline by intensity
alone loses most of it. The registration knows better: of an 11 cm tumor the carried outline overlaps that on the
follow-up with a Dice of 0.85 to 0.91 (HCC_007). So the carried outline is the prior, and evidence must speak
against it.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.segment.follow.carried import ERROR_MM
from pipeline.segment.lesion import candidates
from pipeline.segment.lesion.background import pooling
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.outline import LiverTissue
from pipeline.segment.lesion.shape import describe
from pipeline.segment.lesion.smooth import gaussian, pooled, spread_out
from pipeline.segment.liver.cut import cut, edge_weights
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import part_sharing_most

LARGE_MM = 60.0
"""mm, longest diameter of the carried ellipsoid from which a lesion is refined as a large one; own choice, tuned on
sample and HCC-TACE-Seg."""
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
BIN_SPREADS = 0.5
"""Spreads of the parenchyma, width of a bin of the histograms that are compared; own choice."""
MOST_SPREADS = 8.0
"""Spreads of the parenchyma: larger deviations are alike; own choice."""
RARE = 0.02
"""Share that each bin of both histograms has at least: what was not seen says nothing. Own choice."""
NORMAL_SPREADS = 2.0
"""Spreads of the parenchyma: a smoothed deviation below is that of normal liver; own choice."""
AROUND_MM = 4.0
"""mm, standard deviation of the neighborhood whose share of normal voxels is taken: above the grain of a treated tumor,
whose spots of normal level are small. Own choice."""
NORMAL_SHARE = (0.75, 0.9)
"""Shares of normal voxels around a place, over that in normal liver (vessels and noise take some), from which it begins
to look like normal liver, and does; own choice."""
FINE_MM, BESIDE_MM = 1.5, 6.0
"""mm: standard deviation of the neighborhood by which a voxel beside such a place looks normal too, and how far that is
from it: so far the wider neighborhood is blurred. Own choice."""
REMNANT = 0.1
"""Share of the carried outline: what is left of a large tumor below it is judged as an ordinary lesion. Own choice."""
AGAINST = 3.0
"""Log odds by which a place that looks like normal liver, and did not before, is no tumor: more than the prior."""
SMOOTHNESS = 0.8
"""Cost of a border face in flat tissue, in log odds; own choice."""
ROUNDS = 60
"""Iterations of the cut, as in segment/liver."""
SPUR_MM = 6.0
"""mm: spurs narrower than twice this are cut off: vessels; own choice."""


def is_large(carried: MaskArray, steps_mm: StepsMm) -> bool:
    """Whether a carried outline is that of a large tumor."""
    return describe(carried, np.ones_like(carried), steps_mm).axes_mm[0] > LARGE_MM


@dataclass(frozen=True)
class Known:
    """What is known of a tumor before its new image is looked at, all in one window.

    carried, others: this lesion and the other known ones as the registration carries them. looked_normal: where its
    place looked like normal liver before, so that it tells nothing if it does now; None where that is not known. share:
    the network's probability of lesion on the new image, None where it was not asked.
    """

    carried: MaskArray
    others: MaskArray
    looked_normal: MaskArray | None = None
    share: FloatArray | None = None


def refine(tissue: LiverTissue, known: Known, spread: float) -> MaskArray:
    """Return the tumor's region; empty where the image shows normal liver nearly all over its place.

    spread is that of smoothed parenchyma.

    1. Log odds by the carried outline: distance to it in units of its error, limited.
    2. Log odds by intensity: how often the deviation from parenchyma is seen in the core of the carried outline against
       normal liver. Oil counts as tumor.
    3. Against the tumor where most of the surroundings of a place look like normal liver, and did not before.
    4. Log odds by the network where it sees a lesion.
    5. The region of least energy; its part that shares most with the carried outline, without spurs, with its holes.
    """
    view = _View.of(tissue, known, spread)
    if not view.carried.any():
        return np.zeros_like(known.carried)
    prior = np.clip(_inside_mm(view.carried, view.steps) / ERROR_MM, -MOST_PRIOR, MOST_PRIOR)
    evidence = np.where(view.dense, MOST_EVIDENCE, _by_intensity(view))
    evidence = np.where(view.carried, evidence, np.minimum(evidence, MOST_GROWTH))
    total = prior + evidence - np.where(view.looked_normal, 0, AGAINST * view.normality())
    total = np.where(view.allowed, total + NETWORK * np.clip(2 * view.share - 1, 0, 1), -20.0)
    weights = edge_weights(view.smooth, 2.0, SMOOTHNESS)
    region = cut(total.astype(np.float32), weights, view.carried.astype(np.float32), ROUNDS) > 0.5
    if np.count_nonzero(region & view.carried) < REMNANT * np.count_nonzero(view.carried):
        return np.zeros_like(known.carried)
    region = part_sharing_most(morphology.filled(region), view.carried)
    opened = morphology.opened(region, SPUR_MM, view.steps)
    region = part_sharing_most(opened, view.carried) if (opened & view.carried).any() else region
    j, i, k = known.carried.shape[1], known.carried.shape[2], known.carried.shape[0]
    fine = BoxedMask.of(region).magnified(view.factor, known.carried.shape)
    return np.asarray(fine.on((slice(0, k), slice(0, j), slice(0, i))) & (tissue.allowed | known.carried))


def looks_normal(tissue: LiverTissue, lesions: MaskArray, spread: float) -> MaskArray:
    """Return where lesions look like normal liver on their own image."""
    view = _View.of(tissue, Known(lesions, np.zeros_like(lesions)), spread)
    if not view.carried.any():
        return np.zeros_like(lesions)
    small = view.carried & (view.normality() > 0)
    return np.asarray(spread_out(small, view.factor, lesions.shape) & lesions)


@dataclass(frozen=True)
class _View:
    """The tissue around a tumor on pooled pixels; smooth: deviation in spreads."""

    carried: MaskArray
    known: MaskArray
    allowed: MaskArray
    dense: MaskArray
    looked_normal: MaskArray
    smooth: FloatArray
    share: FloatArray
    steps: StepsMm
    factor: int

    @staticmethod
    def of(tissue: LiverTissue, known: Known, spread: float) -> "_View":
        factor = pooling(tissue.steps_mm)
        k, j, i = tissue.steps_mm
        steps = (k, j * factor, i * factor)

        def half(mask: MaskArray) -> MaskArray:
            return np.asarray(pooled(mask.astype(np.float32), factor) > 0.5)

        carried, others = half(known.carried), half(known.others)
        near = morphology.dilated(carried, REACH_MM, steps) if carried.any() else carried
        allowed = half(tissue.allowed | known.carried) & near & ~(others & ~carried)
        smooth = gaussian(pooled(tissue.deviation, factor), candidates.FINE_MM, steps, allowed) / np.float32(spread)
        before = np.zeros_like(carried) if known.looked_normal is None else half(known.looked_normal)
        share = np.zeros_like(smooth) if known.share is None else pooled(known.share, factor)
        dense = np.asarray(pooled(tissue.dense.astype(np.float32), factor) > 0)
        return _View(carried, carried | others, allowed, dense, before, smooth, share, steps, factor)

    @property
    def liver(self) -> MaskArray:
        """Normal liver near the lesions."""
        inner, outer = (morphology.dilated(self.known, reach, self.steps) for reach in NORMAL_MM)
        return self.allowed & ~self.dense & outer & ~inner

    def normality(self) -> FloatArray:
        """How much each place looks like normal liver, 0 to 1, by the share of normal voxels around it."""
        normal = ((np.abs(self.smooth) < NORMAL_SPREADS) & self.allowed & ~self.dense).astype(np.float32)
        usual = max(float(normal[self.liver].mean()) if self.liver.any() else 1.0, 0.5)
        low, high = NORMAL_SHARE
        wide = np.clip((gaussian(normal, AROUND_MM, self.steps, self.allowed) / usual - low) / (high - low), 0, 1)
        sure = wide >= 1
        if not sure.any():
            return np.asarray(wide)
        fine = gaussian(normal, FINE_MM, self.steps, self.allowed) / usual > high
        return np.asarray(np.maximum(wide, fine & morphology.dilated(sure, BESIDE_MM, self.steps)))


def _inside_mm(mask: MaskArray, steps: StepsMm) -> FloatArray:
    """Distance to the outline in mm, positive inside."""
    inner, outer = morphology.depth(mask, steps), morphology.depth(~mask, steps)
    return (inner - outer).astype(np.float32)


def _by_intensity(view: _View) -> FloatArray:
    """Log odds of tumor against normal liver by the deviation in spreads, limited; 0 where one of both is not seen."""
    clear = view.allowed & ~view.dense
    core = morphology.eroded(view.carried, CORE_MM, view.steps)
    core = (core if core.any() else view.carried) & clear
    normal = view.liver
    if not core.any() or not normal.any():
        return np.zeros_like(view.smooth)
    edges = np.arange(-MOST_SPREADS, MOST_SPREADS + BIN_SPREADS, BIN_SPREADS)
    limited = np.clip(view.smooth, -MOST_SPREADS + 0.01, MOST_SPREADS - 0.01)
    shares = []
    for region in (core, normal):
        counts, _ = np.histogram(limited[region], edges)
        shares.append(counts / counts.sum() + RARE)
    odds = np.clip(np.log(shares[0] / shares[1]), -MOST_EVIDENCE, MOST_EVIDENCE).astype(np.float32)
    out: FloatArray = odds[np.digitize(limited, edges) - 1]
    return out
