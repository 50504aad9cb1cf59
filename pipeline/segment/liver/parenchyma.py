"""What liver looks like in this image: its usual intensity, and how much a value speaks for it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from pipeline.model.image import Modality, Phase
from pipeline.segment.liver.body import Body
from pipeline.segment.liver.location import LocationPrior, SearchWindow
from pipeline.volume.arrays import FloatArray, MaskArray

USUAL_HU = {
    Phase.UNENHANCED: (15.0, 90.0),
    Phase.ARTERIAL: (35.0, 130.0),
    Phase.PORTAL_VENOUS: (60.0, 210.0),
    Phase.DELAYED: (50.0, 170.0),
    Phase.HEPATOBILIARY: (15.0, 210.0),
    Phase.UNKNOWN: (15.0, 210.0),
}
"""HU between which the parenchyma's level is sought, by phase: fatty to dense livers, weak to strong contrast; own
choice."""
FAT_TO_WATER_HU = 5.0
"""HU below which a smoothed CT voxel is fat, gas or bile rather than liver (water is 0)."""
BONE_OVER_LIVER_HU = 60.0
"""HU above parenchyma from which a dense voxel in the wall is rib or cartilage; own choice."""
BINS = 128
"""Bins of the histograms that densities are read from; own choice, 4 HU each on CT."""
STRONGEST_FOR, STRONGEST_AGAINST = 3.0, -5.0
"""log odds that one intensity can give at most; own choice."""


@dataclass(frozen=True)
class Parenchyma:
    """Parenchyma: its typical intensity and spread; low and high bound the intensities that are looked up."""

    modality: Modality
    typical: float
    spread: float
    low: float
    high: float

    def distance(self, array: FloatArray) -> FloatArray:
        """Return how many spreads an intensity lies from the typical one."""
        out: FloatArray = np.abs(array - self.typical) / self.spread
        return out


def estimate(
    array: FloatArray, body: Body, prior: LocationPrior, modality: Modality, phase: Phase
) -> Parenchyma | None:
    """Return the most frequent even intensity where liver is likely, None where nothing even is there."""
    limits = _limits(array, body, modality, phase)
    below = prior.below_dome[:, None, None]
    vault = (prior.odds > 1.5) & (body.depth > 6.0) & (below > 0) & (array > limits[0]) & (array < limits[1])
    if vault.sum() < 500:
        return None
    slope = ndimage.gaussian_gradient_magnitude(array, 1.0)
    flat = ndimage.binary_erosion(vault & (slope < np.percentile(slope[vault], 60)))
    if flat.sum() < 200:
        return None
    typical, spread = _peak(array[flat], limits, modality)
    if modality is Modality.CT:
        return _bounded(Parenchyma(modality, typical, spread, -150.0, 400.0))
    return Parenchyma(modality, typical, spread, 0.0, float(np.percentile(array[body.inside], 99.5)))


def within(array: FloatArray, region: MaskArray, modality: Modality) -> Parenchyma:
    """Return the tissue inside a region known to be mostly liver."""
    values = array[region]
    high = 400.0 if modality is Modality.CT else float(np.percentile(array, 99.5))
    low = -150.0 if modality is Modality.CT else 0.0
    middle = float(np.median(values))
    first = Parenchyma(modality, middle, _deviation(values, middle), low, max(high, middle * 1.5))
    return refined(_bounded(first), array, region)


def refined(tissue: Parenchyma, array: FloatArray, region: MaskArray) -> Parenchyma:
    """Return the tissue with typical intensity and spread read from the region found so far."""
    near = array[region & (tissue.distance(array) < 3.0)]
    if near.size < 500:
        return tissue
    typical = float(np.median(near))
    return _bounded(replace(tissue, typical=typical, spread=1.25 * _deviation(near, typical)))


def first_evidence(box: SearchWindow, tissue: Parenchyma) -> FloatArray:
    """Return the log odds of liver from intensity, before any region is known.

    Background is weighed by the place prior. Tumor of unknown look is allowed for by a
    broad share of soft-tissue values.
    """
    array = box.array
    soft = tissue.distance(array) < 6.0
    if tissue.modality is Modality.CT:
        soft = (array > 10.0) & (array < tissue.typical + 6.0 * tissue.spread)
    span = 300.0 if tissue.modality is Modality.CT else tissue.high
    outside = box.inside / (1.0 + np.exp(0.7 * box.odds))
    liver: FloatArray = (0.85 * _bell(array, tissue) + 0.15 / span * soft).astype(np.float32)
    return _odds(box, tissue, liver, _density(array, outside, tissue, 2.0))


def evidence(box: SearchWindow, tissue: Parenchyma, region: MaskArray) -> FloatArray:
    """Return the log odds of liver from intensity, given the region found so far.

    Values seen deep in the region's core count as possible tumor, the more so the deeper.
    """
    around = ndimage.gaussian_filter(region.astype(np.float32), 3.0)
    share = 0.03 + 0.3 * box.core * np.clip(2.0 * around, 0, 1)
    tumor = _density(box.array, (region & (box.core > 0.5)).astype(np.float32), tissue, 3.0)
    liver = (1 - share) * _bell(box.array, tissue) + share * tumor
    other = _density(box.array, (box.inside & ~region).astype(np.float32), tissue, 1.5)
    return _odds(box, tissue, liver, other)


def _bell(array: FloatArray, tissue: Parenchyma) -> FloatArray:
    """Return the density of parenchyma at each intensity."""
    bell = np.exp(-(tissue.distance(array) ** 2) / 2) / (2.5066 * tissue.spread)
    out: FloatArray = bell.astype(np.float32)
    return out


def _odds(box: SearchWindow, tissue: Parenchyma, liver: FloatArray, other: FloatArray) -> FloatArray:
    """Return the log of the densities of liver (tumor included) over background, less what cannot be liver."""
    array = box.array
    odds = np.clip(np.log((liver + 1e-6) / (other + 1e-6)), STRONGEST_AGAINST, STRONGEST_FOR)
    if tissue.modality is Modality.CT:
        odds -= np.clip((FAT_TO_WATER_HU - array) / 5.0, 0, 6)
        odds -= 2.0 * np.clip((array - 250.0) / 50.0, 0, 1)
        odds -= 4.0 * ((array > max(150.0, tissue.typical + BONE_OVER_LIVER_HU)) & (box.depth < 1.0))
    else:
        odds -= 2.0 * np.clip((tissue.distance(array) - 5.0) / 2.0, 0, 3)
    out: FloatArray = odds.astype(np.float32)
    return out


def _density(array: FloatArray, weight: FloatArray, tissue: Parenchyma, blur: float) -> FloatArray:
    """Return the weighted density of each voxel's intensity (per intensity unit), blurred by `blur` bins."""
    width = (tissue.high - tissue.low) / BINS
    bins = np.clip(((array - tissue.low) / width).astype(np.int32), 0, BINS - 1)
    counts = np.bincount(bins.ravel(), weight.ravel(), BINS)
    smooth = ndimage.gaussian_filter1d(counts, blur) / (counts.sum() + 1.0) / width
    out: FloatArray = smooth.astype(np.float32)[bins]
    return out


def _limits(array: FloatArray, body: Body, modality: Modality, phase: Phase) -> tuple[float, float]:
    """Return the intensities between which parenchyma is sought."""
    if modality is Modality.CT:
        return USUAL_HU[phase]
    values = array[body.inside]
    return 0.12 * float(np.percentile(values, 95)), float(np.percentile(values, 98))


def _peak(values: FloatArray, limits: tuple[float, float], modality: Modality) -> tuple[float, float]:
    """Return place and half width (at 60 % height, one standard deviation) of the highest peak."""
    low, high = limits
    width = (high - low) / 200
    counts, _ = np.histogram(values, bins=200, range=limits)
    blur = 4.0 / width if modality is Modality.CT else 8.0
    smooth = ndimage.gaussian_filter1d(counts.astype(float), blur, mode="nearest")
    top = int(smooth.argmax())
    under = np.flatnonzero(smooth < 0.6 * smooth[top])
    half = np.abs(under - top).min() if under.size else 100
    return low + (top + 0.5) * width, max(float(half), 1.0) * width


def _deviation(values: FloatArray, middle: float) -> float:
    """Return the standard deviation from the median absolute deviation."""
    return max(1.4826 * float(np.median(np.abs(values - middle))), 1e-3 * max(abs(middle), 1.0))


def _bounded(tissue: Parenchyma) -> Parenchyma:
    """Return the tissue with a spread that noise and texture of a liver can have."""
    if tissue.modality is Modality.CT:
        return replace(tissue, spread=min(max(tissue.spread, 6.0), 18.0))
    return replace(tissue, spread=max(tissue.spread, 0.04 * max(tissue.typical, 1e-6)))
