"""One liver out of two outlines: that of a network, and that of image analysis alone (propose)."""

from dataclasses import replace

import numpy as np

from pipeline.model import flags
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.segment.liver.propose import transfer
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray
from pipeline.volume.region import largest_part

AGREE = 0.8
"""Mean Dice's coefficient of the outlines below which the liver is doubtful. Own choice: where image analysis takes in
stomach or spleen, network and image analysis agree by 0.80 and 0.86 (CRLM-CT-1006, 1004), else by 0.90 and more."""


def join(image: Image, phase: Phase, network: LiverProposal, classical: LiverProposal) -> LiverProposal:
    """Return the liver that most of three outlines show.

    1. The outline that is not doubtful leads, the network's where both or none are.
    2. The third outline is the leading one moved to the edges of the image (propose.transfer).
    3. A voxel is liver where two of the three say so; the largest part stays, with its holes in a slice.

    Its confidence is the leading one's, lowered by disagreement: times the mean Dice of the three. Where only one
    outline was found, it is refined alone and doubtful.
    """
    if network.mask is None or classical.mask is None:
        return _alone(image, phase, network if classical.mask is None else classical)
    weak = Flag.LIVER_DOUBTFUL in network.flags and Flag.LIVER_DOUBTFUL not in classical.flags
    leading = classical if weak else network
    refined = transfer(image, phase, classical.mask if weak else network.mask)
    outlines = [each.array for each in (network.mask, classical.mask, refined.mask or network.mask)]
    voted = np.asarray(np.sum(outlines, axis=0, dtype=np.uint8) >= 2)
    mask = Mask(largest_part(morphology.filled(voted)), image.grid)
    agreement = float(np.mean([dice(mask.array, each) for each in outlines]))
    doubtful = Flag.LIVER_DOUBTFUL in leading.flags or agreement < AGREE
    raised = flags.ordered(Flag.LIVER_DOUBTFUL) if doubtful else ()
    return LiverProposal(mask, round(leading.confidence * agreement, 3), raised, network.share)


def dice(one: MaskArray, other: MaskArray) -> float:
    """Return Dice's coefficient of two regions, 1 where both are empty."""
    total = np.count_nonzero(one) + np.count_nonzero(other)
    return 2 * np.count_nonzero(one & other) / total if total else 1.0


def _alone(image: Image, phase: Phase, only: LiverProposal) -> LiverProposal:
    if only.mask is None:
        return only
    refined = transfer(image, phase, only.mask)
    return replace(only, mask=refined.mask or only.mask, flags=flags.ordered(Flag.LIVER_DOUBTFUL))
