"""Oil painted over, so that a treated liver looks to a network as one before treatment."""

import numpy as np

from pipeline.model.image import Image, Mask, Modality
from pipeline.segment.lesion.background import mode
from pipeline.volume import grids, morphology
from pipeline.volume.region import parts_holding

OIL_HU = 180.0
"""HU from which a voxel at the liver is oil: denser than tissue that enhances (shared/image-chain.md)."""
NEAR_MM = 12.0
"""mm around the carried liver in which oil is sought (shared/image-chain.md)."""
LEAST_ML = 1.0
"""ml of oil below which nothing is painted: vessels and calcifications; own choice."""


def painted(image: Image, carried: Mask) -> Image | None:
    """Return the image with oil at the level of normal liver; None where there is none to speak of, and for MR.

    carried: the liver as an earlier visit shows it, on the image's grid. Dense parts that do not reach into it are
    left: ribs, bowel with oral contrast.
    """
    if image.modality is not Modality.CT or not carried.array.any():
        return None
    window = grids.window(image.grid, grids.crop(image.grid, carried, NEAR_MM))
    inside = carried.array[window]
    dense = image.array[window] > OIL_HU
    oil = parts_holding(dense & morphology.dilated(inside, NEAR_MM, image.grid.steps_mm), dense & inside)
    if np.count_nonzero(oil & inside) * image.grid.voxel_ml < LEAST_ML:
        return None
    level, _ = mode(image.array[window][inside & ~dense].astype(np.float32))
    array = image.array.copy()
    array[window][oil] = round(level)
    return Image(array, image.grid, image.modality)
