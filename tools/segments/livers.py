"""The label maps, and how a liver is bent, cut and roughened so that odd outlines are learned too."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LabelMap = NDArray[np.uint8]
"""Segments 1 to 8 and background 0 on a grid of 4 mm, [k, j, i] growing up, to the back and to the left (LPS)."""
STEP_MM = 4.0
"""mm between the voxels of the label maps."""
PAD = 12
"""Voxels around a liver that may bulge."""


def load(path: Path) -> dict[str, LabelMap]:
    """Return the maps, which the file holds as (x, y, z) in RAS order."""
    with np.load(path) as kept:
        return {name: np.ascontiguousarray(kept[name].transpose(2, 1, 0)[:, ::-1, ::-1]) for name in kept.files}


def bulged(labels: LabelMap, rng: np.random.Generator) -> LabelMap:
    """Return a liver with a tumor grown in it: one place swells and pushes the rest, up to 80 mm around."""
    padded = np.pad(labels, PAD)
    inside = np.argwhere(padded)
    center = inside[rng.integers(len(inside))].astype(float)
    reach, power = rng.uniform(30, 80) / STEP_MM, rng.uniform(0.3, 1.0)
    offset = np.indices(padded.shape).reshape(3, -1) - center[:, None]
    distance = np.sqrt((offset**2).sum(axis=0))
    share = np.where(distance < reach, np.maximum(distance, 1e-6) / reach, 1.0) ** power
    source = center[:, None] + offset * share
    moved = ndimage.map_coordinates(padded, source, order=0).reshape(padded.shape)
    return trimmed(moved)


def cut(labels: LabelMap, rng: np.random.Generator) -> LabelMap:
    """Return a liver that the scan does not show whole: up to a fifth is missing at the top, the bottom or both."""
    height = labels.shape[0]
    top, bottom = (int(rng.uniform(0, 0.2) * height) if rng.random() < 0.6 else 0 for _ in range(2))
    return trimmed(labels[bottom : height - top])


def roughened(labels: LabelMap, rng: np.random.Generator) -> LabelMap:
    """Return a liver with an outline that is off by a voxel in patches, as a machine's is."""
    rough = ndimage.gaussian_filter(rng.standard_normal(labels.shape), 2.0)
    rough /= rough.std()
    whole = labels > 0
    depth = ndimage.distance_transform_edt(whole) - ndimage.distance_transform_edt(~whole)
    nearest = ndimage.distance_transform_edt(~whole, return_distances=False, return_indices=True)
    return trimmed(np.where(depth + rough > 0.5, labels[tuple(nearest)], 0).astype(np.uint8))


def trimmed(labels: LabelMap) -> LabelMap:
    """Return the map cropped to its liver and one voxel around."""
    box = ndimage.find_objects((labels > 0).astype(np.uint8))[0]
    return np.pad(labels[box], 1)
