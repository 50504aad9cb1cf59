"""Outline one lesion on the image: half-level region first, smooth surface where it fits."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from pipeline.segment.lesion import boundary, mixed, surface
from pipeline.segment.lesion.shape import describe
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm, Window
from pipeline.volume.region import largest_part, parts_holding

OIL_OVER_LIVER_HU = 150.0
"""HU above parenchyma from which a voxel is oil or calcification: more than any tumor enhances; own choice."""
SURFACE_UP_TO_MM = 70.0
"""mm, longest diameter: larger lesions are too irregular for the surface and need it least; own choice, tuned on sample
and HCC-TACE-Seg."""
MIN_SOLIDITY = 0.6
"""Volume over that of the ellipsoid of like moments; below it the surface is not tried; own choice, tuned on the
sample."""
MIN_AGREEMENT = 0.65
"""Dice of surface and half-level region below which the surface is not believed; own choice, tuned on the sample."""


@dataclass(frozen=True)
class Outline:
    """A lesion's region with the contrast of its border zone to the parenchyma (positive)."""

    region: MaskArray
    contrast: float


@dataclass(frozen=True)
class LiverTissue:
    """What an outline is drawn on: deviation from parenchyma, where a lesion may be, noise, steps (k, j, i).

    dense: voxels with oil or calcification. sure: allowed voxels without partial volume of what
    lies outside the liver.
    """

    deviation: FloatArray
    allowed: MaskArray
    dense: MaskArray
    sure: MaskArray
    noise: float
    steps_mm: StepsMm

    def part(self, window: Window) -> "LiverTissue":
        """The tissue in a box."""
        return replace(
            self,
            deviation=self.deviation[window],
            allowed=self.allowed[window],
            dense=self.dense[window],
            sure=self.sure[window],
        )

    def near(self, region: MaskArray) -> "LiverTissue":
        """The tissue with lesions allowed only in a region."""
        return replace(self, allowed=self.allowed & region, sure=self.sure & region)


def dense_voxels(deviation: FloatArray, liver: MaskArray) -> MaskArray:
    """Return oil and calcification: above half of their own maximum nearby, at least 150 HU over parenchyma."""
    bright = (deviation > OIL_OVER_LIVER_HU) & liver
    if not bright.any():
        return bright
    top = ndimage.grey_dilation(np.where(bright, deviation, 0), footprint=np.ones((1, 3, 3)))
    return np.asarray(liver & (deviation > np.maximum(top / 2, OIL_OVER_LIVER_HU / 2)) & (top > 0))


def outline(tissue: LiverTissue, start: MaskArray, core: MaskArray, levels: dict[int, float]) -> Outline | None:
    """Outline the lesion that holds `core`, from a first guess; None if nothing stands out.

    levels: contrast of each sign that belongs to the lesion, -1 darker than parenchyma, +1 brighter.
    1. Oil counts as lesion: it takes the contrast of the soft tissue; voxels beside it say nothing.
    2. Half-level region (boundary), smoothed as little as the noise allows.
    3. A closed smooth surface (surface), if the region is up to 70 mm and roundish and
       the surface agrees with it (Dice 0.65); else the tidied region.
    4. Oil that touches the lesion is added, holes are filled.
    """
    steps = tissue.steps_mm
    oil = tissue.dense & morphology.dilated(start, 3.0, steps) if tissue.dense.any() else tissue.dense
    usable = tissue.sure & ~(ndimage.binary_dilation(tissue.dense) & ~tissue.dense)
    contrast = max(levels.values())
    signed = contrast * mixed.membership(tissue.deviation, levels)
    signed = np.where(tissue.dense, contrast, signed).astype(np.float32)
    smooth = boundary.smoothing_mm(contrast, tissue.noise, steps)
    half_level = boundary.half_level(signed, usable, start, core | oil, sigma_mm=smooth, steps_mm=steps)
    region = half_level.region
    if oil.any():
        region = morphology.closed(region, 1.5 * max(steps[1:]), steps) & tissue.allowed
    region = largest_part(region)
    if half_level.contrast <= 0 or not region.any():
        return None
    region = region | (ndimage.binary_dilation(region) & tissue.allowed & ~tissue.sure)
    region = boundary.tidy(region, steps, tissue.allowed)
    region = _surface(signed, usable, region, tissue)
    if oil.any():
        region |= parts_holding(oil, ndimage.binary_dilation(region, iterations=2))
    region = morphology.filled(region) & tissue.allowed
    return Outline(region, half_level.contrast)


def without_border(liver: MaskArray) -> MaskArray:
    """Return the liver without voxels that share a face with what lies outside it; the image's edge is no outside."""
    return np.asarray(ndimage.binary_erosion(liver, border_value=1))


def _surface(signed: FloatArray, usable: MaskArray, region: MaskArray, tissue: LiverTissue) -> MaskArray:
    """The region of the fitted surface if it can be believed, else the region itself."""
    shape = describe(region, tissue.allowed, tissue.steps_mm)
    if shape.axes_mm[0] > SURFACE_UP_TO_MM or shape.solidity < MIN_SOLIDITY:
        return region
    fitted = surface.fit(signed, usable, region, noise=tissue.noise, steps_mm=tissue.steps_mm)
    if fitted is None or not fitted.region.any():
        return region
    smooth = fitted.region & tissue.allowed
    overlap = 2 * np.count_nonzero(smooth & region) / (np.count_nonzero(smooth) + np.count_nonzero(region))
    return smooth if overlap >= MIN_AGREEMENT else region
