"""Images and masks carried from one grid to another, and grids changed.

Everything is in LPS mm. A transform maps points of the fixed grid to points of the image
that is resampled (pipeline.model.transform). Where a fixed voxel lands outside that image
it takes the fill value, or no mask. No step draws random numbers or depends on threads.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.volume import grids, reach
from pipeline.volume.arrays import FloatArray, Window
from pipeline.volume.grids import crop, window, with_spacing

__all__ = [
    "crop",
    "crop_image",
    "crop_mask",
    "from_sitk",
    "grid_from_sitk",
    "mask_to_sitk",
    "resample",
    "resample_labels",
    "resample_mask",
    "to_sitk",
    "transform_to_sitk",
    "window",
    "with_spacing",
]

FILL_HU = -1024.0
"""HU of air: what CT voxels without data become. Callers with MR pass 0."""
HALF = 0.5
"""Interpolated share from which on a voxel belongs to a resampled mask."""


def to_sitk(image: Image) -> sitk.Image:
    """Return the image as a SimpleITK image of the same pixel type."""
    return _with_grid(sitk.GetImageFromArray(image.array), image.grid)


def mask_to_sitk(mask: Mask) -> sitk.Image:
    """Return the mask as an 8-bit SimpleITK image of 0 and 1."""
    return _with_grid(sitk.GetImageFromArray(mask.array.astype(np.uint8)), mask.grid)


def from_sitk(image: sitk.Image, modality: Modality = Modality.CT) -> Image:
    """Return a SimpleITK image of dimension 3 with one component as an Image."""
    return Image(sitk.GetArrayFromImage(image), grid_from_sitk(image), modality)


def grid_from_sitk(image: sitk.Image) -> Grid:
    """Return the grid of a SimpleITK image of dimension 3."""
    i, j, k = image.GetSize()
    columns = np.array(image.GetDirection(), dtype=float).reshape(3, 3).T
    x, y, z = (grids.point(column) for column in columns)
    return Grid((k, j, i), grids.point(image.GetSpacing()), grids.point(image.GetOrigin()), (x, y, z))


def transform_to_sitk(transform: Transform) -> sitk.Transform:
    """Return the transform as SimpleITK's: first the displacement, then the linear part."""
    linear = sitk.AffineTransform(3)
    linear.SetMatrix(transform.linear[:3, :3].ravel().tolist())
    linear.SetTranslation(transform.linear[:3, 3].tolist())
    if transform.displacement is None or transform.displacement_grid is None:
        return linear
    field = sitk.GetImageFromArray(transform.displacement.astype(np.float64), isVector=True)
    warp = sitk.DisplacementFieldTransform(_with_grid(field, transform.displacement_grid))
    return sitk.CompositeTransform([linear, warp])


def resample(image: Image, grid: Grid, transform: Transform | None = None, fill: float = FILL_HU) -> Image:
    """Return the image on the grid by linear interpolation; integers are rounded to the nearest.

    Interpolation alone: to a much coarser grid, smooth first, or fine detail aliases.
    """
    out = _linear(to_sitk(image), grid, transform, fill)
    if np.issubdtype(image.array.dtype, np.integer):
        limits = np.iinfo(image.array.dtype)
        out = np.clip(np.rint(out), limits.min, limits.max)
    return Image(out.astype(image.array.dtype), grid, image.modality)


def resample_mask(mask: Mask, grid: Grid, transform: Transform | None = None) -> Mask:
    """Return the mask on the grid: interpolated linearly as 0 and 1, then cut at one half."""
    labels = Labels(mask.array.astype(np.uint8), mask.grid, ("mask",))
    return Mask(resample_labels(labels, grid, transform).array > 0, grid)


def resample_labels(labels: Labels, grid: Grid, transform: Transform | None = None) -> Labels:
    """Return the labels on the grid under the same names.

    Each label is interpolated linearly as 0 and 1. A voxel is lesion where the shares sum
    to one half or more, and goes to the label with the largest share (the first on a tie).
    """
    total = np.zeros(grid.shape, dtype=np.float32)
    best = np.zeros(grid.shape, dtype=np.float32)
    winner = np.zeros(grid.shape, dtype=np.uint8)
    mapping = transform or Transform.identity()
    for number, box in enumerate(ndimage.find_objects(labels.array), start=1):
        if box is None:
            continue
        mask = _part(labels, number, box)
        near = reach.reach(grid, mask.grid, mapping)
        if near is None:
            continue
        share = _linear(mask_to_sitk(mask), grids.part(grid, near), mapping, 0.0)
        total[near] += share
        ahead = share > best[near]
        winner[near][ahead] = number
        best[near][ahead] = share[ahead]
    winner[total < HALF] = 0
    return Labels(winner, grid, labels.names)


def crop_image(image: Image, grid: Grid) -> Image:
    """Return the part of the image on a grid made by `crop`, without interpolation.

    Raises:
        ValueError: the grid is no part of the image's grid.
    """
    return Image(image.array[window(image.grid, grid)], grid, image.modality)


def crop_mask(mask: Mask, grid: Grid) -> Mask:
    """Return the part of the mask on a grid made by `crop`.

    Raises:
        ValueError: the grid is no part of the mask's grid.
    """
    return Mask(mask.array[window(mask.grid, grid)], grid)


def _part(labels: Labels, number: int, box: Window) -> Mask:
    """One label with a rim of one voxel, so that it fades to nothing as in the whole image."""
    rim = tuple(
        slice(max(step.start - 1, 0), min(step.stop + 1, size))
        for step, size in zip(box, labels.array.shape, strict=True)
    )
    inside = (rim[0], rim[1], rim[2])
    return Mask(labels.array[inside] == number, grids.part(labels.grid, inside))


def _linear(image: sitk.Image, grid: Grid, transform: Transform | None, fill: float) -> FloatArray:
    mapping = transform_to_sitk(transform or Transform.identity())
    k, j, i = grid.shape
    direction = np.array(grid.directions).T.ravel().tolist()
    out = sitk.Resample(
        image, (i, j, k), mapping, sitk.sitkLinear, grid.origin, grid.spacing_mm, direction, fill, sitk.sitkFloat32
    )
    array: FloatArray = sitk.GetArrayFromImage(out)
    return array


def _with_grid(image: sitk.Image, grid: Grid) -> sitk.Image:
    image.SetSpacing(grid.spacing_mm)
    image.SetOrigin(grid.origin)
    image.SetDirection(np.array(grid.directions).T.ravel().tolist())
    return image
