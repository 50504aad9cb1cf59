"""Images and masks carried from one grid to another, and grids changed.

Everything is in LPS mm. A transform maps points of the fixed grid to points of the image
that is resampled (pipeline.model.transform). Where a fixed voxel lands outside that image
it takes the fill value, or no mask. No step draws random numbers or depends on threads.
"""

import math
from itertools import product

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform

FILL_HU = -1024.0
"""Air: what CT voxels without data become. Callers with MR pass 0."""
HALF = 0.5
"""A voxel belongs to a resampled mask from this interpolated share on."""


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
    x, y, z = (_point(column) for column in columns)
    return Grid((k, j, i), _point(image.GetSpacing()), _point(image.GetOrigin()), (x, y, z))


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
    for number in range(1, len(labels.names) + 1):
        mask = Mask(labels.array == number, labels.grid)
        if not mask.array.any():
            continue
        share = _linear(mask_to_sitk(mask), grid, transform, 0.0)
        total += share
        ahead = share > best
        winner[ahead] = number
        best[ahead] = share[ahead]
    winner[total < HALF] = 0
    return Labels(winner, grid, labels.names)


def with_spacing(grid: Grid, spacing_mm: float | tuple[float, float, float]) -> Grid:
    """Return a grid over the same box with another spacing along (i, j, k).

    The box keeps its center. It grows by less than one new voxel where the spacing does
    not divide it; every new voxel center lies inside the old box.
    """
    steps = spacing_mm if isinstance(spacing_mm, tuple) else (spacing_mm,) * 3
    extents = [n * step for n, step in zip(grid.shape[::-1], grid.spacing_mm, strict=True)]
    counts = [max(1, math.ceil(extent / step - 1e-6)) for extent, step in zip(extents, steps, strict=True)]
    center = grid.to_lps((np.array(grid.shape[::-1]) - 1) / 2)
    offsets = [(n - 1) / 2 * step for n, step in zip(counts, steps, strict=True)]
    origin = center - np.array(grid.directions).T @ np.array(offsets)
    return Grid((counts[2], counts[1], counts[0]), steps, _point(origin), grid.directions)


def crop(grid: Grid, mask: Mask, margin_mm: float) -> Grid:
    """Return the smallest part of the grid that holds the mask and a margin, in whole voxels.

    The mask may lie on another grid: its box is then carried over by its corners.

    Raises:
        ValueError: the mask is empty or lies outside the grid.
    """
    if not mask.array.any():
        raise ValueError("the mask is empty; expected at least one voxel to crop around")
    spans = [np.flatnonzero(mask.array.any(axis=axes)) for axes in ((0, 1), (0, 2), (1, 2))]
    corners = np.array(list(product(*((span[0], span[-1]) for span in spans))), dtype=float)
    at = grid.to_index(mask.grid.to_lps(corners))
    margin = margin_mm / np.array(grid.spacing_mm)
    size = np.array(grid.shape[::-1])
    low = np.maximum(np.floor(at.min(axis=0) - margin + 1e-6).astype(int), 0)
    high = np.minimum(np.ceil(at.max(axis=0) + margin - 1e-6).astype(int) + 1, size)
    if (high <= low).any():
        raise ValueError(f"the mask lies outside the grid of shape {grid.shape}")
    shape = (int(high[2] - low[2]), int(high[1] - low[1]), int(high[0] - low[0]))
    return Grid(shape, grid.spacing_mm, _point(grid.to_lps(low.astype(float))), grid.directions)


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


def uncrop_mask(mask: Mask, grid: Grid) -> Mask:
    """Return a mask from a grid made by `crop` on the whole grid, empty outside the part.

    Raises:
        ValueError: the mask's grid is no part of the grid.
    """
    whole = np.zeros(grid.shape, dtype=np.bool_)
    whole[window(grid, mask.grid)] = mask.array
    return Mask(whole, grid)


def window(grid: Grid, part: Grid) -> tuple[slice, slice, slice]:
    """Return where a grid made by `crop` lies in the whole grid, as slices for [k, j, i].

    Raises:
        ValueError: the part is not made of whole voxels of the grid.
    """
    start = np.rint(grid.to_index(np.array(part.origin))).astype(int)[::-1]
    stop = start + np.array(part.shape)
    if (start >= 0).all() and (stop <= np.array(grid.shape)).all():
        origin = _point(grid.to_lps(start[::-1].astype(float)))
        if Grid(part.shape, grid.spacing_mm, origin, grid.directions).same_as(part):
            return slice(start[0], stop[0]), slice(start[1], stop[1]), slice(start[2], stop[2])
    raise ValueError(
        f"a grid of shape {part.shape} is no part of the grid of shape {grid.shape}; expected a crop of it"
    )


def _linear(image: sitk.Image, grid: Grid, transform: Transform | None, fill: float) -> NDArray[np.float32]:
    mapping = transform_to_sitk(transform or Transform.identity())
    k, j, i = grid.shape
    direction = np.array(grid.directions).T.ravel().tolist()
    out = sitk.Resample(
        image, (i, j, k), mapping, sitk.sitkLinear, grid.origin, grid.spacing_mm, direction, fill, sitk.sitkFloat32
    )
    array: NDArray[np.float32] = sitk.GetArrayFromImage(out)
    return array


def _with_grid(image: sitk.Image, grid: Grid) -> sitk.Image:
    image.SetSpacing(grid.spacing_mm)
    image.SetOrigin(grid.origin)
    image.SetDirection(np.array(grid.directions).T.ravel().tolist())
    return image


def _point(values: NDArray[np.float64] | tuple[float, ...]) -> Point:
    x, y, z = (float(value) for value in values)
    return (x, y, z)
