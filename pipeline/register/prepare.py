"""Images brought to the working grid of registration: coarse, smoothed, windowed."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from pipeline.model.image import Image, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.volume import morphology, resample
from pipeline.volume.region import largest_part

WORKING_MM = 3.0
"""mm, spacing of the deformable stage; finer grids cost time by the cube and gain little in liver."""
BODY_MM = 4.0
"""mm, the same without a liver mask, where the whole body is registered."""
CT_WINDOW_HU = (-150.0, 250.0)
"""HU, fat to enhanced vessels: lung, bone, lipiodol and metal are cut off, so that they cannot pull."""
MR_PERCENTILES = (1.0, 99.0)
"""Percentiles of the image between which MR signal, which has no unit, is scaled; own choice."""
FULL_SCALE = 400.0
"""Units that both modalities are scaled to: the width of the CT window."""
REGION_MARGIN_MM = 12.0
"""mm around the liver that drive the registration too: to the ribs but not beyond; own choice."""
CROP_MARGIN_MM = 36.0
"""mm around the liver where the working grid ends; own choice, three times the region's margin."""
BODY_HU = -200.0
"""HU above which a voxel is body: between air and fat (about -100)."""
SKIN_MM = 25.0
"""mm, outer shell of the body (ribs and skin) that is left out without a liver mask; own choice."""


@dataclass(frozen=True)
class Prepared:
    """An image ready for registration.

    region: what drives the alignment. liver: where known. body_center: center of mass of the
    body in LPS mm, whatever part of it is later cropped.
    """

    image: Image
    region: Mask
    liver: Mask | None
    body_center: NDArray[np.float64]


def prepare(image: Image, liver: Mask | None) -> Prepared:
    """Smooth, window and resample the image, and find the region that drives registration.

    With a liver the working grid has 3 mm, without 4 mm. An empty liver mask counts as none.
    """
    has_liver = liver is not None and bool(liver.array.any())
    grid = resample.with_spacing(image.grid, WORKING_MM if has_liver else BODY_MM)
    coarse = resample.resample(_shrunk(image), grid, fill=_lowest(image))
    placed = resample.resample_mask(liver, grid) if liver is not None and has_liver else None
    body = tissue(coarse)
    middle = center(body)
    if placed is None or not placed.array.any():
        return Prepared(windowed(coarse), without_shell(body), None, middle)
    return Prepared(windowed(coarse), grown(placed, REGION_MARGIN_MM), placed, middle)


def smoothed(image: Image) -> Image:
    """Return the image averaged to just below the working spacing, and windowed."""
    return windowed(_shrunk(image))


def cropped(prepared: Prepared) -> Prepared:
    """Return the part around the liver, or around the region without one."""
    part = resample.crop(prepared.image.grid, prepared.liver or prepared.region, CROP_MARGIN_MM)
    return Prepared(
        resample.crop_image(prepared.image, part),
        resample.crop_mask(prepared.region, part),
        None if prepared.liver is None else resample.crop_mask(prepared.liver, part),
        prepared.body_center,
    )


def joined(fixed: Prepared, moving: Prepared, transform: Transform) -> Prepared:
    """Return the fixed image cropped to both livers together, which drive it with 12 mm around them.

    So what one of two outlines lacks is in the region all the same. Without both livers it is as `cropped` leaves it.
    """
    if fixed.liver is None or moving.liver is None:
        return cropped(fixed)
    carried = resample.resample_mask(moving.liver, fixed.image.grid, transform)
    both = Mask(fixed.liver.array | carried.array, fixed.image.grid)
    part = resample.crop(fixed.image.grid, both, CROP_MARGIN_MM)
    return Prepared(
        resample.crop_image(fixed.image, part),
        grown(resample.crop_mask(both, part), REGION_MARGIN_MM),
        resample.crop_mask(fixed.liver, part),
        fixed.body_center,
    )


def windowed(image: Image) -> Image:
    """Cut intensities to the soft-tissue window and shift them to 0 .. 400 (float32)."""
    low, high = CT_WINDOW_HU
    if image.modality is not Modality.CT:
        low, high = (float(v) for v in np.percentile(image.array, MR_PERCENTILES))
        high = max(high, low + 1e-6)
    scaled = (np.clip(image.array.astype(np.float32), low, high) - low) * (FULL_SCALE / (high - low))
    return Image(scaled.astype(np.float32), image.grid, image.modality)


def grown(mask: Mask, margin_mm: float) -> Mask:
    """Return the mask with everything within margin_mm of it."""
    return Mask(morphology.dilated(mask.array, margin_mm, mask.grid.steps_mm), mask.grid)


def tissue(image: Image) -> Mask:
    """Return the body: the largest piece above -200 HU, for MR above Otsu's threshold; everything if there is none."""
    if image.modality is Modality.CT:
        bright = image.array > BODY_HU
    else:
        bright = sitk.GetArrayFromImage(sitk.OtsuThreshold(resample.to_sitk(image), 0, 1)) > 0
    if not bright.any():
        return Mask(np.ones(image.grid.shape, dtype=np.bool_), image.grid)
    return Mask(largest_part(bright), image.grid)


def without_shell(body: Mask) -> Mask:
    """Return the body without its outer 25 mm in each slice; the body where that leaves nothing."""
    _, j, i = body.grid.steps_mm
    deep = morphology.within_slices(morphology.eroded, morphology.filled(body.array), SKIN_MM, (j, i))
    inner = deep & body.array
    return Mask(inner if inner.any() else body.array, body.grid)


def center(mask: Mask) -> NDArray[np.float64]:
    """Return the center of mass of a mask in LPS mm."""
    kji = np.array([axis.mean() for axis in np.nonzero(mask.array)])
    return mask.grid.to_lps(kji[::-1])


def _shrunk(image: Image) -> Image:
    counts = image.grid.shape[::-1]
    factors = [min(n, max(1, int(WORKING_MM // step))) for n, step in zip(counts, image.grid.spacing_mm, strict=True)]
    if max(factors) == 1:
        return image
    return resample.from_sitk(sitk.BinShrink(resample.to_sitk(image), factors), image.modality)


def _lowest(image: Image) -> float:
    return resample.FILL_HU if image.modality is Modality.CT else float(image.array.min())
