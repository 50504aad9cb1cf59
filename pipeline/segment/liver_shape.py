"""Parts of a mask that belong together, gaps that belong to it."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.segment.body import Bool, Real

HOLE_MM2 = 500.0
"""Largest hole in a slice that is filled: a vessel, fat of the portal fissure, gas in a treated tumor."""


def ball(radius: int) -> Bool:
    """Return a ball as a structuring element, radius in voxels."""
    z, y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1, -radius : radius + 1]
    out: Bool = z**2 + y**2 + x**2 <= radius**2 + 1
    return out


def opened(mask: Bool, radius: int) -> Bool:
    """Return the opening by a ball; the volume's border counts as inside."""
    element = ball(radius)
    padded = np.pad(mask, radius, mode="edge")
    cut = slice(radius, -radius)
    out: Bool = ndimage.binary_opening(padded, element)[cut, cut, cut]
    return out


def main_part(mask: Bool, weight: Real, radius: int) -> Bool:
    """Return the part with the largest weight after necks thinner than the ball are cut.

    The part gets back what lies within one radius of it in the mask.
    """
    parts, count = ndimage.label(opened(mask, radius))
    if count == 0:
        return np.zeros_like(mask)
    sums = np.bincount(parts.ravel(), weights=weight.ravel())
    sums[0] = 0
    part = parts == int(sums.argmax())
    out: Bool = ndimage.binary_dilation(part, ball(radius)) & mask
    return out


def filled(mask: Bool, allowed: Bool, step: float) -> Bool:
    """Return the mask after closing notches with allowed tissue and filling small holes in each slice."""
    closed = ndimage.binary_closing(np.pad(mask, 4, mode="edge"), ball(3))[4:-4, 4:-4, 4:-4]
    out: Bool = mask | (closed & allowed)
    for k in range(len(out)):
        holes = ndimage.binary_fill_holes(out[k]) & ~out[k]
        if holes.any():
            out[k] |= _small(holes, HOLE_MM2 / step**2)
    return out


def signed_distance(mask: Bool, step: float) -> Real:
    """Return mm to the border of a mask, positive inside."""
    inner: NDArray[np.float64] = ndimage.distance_transform_edt(np.pad(mask, 1, mode="edge"))[1:-1, 1:-1, 1:-1]
    outer: NDArray[np.float64] = ndimage.distance_transform_edt(~mask)
    out: Real = ((inner - outer) * step + np.where(mask, -0.5, 0.5) * step).astype(np.float32)
    return out


def _small(mask: Bool, voxels: float) -> Bool:
    """Return the parts of a plane's mask of at most so many pixels."""
    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())
    keep = sizes <= voxels
    keep[0] = False
    out: Bool = keep[parts]
    return out
