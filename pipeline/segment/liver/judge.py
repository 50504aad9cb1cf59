"""Whether a region can be a liver at all, and how sure that is."""

import numpy as np
from scipy import ndimage

from pipeline.segment.liver.body import Body
from pipeline.segment.liver.parenchyma import Parenchyma
from pipeline.volume import morphology
from pipeline.volume.arrays import VOXELS, FloatArray, MaskArray

VOLUME_ML = (400.0, 4500.0)
"""ml, volume of a liver with its tumors; smaller or larger is refused. Own choice, wide around usual volumes."""
USUAL_ML = (700.0, 3200.0)
"""ml, volume that casts no doubt: own choice, from usual livers to much enlarged ones."""
FULL_HEIGHT_MM = 150.0
"""mm: a slab lower than this may hold part of a liver only; the least volumes shrink with it."""
RIGHT_OF = -0.05
"""Coordinate across (-1 right wall, 0 spine): the mean of a liver lies to the right of this."""
BULK_MM = (20.0, 32.0)
"""mm, radius of the largest ball inside: no and full trust. No other organ of the right side is as bulky; own choice,
tuned on sample and HCC-TACE-Seg."""
EDGED_SHARE = (0.6, 0.9)
"""Share of the surroundings two spreads or more from parenchyma: no and full trust; own choice, tuned on sample and
HCC-TACE-Seg."""
MIRRORED_SHARE = (0.6, 0.35)
"""Share of the mirror image that looks like parenchyma: no (a paired muscle) and full trust; own choice, tuned on
sample and HCC-TACE-Seg."""
EVEN_SHARE = 0.9
"""Share of the region within three spreads of parenchyma for full trust; own choice, tuned on sample and
HCC-TACE-Seg."""
SUREST = 0.9
"""The highest confidence (0 to 1); it is a rank, not a calibrated probability."""


def plausible(region: MaskArray, body: Body, step: float) -> bool:
    """Whether a region has a liver's volume and lies on the right."""
    volume = float(region.sum()) * step**3 / 1000.0
    return VOLUME_ML[0] * _part(region, step) <= volume <= VOLUME_ML[1] and (
        float(body.across[region].mean()) < RIGHT_OF
    )


def confidence(array: FloatArray, region: MaskArray, body: Body, tissue: Parenchyma, step: float) -> float:
    """Return 0 to SUREST: the product of what volume, bulk, evenness, borders and asymmetry say."""
    if not region.any():
        return 0.0
    volume = float(region.sum()) * step**3 / 1000.0
    least, usual = VOLUME_ML[0] / 2 * _part(region, step), USUAL_ML[0] * _part(region, step)
    off = tissue.distance(array)
    bulk = float(morphology.depth(region, VOXELS).max()) * step
    score = SUREST
    score *= min(_trust(volume, (least, usual)), _trust(volume, (VOLUME_ML[1], USUAL_ML[1])))
    score *= _trust(bulk, BULK_MM)
    score *= _trust(float((off[region] < 3.0).mean()), (0.0, EVEN_SHARE))
    score *= _trust(_edged(off, region, body), EDGED_SHARE)
    score *= _trust(_mirrored(off, region, body), MIRRORED_SHARE)
    return float(round(score, 3))


def _part(region: MaskArray, step: float) -> float:
    """Return the part of a whole liver's height that the volume covers, at most 1."""
    return float(min(1.0, region.shape[0] * step / FULL_HEIGHT_MM))


def _trust(value: float, limits: tuple[float, float]) -> float:
    """Return 0 at the first limit, 1 at the second, linear between and constant beyond."""
    none, full = limits
    return min(1.0, max(0.0, (value - none) / (full - none)))


def _edged(off: FloatArray, region: MaskArray, body: Body) -> float:
    """Return the share of what lies one to three voxels outside that does not look like parenchyma."""
    rim = ndimage.binary_dilation(region) & ~region & body.inside
    beyond = ndimage.binary_dilation(rim, iterations=2) & ~region & body.inside
    return float((off[beyond] > 2.0).mean()) if beyond.any() else 0.0


def _mirrored(off: FloatArray, region: MaskArray, body: Body) -> float:
    """Return the share of the region's lateral part that looks like parenchyma on the other side of the spine too."""
    k, j, i = np.nonzero(region & (np.abs(body.across) > 0.25))
    other = np.rint(2 * body.spine_x[k] - i).astype(int)
    here = (other >= 0) & (other < region.shape[2])
    return float((off[k[here], j[here], other[here]] < 2.0).mean()) if here.any() else 0.0
