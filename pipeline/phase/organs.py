"""What the organs say about contrast: aorta, liver and kidneys in a small copy of the image.

Nothing here is an outline fit for measuring; the numbers are robust levels.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.model.image import Image, Modality
from pipeline.phase import aorta, coarse
from pipeline.phase.coarse import Coarse
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray
from pipeline.volume.region import largest_part

_LIVER_LEVELS = {Modality.CT: (10.0, 260.0), Modality.MR: (90.0, 900.0)}
"""HU on CT, units of coarse.MR_BRIGHT on MR, between which the liver is sought; own choice, wide."""
_KIDNEY_ML = (25.0, 330.0)
"""ml, volume of one bright kidney, cut by the field of view or large; own choice."""
_KIDNEY_SIDE_MM = (22.0, 90.0)
"""mm to the side of the spine's midline between which a kidney lies; own choice."""
_RIBS_FROM_MM = 45.0
"""mm behind the front of the vertebra from which brightness may be ribs; own choice."""
_KIDNEY_DEPTH_MM = (-45.0, 70.0)
"""mm behind the front of the vertebra between which a kidney lies; own choice."""


@dataclass(frozen=True)
class PhaseFeatures:
    """Levels in HU (CT) or in units of the body's brightness (MR); None where not found.

    aorta, aorta_spread, aorta_contrast: see aorta.Aorta. liver: mode of the largest even
    region right of the spine, liver_ml its volume after erosion. kidney: median of both
    kidneys, kidney_ratio: their 25th over their 90th percentile (cortex and medulla alike
    near 1), both only where two like bright kidneys were found. bright_ml: what is brighter
    than 110 HU where the kidneys lie, on the side that has less of it (CT only): every
    contrast phase shows some, a plain scan none, contrast in the bowel mostly on one side.
    """

    modality: Modality
    aorta: float | None = None
    aorta_spread: float | None = None
    aorta_contrast: float | None = None
    liver: float | None = None
    liver_ml: float | None = None
    kidney: float | None = None
    kidney_ratio: float | None = None
    bright_ml: float | None = None


def features(image: Image) -> PhaseFeatures:
    """Read the contrast features of one volume; everything is None when it shows no axial body."""
    small = coarse.prepare(image)
    if small is None:
        return PhaseFeatures(image.modality)
    rod = aorta.find(small)
    liver = _liver(small, _LIVER_LEVELS[image.modality])
    deep = coarse.eroded_by_square(small.body, small.side(12))
    kidneys = _kidneys(small, deep, liver[0] if liver else None)
    return PhaseFeatures(
        modality=image.modality,
        aorta=_rounded(rod.level) if rod else None,
        aorta_spread=_rounded(rod.spread) if rod else None,
        aorta_contrast=_rounded(rod.contrast) if rod else None,
        liver=_rounded(liver[0]) if liver else None,
        liver_ml=_rounded(liver[1]) if liver else None,
        kidney=_rounded(kidneys[0]) if kidneys else None,
        kidney_ratio=round(kidneys[1], 3) if kidneys else None,
        bright_ml=_rounded(_bright_ml(small, deep)) if image.modality is Modality.CT else None,
    )


def _rounded(value: float) -> float:
    return round(value, 1)


def _liver(small: Coarse, between: tuple[float, float]) -> tuple[float, float] | None:
    """Mode and volume (ml) of the largest even soft-tissue region right of the spine."""
    pixel = small.pixel_mm
    smooth = ndimage.gaussian_filter(small.array, (0, 3 / pixel, 3 / pixel))
    by_row, by_column = np.gradient(smooth, axis=(1, 2))
    even = np.hypot(by_row, by_column) / pixel < 5
    left, back = small.to_left_mm(), small.to_back_mm()
    muscle = (back > -5) & (np.abs(left) < 75)
    soft = small.body & even & (smooth > between[0]) & (smooth < between[1]) & (left < 15) & ~muscle
    core = coarse.eroded_by_square(soft, small.side(6.5))
    if not core.any():
        return None
    largest = largest_part(core)
    milliliters = float(largest.sum()) * pixel * pixel * small.slice_mm / 1000
    if milliliters < 60:
        return None
    counts, edges = np.histogram(small.array[largest], bins=np.arange(-20, between[1] + 40, 2))
    peak = int(np.argmax(ndimage.gaussian_filter1d(counts.astype(float), 4)))
    return float(edges[peak]) + 1.0, milliliters


def _kidneys(small: Coarse, deep: MaskArray, liver: float | None) -> tuple[float, float] | None:
    """Median and cortex-medulla ratio of two like kidneys that stand out from the liver."""
    above = max(100.0, (liver or 65.0) + 35)
    right, left = (_kidney(small, side, _bright_beside(small, deep, side, above)) for side in (-1, 1))
    if right is None or left is None:
        return None
    (first, first_ratio), (second, second_ratio) = right, left
    if min(first, second) < 0.75 * max(first, second):
        return None
    return (first + second) / 2, (first_ratio + second_ratio) / 2


def _bright_ml(small: Coarse, deep: MaskArray) -> float:
    """Volume above 110 HU where a kidney lies, ribs behind it left out, of the side with less."""
    voxel_ml = small.pixel_mm * small.pixel_mm * small.slice_mm / 1000
    before_ribs = small.to_back_mm() < _RIBS_FROM_MM
    return min(float((_bright_beside(small, deep, side, 110.0) & before_ribs).sum()) * voxel_ml for side in (-1, 1))


def _bright_beside(small: Coarse, deep: MaskArray, side: int, above: float) -> MaskArray:
    """Voxels above a level beside the spine on one side (-1 right, 1 left), not near the skin."""
    left, back = small.to_left_mm() * side, small.to_back_mm()
    zone = (left > _KIDNEY_SIDE_MM[0]) & (left < _KIDNEY_SIDE_MM[1])
    zone = zone & (back > _KIDNEY_DEPTH_MM[0]) & (back < _KIDNEY_DEPTH_MM[1]) & deep
    bright = (small.array > above) & (small.array < 550) & zone
    return coarse.opened_by_square(bright, 3)


def _kidney(small: Coarse, side: int, bright: MaskArray) -> tuple[float, float] | None:
    """Levels of the bright blob of a kidney's size and place on one side (-1 right, 1 left)."""
    pixel = small.pixel_mm
    left, back = small.to_left_mm() * side, small.to_back_mm()
    labels, count = ndimage.label(bright)
    if not count:
        return None
    where = np.nonzero(labels)
    numbers = labels[where]
    sizes = np.bincount(numbers, minlength=count + 1)
    backs = np.bincount(numbers, weights=back[where[0], where[1], 0], minlength=count + 1) / np.maximum(sizes, 1)
    lefts = np.bincount(numbers, weights=left[where[0], 0, where[2]], minlength=count + 1) / np.maximum(sizes, 1)
    milliliters = sizes * (pixel * pixel * small.slice_mm / 1000)
    fits = (backs > -10) & (backs < 45) & (lefts > 30) & (lefts < 80)
    fits &= (milliliters > _KIDNEY_ML[0]) & (milliliters < _KIDNEY_ML[1])
    if not fits.any():
        return None
    return _levels(small, labels == int(np.argmax(np.where(fits, sizes, 0))))


def _levels(small: Coarse, blob: MaskArray) -> tuple[float, float]:
    """Median, and 25th over 90th percentile, inside the closed blob (medulla included)."""
    size = small.side(5)
    closed = coarse.eroded_by_square(coarse.dilated_by_square(blob, size), size)
    whole = morphology.filled(closed)
    inside = coarse.eroded_by_square(whole, 3)
    low, median, high = np.percentile(small.array[inside if inside.sum() > 20 else whole], [25, 50, 90])
    return float(median), float(low / high)
