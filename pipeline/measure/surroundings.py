"""Cut out a lesion with its surroundings and find the normal liver near it."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.measure import enhancement, lipiodol
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.volume import resample
from pipeline.volume.arrays import FloatArray, MaskArray, Window
from pipeline.volume.smooth import mean_within

SMOOTHING_MM = 0.8
"""mm, standard deviation of the smoothing, in the slice at least 0.7 pixel; own choice, tried on simulated lesions."""
CLEAR_OF_LESION_MM = 5.0
"""mm that normal liver lies at least from the lesion, and that are cropped around it; own choice."""
LIVER_EDGE_MM = 3.0
"""mm that normal liver lies at least inside the liver: partial volume and motion; own choice."""
GAS_HU = -100.0
"""HU below which a voxel holds gas or fat (fat is about -100)."""
OUTSIDE_HU = -1024.0
"""HU where an unenhanced image does not reach: air."""


@dataclass(frozen=True)
class LesionCrop:
    """A lesion and its margin, cropped to `window`, [slice, row, column].

    oil: voxels that lipiodol makes unreadable. readable: lesion without oil and gas. before: the
    unenhanced image on the same voxels. sigma: smoothing in voxels along (slice, row, column).
    """

    window: Window
    arterial: FloatArray
    lesion: MaskArray
    oil: MaskArray
    readable: MaskArray
    before: FloatArray | None
    sigma: tuple[float, float, float]
    grid: Grid
    modality: Modality


def cut(arterial: Image, lesion: Mask, unenhanced: Image | None) -> LesionCrop:
    """Crop to a lesion that is not empty; an unenhanced image on another grid is resampled."""
    grid = resample.crop(arterial.grid, lesion, CLEAR_OF_LESION_MM)
    window = resample.window(arterial.grid, grid)
    array = arterial.array[window].astype(np.float32)
    region = lesion.array[window]
    before = None if unenhanced is None else _on(unenhanced, arterial.grid, grid)
    oil = gas = np.zeros(region.shape, dtype=bool)
    if arterial.modality is Modality.CT:
        oil, gas = lipiodol.find(array, before, region, grid.spacing_mm), array < GAS_HU
    return LesionCrop(
        window=window,
        arterial=array,
        lesion=region,
        oil=oil,
        readable=region & ~oil & ~gas,
        before=before,
        sigma=sigma(grid),
        grid=grid,
        modality=arterial.modality,
    )


def normal_liver(arterial: Image, lesion: Mask, liver: Mask) -> enhancement.LiverLevel | None:
    """Return the level of liver away from the lesion and from the liver's edge; None if there is none.

    It is read on the image smoothed as the lesion is.
    """
    if not liver.array.any():
        return None
    window = resample.window(liver.grid, resample.crop(liver.grid, liver, 0.0))
    inner = ndimage.minimum_filter(liver.array[window], _size(liver.grid, LIVER_EDGE_MM), mode="constant", cval=False)
    normal = inner & ~ndimage.maximum_filter(lesion.array[window], _size(liver.grid, CLEAR_OF_LESION_MM))
    smooth = mean_within(arterial.array[window].astype(np.float32), normal, sigma(arterial.grid))
    return enhancement.liver_level(smooth[normal])


def sigma(grid: Grid) -> tuple[float, float, float]:
    """Return the standard deviation of the smoothing in voxels along (slice, row, column)."""
    i, j, k = grid.spacing_mm
    return (SMOOTHING_MM / k, max(SMOOTHING_MM / j, 0.7), max(SMOOTHING_MM / i, 0.7))


def _size(grid: Grid, reach_mm: float) -> tuple[int, int, int]:
    """Odd filter lengths along (slice, row, column) that reach at most reach_mm to each side."""
    i, j, k = (2 * int(reach_mm / step) + 1 for step in grid.spacing_mm)
    return (k, j, i)


def _on(image: Image, grid: Grid, sub_grid: Grid) -> FloatArray:
    if image.grid.same_as(grid):
        return resample.crop_image(image, sub_grid).array.astype(np.float32)
    return resample.resample(image, sub_grid, fill=OUTSIDE_HU).array.astype(np.float32)
