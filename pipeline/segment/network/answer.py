"""Liver and lesions from the probability that a network of the user's own gave on the image's grid."""

import numpy as np
from scipy import ndimage

from pipeline.model.flags import Flag, ordered
from pipeline.model.image import Image, Mask
from pipeline.model.proposal import LesionProposal, LiverProposal
from pipeline.segment.network import lesions as built_in
from pipeline.segment.network.liver import ABOVE_HALF, LEAST_ML
from pipeline.volume import morphology
from pipeline.volume.region import largest_part

BEYOND_LIVER_MM = 6.0
"""mm around the liver in which a lesion may lie: what bulges its outline. Own choice: two voxels of 3 mm, as the
built-in lesion network is given."""


def liver(share: Image) -> LiverProposal:
    """Return the largest part above one half with the holes it encloses; confidence is its mean probability.

    LIVER_NOT_FOUND where no part has LEAST_ML. No doubt is raised: from which mean on an outline by a foreign network
    holds is not known.
    """
    inside = share.array > ABOVE_HALF
    part = largest_part(inside) if inside.any() else inside
    if np.count_nonzero(part) * share.grid.voxel_ml < LEAST_ML:
        return LiverProposal(None, 0.0, ordered(Flag.LIVER_NOT_FOUND), share)
    confidence = round(float(share.array[part].mean()), 3)
    return LiverProposal(Mask(ndimage.binary_fill_holes(part), share.grid), confidence, (), share)


def lesions(share: Image, within: Mask) -> LesionProposal:
    """Return the parts above one half in the liver or up to BEYOND_LIVER_MM from it, as segment/network/lesions does.

    Raises:
        ValueError: share and liver lie on different grids.
    """
    if not share.grid.same_as(within.grid):
        raise ValueError(f"liver on a grid {within.grid.shape}, share on {share.grid.shape}; expected the same grid")
    near = morphology.dilated(within.array, BEYOND_LIVER_MM, within.grid.steps_mm)
    return built_in.proposal(np.where(near, share.array, 0).astype(np.float32), share.grid, ABOVE_HALF)
