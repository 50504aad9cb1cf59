"""The liver of a follow-up by what its image shows and what the baseline was."""

import numpy as np

from pipeline.model import flags
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.segment.lesion.smooth import gaussian
from pipeline.segment.liver.join import dice
from pipeline.segment.liver.propose import transfer
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray
from pipeline.volume.region import largest_part

NO_TISSUE_HU = -30.0
"""HU of smoothed tissue below which a place is fat or lung, and no tumor; fat is about -100."""
SMOOTHING_MM = 2.0
"""mm, standard deviation of the smoothing before a place is called fat; own choice."""


def remember(image: Image, phase: Phase, shown: LiverProposal, carried: Mask, tumors: Mask) -> LiverProposal:
    """Return the liver of a follow-up, on its grid.

    shown: what its image alone shows, oil painted over. carried, tumors: liver and lesions of an earlier visit, carried
    by the registration.

    1. A voxel is liver where two of three say so: what is seen, what was carried, and that moved to the image's edges.
    2. The carried tumors belong to it wherever the image shows tissue: a tumor is not cut off.
    3. The largest part stays, with its holes in a slice.

    The confidence is that of what is seen (of the carried liver, where nothing is), times the mean Dice of the three.
    """
    moved = transfer(image, phase, carried)
    outlines = [each.array for each in (shown.mask or carried, carried, moved.mask or carried)]
    liver = np.asarray(np.sum(outlines, axis=0, dtype=np.uint8) >= 2)
    whole = liver | (tumors.array & ~_no_tissue(image, tumors.array))
    mask = Mask(largest_part(morphology.filled(whole)), image.grid)
    agreement = float(np.mean([dice(mask.array, each) for each in outlines]))
    leading = moved if shown.mask is None else shown
    raised = flags.ordered(Flag.LIVER_DOUBTFUL) if shown.mask is None else shown.flags
    return LiverProposal(mask, round(leading.confidence * agreement, 3), raised, shown.share)


def _no_tissue(image: Image, region: MaskArray) -> MaskArray:
    if image.modality is not Modality.CT or not region.any():
        return np.zeros_like(region)
    return gaussian(image.array.astype(np.float32), SMOOTHING_MM, image.grid.steps_mm) < NO_TISSUE_HU
