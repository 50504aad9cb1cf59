"""Describe the shape and place of a region: extents, elongation, contact with the liver's border."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.volume.arrays import MaskArray, StepsMm
from pipeline.volume.region import bounding_box


@dataclass(frozen=True)
class Shape:
    """Shape of a region.

    axes_mm: diameters of the ellipsoid with the same moments, longest first. volume_ml.
    solidity: volume over that ellipsoid's (a branched or curved region has less than 1).
    slices: how many it spans. border_share: share of its surface voxels beside the liver's border.
    """

    axes_mm: tuple[float, float, float]
    volume_ml: float
    solidity: float
    slices: int
    border_share: float

    @property
    def elongation(self) -> float:
        """Longest over middle diameter: large for a tube, 1 for a ball or a disk."""
        return self.axes_mm[0] / self.axes_mm[1]

    @property
    def flatness(self) -> float:
        """Middle over shortest diameter: large for a strip along the border, 1 for a ball."""
        return self.axes_mm[1] / self.axes_mm[2]


def describe(region: MaskArray, liver: MaskArray, steps_mm: StepsMm) -> Shape:
    """Return the shape of a region that has at least one voxel."""
    part = bounding_box(region, 1.01 * max(steps_mm), steps_mm)
    region, liver = region[part], liver[part]
    at = np.argwhere(region) * np.array(steps_mm)
    spread = np.cov(at.T, bias=True) if len(at) > 1 else np.zeros((3, 3))
    values = np.linalg.eigvalsh(spread + np.diag(np.array(steps_mm) ** 2 / 12))[::-1]
    a, b, c = (float(2 * np.sqrt(5 * value)) for value in values)
    volume = len(at) * float(np.prod(steps_mm))
    surface = region & ~ndimage.binary_erosion(region, border_value=1)
    outside = ndimage.binary_dilation(~liver, iterations=1)
    return Shape(
        (a, b, c),
        volume / 1000,
        volume / (np.pi / 6 * a * b * c),
        int(np.any(region, axis=(1, 2)).sum()),
        int(np.count_nonzero(surface & outside)) / max(int(np.count_nonzero(surface)), 1),
    )


def longest_in_plane_mm(region: MaskArray, steps_mm: StepsMm) -> float:
    """Return the longest distance of two voxels of one slice plus one pixel: a quick long axis."""
    best = 0.0
    for k in np.any(region, axis=(1, 2)).nonzero()[0]:
        at = np.argwhere(region[k] & ~ndimage.binary_erosion(region[k])) * np.array(steps_mm[1:])
        gaps = at[:, None] - at[None] if len(at) <= 600 else at[:: len(at) // 300][:, None] - at[None]
        best = max(best, float(np.sqrt((gaps**2).sum(axis=-1)).max()))
    return best + min(steps_mm[1:]) if region.any() else 0.0
