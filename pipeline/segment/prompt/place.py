"""The tissue around a mark: a box of the image, smoothed and pooled, with each voxel's way from the center."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.image import Image, Mask
from pipeline.model.prompt import EarlierLesion
from pipeline.segment.lesion.smooth import gaussian, pooled
from pipeline.segment.prompt import sphere, tissue
from pipeline.segment.prompt.expected import ExpectedSurface
from pipeline.segment.prompt.sphere import Vectors
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm, Window
from pipeline.volume.region import bounding_box

REACH = 1.8
"""Largest expected radii around the center that are looked at; own choice."""
SHELL_MM = 9.0
"""mm beyond the surface that count as the lesion's surroundings; own choice."""
SMOOTHING_MM = 1.0
"""mm, standard deviation of the smoothing before intensities are compared; own choice."""
STEPS_A_RADIUS = 20
"""Pixels of a radius that are kept; finer ones are pooled to save time; own choice."""
TO_NETWORK = 0.7
"""Weight of the network's log odds against those of the intensities; own choice."""
OPINION = 0.5
"""Probability that the network must reach in the middle of the mark, or it has no opinion on this lesion."""
KNOWN_NEAR_MM = 6.0
"""mm around the liver in which the network was asked: two voxels of its grid."""


@dataclass(frozen=True)
class Place:
    """Smoothed intensities around a center, the network's log odds (None without opinion), ways from the center.

    toward: mm along (k, j, i), far its length, cell its place in the table of directions. center: in voxels of the
    array.
    """

    values: FloatArray
    network: FloatArray | None
    toward: Vectors
    far: Vectors
    cell: NDArray[np.int64]
    center: Vectors
    steps_mm: StepsMm


def window(center: Vectors, reach_mm: float, shape: tuple[int, int, int], steps_mm: StepsMm) -> Window:
    """Return the box of the image that holds all within a distance of a center (k, j, i) in voxels."""
    sides = []
    for middle, step, count in zip(center, steps_mm, shape, strict=True):
        low, high = int(np.floor(middle - reach_mm / step)), int(np.ceil(middle + reach_mm / step)) + 1
        sides.append(slice(min(max(low, 0), count - 1), max(min(high, count), 1)))
    return sides[0], sides[1], sides[2]


def offsets(shape: tuple[int, ...], center: Vectors, steps_mm: StepsMm) -> Vectors:
    """Return the way in mm from a center to each voxel, in single precision."""
    axes = [((np.arange(n) - c) * step).astype(np.float32) for n, c, step in zip(shape, center, steps_mm, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def around(expected: ExpectedSurface, image: Image, liver: Mask | None, share: Image | None) -> Place:
    """Return what lies around the expected surface."""
    steps = image.grid.steps_mm
    largest = float(expected.mean_mm(np.concatenate([np.eye(3), -np.eye(3), expected.frame])).max())
    box = window(expected.center, REACH * largest + SHELL_MM, image.grid.shape, steps)
    factor = max(1, int(float(expected.semi_mm.max()) / STEPS_A_RADIUS / min(steps[1:])))
    small = (steps[0], steps[1] * factor, steps[2] * factor)
    k, j, i = expected.center - np.array([side.start for side in box])
    center = np.array([k, (j + 0.5) / factor - 0.5, (i + 0.5) / factor - 0.5])
    values = gaussian(pooled(image.array[box].astype(np.float32), factor), SMOOTHING_MM, small)
    toward = offsets(values.shape, center, small)
    far = np.asarray(np.linalg.norm(toward, axis=-1))
    network = None
    if share is not None:
        known = None if liver is None else morphology.dilated(liver.array[box], KNOWN_NEAR_MM, steps)
        network = _opinion(share.array[box], known, factor, far < expected.semi_mm.min() / 2)
    return Place(values, network, toward, far, sphere.nearest(toward), center, small)


def remembered(earlier: EarlierLesion | None, image: Image) -> tuple[FloatArray, FloatArray] | None:
    """Return smoothed intensities of the lesion and of its surroundings on the earlier image.

    None without one, or where it is of another modality.
    """
    if earlier is None or earlier.image.modality is not image.modality or not earlier.lesion.array.any():
        return None
    steps = earlier.image.grid.steps_mm
    box = bounding_box(earlier.lesion.array, SHELL_MM + 2 * SMOOTHING_MM, steps)
    values = gaussian(earlier.image.array[box].astype(np.float32), SMOOTHING_MM, steps)
    lesion = earlier.lesion.array[box]
    near = morphology.dilated(lesion, SHELL_MM, steps) & ~ndimage.binary_dilation(lesion, iterations=2)
    return (values[lesion], values[near]) if near.any() else None


def _opinion(share: FloatArray, known: MaskArray | None, factor: int, middle: MaskArray) -> FloatArray | None:
    """The network's log odds where it was asked; None where it sees nothing in the middle of the mark."""
    probability = pooled(share.astype(np.float32), factor)
    if not middle.any() or float(probability[middle].max()) < OPINION:
        return None
    clipped = np.clip(probability, 0.02, 0.98)
    odds = np.clip(np.log(clipped / (1 - clipped)), -tissue.MOST, tissue.MOST)
    asked = 1.0 if known is None else pooled(known.astype(np.float32), factor)
    return np.asarray(TO_NETWORK * odds * asked, dtype=np.float32)
