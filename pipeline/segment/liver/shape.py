"""Parts of a mask that belong together, gaps that belong to it."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.volume import morphology
from pipeline.volume.arrays import VOXELS, FloatArray, MaskArray
from pipeline.volume.region import bounding_box, parts_holding

HOLE_MM2 = 500.0
"""mm2, largest hole in a slice that is filled: a vessel, fat of the portal fissure, gas in a treated tumor; own
choice."""
NOTCH_VOXELS = 3
"""Coarse voxels of 3 mm: notches narrower than twice this are closed where the tissue allows it; own choice."""
MIXED = 0.85
"""Share of parenchyma's brightness: a brighter voxel is no mixture with fat or lung but other tissue; own choice."""


def opened(mask: MaskArray, voxels: int) -> MaskArray:
    """Return the opening by a ball; beyond the volume's border the mask goes on for so many voxels."""
    continued = np.pad(np.pad(mask, voxels, mode="edge"), 1)
    cut = slice(voxels + 1, -voxels - 1)
    return morphology.opened(continued, morphology.ball_radius(voxels), VOXELS)[cut, cut, cut]


def main_part(mask: MaskArray, weight: FloatArray, radius: int) -> MaskArray:
    """Return the part with the largest weight after necks thinner than the ball are cut.

    The part gets back what lies within one radius of it in the mask.
    """
    if not mask.any():
        return mask
    box = bounding_box(mask, radius, VOXELS)
    parts, count = ndimage.label(opened(mask[box], radius))
    out = np.zeros_like(mask)
    if count:
        sums = np.bincount(parts.ravel(), weights=weight[box].ravel())
        sums[0] = 0
        part = parts == int(sums.argmax())
        out[box] = morphology.dilated(part, morphology.ball_radius(radius), VOXELS) & mask[box]
    return out


def joined(mask: MaskArray, deposits: MaskArray, reach: int) -> MaskArray:
    """Return the mask with the parts of the deposits that come within so many voxels of it."""
    near = morphology.dilated(mask, morphology.ball_radius(reach), VOXELS)
    return mask | parts_holding(deposits, near)


def filled(mask: MaskArray, allowed: MaskArray, step: float) -> MaskArray:
    """Return the mask after closing notches with allowed tissue and filling holes.

    A hole enclosed within a slice is filled when it is small or holds allowed tissue only
    (a tumor of another brightness); a hole enclosed on all sides is always filled.
    """
    continued = np.pad(mask, NOTCH_VOXELS + 1, mode="edge")
    cut = slice(NOTCH_VOXELS + 1, -NOTCH_VOXELS - 1)
    closed = morphology.closed(continued, morphology.ball_radius(NOTCH_VOXELS), VOXELS)[cut, cut, cut]
    out: MaskArray = mask | (closed & allowed)
    in_plane = np.zeros((3, 3, 3), dtype=bool)
    in_plane[1] = True
    parts, count = ndimage.label(morphology.enclosed(out), in_plane)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    pure = np.bincount(parts.ravel(), weights=allowed.ravel(), minlength=count + 1) > 0.8 * sizes
    fill = pure | (sizes <= HOLE_MM2 / step**2)
    fill[0] = False
    out |= fill[parts]
    whole: MaskArray = ndimage.binary_fill_holes(out)
    return whole


def grown(share: FloatArray, array: FloatArray, typical: float, fat: float, layers: int) -> FloatArray:
    """Return the share (0 to 1) of liver after its border to fat and lung is set by partial volume.

    A voxel next to the region that is darker than parenchyma and has fat or lung beside it
    takes the share its intensity has between the two. Thick slices blur the border over
    several voxels: then `layers` of them are looked at, from the region outward.
    """
    region = share > 0.5
    dark = ndimage.minimum_filter(array, size=5 + 2 * (layers - 1))
    part = np.clip((array - dark) / np.maximum(typical - dark, 1.0), 0, 1)
    beside = (part < MIXED) & (ndimage.minimum_filter(array, footprint=ndimage.generate_binary_structure(3, 2)) < fat)
    out = share.copy()
    for _ in range(layers):
        layer = ndimage.binary_dilation(region) & ~region & beside
        out[layer] = np.maximum(share, part)[layer]
        region |= layer & (part >= 0.5)
    return out


def signed_distance(mask: MaskArray, step: float) -> FloatArray:
    """Return mm to the border of a mask, positive inside."""
    inner: NDArray[np.float64] = ndimage.distance_transform_edt(np.pad(mask, 1, mode="edge"))[1:-1, 1:-1, 1:-1]
    outer: NDArray[np.float64] = ndimage.distance_transform_edt(~mask)
    out: FloatArray = ((inner - outer) * step + np.where(mask, -0.5, 0.5) * step).astype(np.float32)
    return out
