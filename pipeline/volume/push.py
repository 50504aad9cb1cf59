"""Carry a region along a transform: where its voxels land on another grid."""

import numpy as np
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.volume import points

SUBSTEPS = 2
"""Points along each voxel edge, so that no voxel of a finer grid is skipped."""


def push_mask(mask: Mask, grid: Grid, transform: Transform) -> Mask:
    """Return the mask's region on `grid` after moving each of its points by the transform.

    transform leads from points on the mask's grid to points on `grid` (LPS mm); it is not
    inverted. Points are laid out twice per voxel edge, small holes are closed, and what
    lands outside `grid` is dropped.
    """
    index = np.argwhere(mask.array)[:, ::-1].astype(np.float64)
    landed = np.zeros(grid.shape, dtype=np.bool_)
    if index.size == 0:
        return Mask(landed, grid)
    offsets = (np.arange(SUBSTEPS) + 0.5) / SUBSTEPS - 0.5
    shifts = np.stack(np.meshgrid(offsets, offsets, offsets), axis=-1).reshape(-1, 3)
    lps = mask.grid.to_lps((index[:, None] + shifts[None]).reshape(-1, 3))
    target = np.rint(grid.to_index(points.apply(transform, lps))).astype(int)[:, ::-1]
    inside = ((target >= 0) & (target < np.array(grid.shape))).all(axis=1)
    landed[tuple(target[inside].T)] = True
    closed = ndimage.binary_closing(landed, structure=ndimage.generate_binary_structure(3, 1))
    return Mask(ndimage.binary_fill_holes(closed), grid)
