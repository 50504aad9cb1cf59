"""One list of lesions out of two: those of a network, and those of image analysis alone (propose)."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from pipeline.model import flags
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.model.proposal import LesionProposal
from pipeline.segment.lesion.background import mode
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.outline import SURFACE_UP_TO_MM
from pipeline.segment.lesion.propose import FLUID_FROM_HU, FLUID_TO_HU, MAX_LESIONS
from pipeline.segment.lesion.shape import longest_in_plane_mm
from pipeline.volume.arrays import MaskArray

SAME_SHARE = 0.5
"""Share of the smaller of two regions that must lie in the other for both to be one lesion; own choice."""
ALIKE = 0.6
"""Dice from which two outlines of a lesion are of the same thing: then that of image analysis stays, which places edges
within a voxel on phantoms; else they are joined. Own choice."""
UNSURE_FROM = 0.5
"""Factor on the network's confidence where image analysis sees the region and takes it for something else (a vessel, a
fissure): from there it rises to 1 where that is sure. Own choice."""
ALONE = 0.8
"""Factor on the confidence of a lesion that one of the two does not see; own choice."""
NORMAL_SPREADS = 0.5
"""Spreads of the liver's voxels that the median of normal liver lies off its level at most; own choice."""
NORMAL_WIDTH = 0.97
"""Half the width of the middle 68 % of normal liver at most, over that of the whole liver with its vessels and tumors.
Own choice: tumors of the liver's own level are uneven (1.00 to 2.02 in HCC_007 and 015; parts of simulated liver above
10 ml 0.82 to 0.99)."""
LEAST_WIDTH = 1.1
"""Spreads of the liver's voxels: that half width is taken at least, that of a liver with hardly a vessel. Own
choice."""
CERTAIN = 0.85
"""Confidence (0 to 1) from which an outline by image analysis has a clear edge all around; own choice."""
MOSTLY = 0.6
"""Share of a network's region that must look like normal liver for that; own choice."""
REFUTED_ML = 10.0
"""ml of normal liver that a network calls lesion: from there on it is not believed on the image at all. Own choice: 13
to 330 ml on simulated livers, whose texture it does not know; none of the nine volumes of HCC_007, 011 and 015."""
SURE = 0.5
"""Confidence (0 to 1) from which a region of image analysis is one lesion though the network sees spots of it; own
choice, that of a target (track/roles)."""
LIKE_LIVER = 0.5
"""Factor on the confidence of a region that only the network sees, and whose tissue is that of normal liver: on
simulated livers without texture it marks such. Own choice."""
SMALL_MM, SURE_MM = 4.0, 12.0
"""mm, long axes between which a network's region gains trust, from one half to all: its small ones are often vessels
and folds (HCC_011). Own choice."""
WATERY = 0.3
"""Factor on the confidence of a region that holds fluid: a cyst, or the gallbladder. Own choice."""


@dataclass(frozen=True)
class SearchedImage:
    """What the lesions were found on: an image of a phase, with the liver on its grid."""

    image: Image
    phase: Phase
    liver: Mask


@dataclass(frozen=True)
class _Candidate:
    region: BoxedMask
    confidence: float


def join(searched: SearchedImage, network: LesionProposal, classical: LesionProposal) -> LesionProposal:
    """Return the lesions that either list holds, each once; all lie on the image's grid.

    1. A region of one list that mostly lies in one of the other is the same lesion. Where both outlines are alike and
       not large that of image analysis stays, else both together.
    2. A sure region of image analysis that the network sees only spots of is one lesion with them (a hypervascular
       tumor, HCC_011); another one that holds several of the network's adds nothing to them: they stay apart.
    3. What both see is surer than either (1 - (1 - a)(1 - b)), less sure where image analysis doubts it; what one sees
       alone loses ALONE.
    4. A network that calls much of normal liver lesion is not believed: what image analysis says stands, flagged.
    5. A network's region that is small, holds fluid on an enhanced CT, or looks like normal liver and is seen by the
       network alone, loses trust.
    """
    by_network = [_trusted(searched, one) for one in _candidates(network)]
    others = _candidates(classical)
    if any(_refuted(searched, one, others) for one in by_network):
        return replace(classical, flags=flags.ordered(Flag.NETWORK_NOT_BELIEVED))
    by_network = _with_spots(by_network, others)
    same = [[n for n, one in enumerate(by_network) if _same(one.region, other.region)] for other in others]
    joined = []
    for n, one in enumerate(by_network):
        partners = [other for other, owners in zip(others, same, strict=True) if owners == [n]]
        held = any(n in owners and len(owners) > 1 for owners in same)
        joined.append(_joined(searched, one, partners, confirmed=held))
    joined += [
        _Candidate(other.region, ALONE * other.confidence)
        for other, owners in zip(others, same, strict=True)
        if not owners
    ]
    return _proposal(searched.image, joined, network.share)


def _candidates(proposal: LesionProposal) -> list[_Candidate]:
    boxes = ndimage.find_objects(proposal.labels.array, len(proposal.labels.names))
    return [
        _Candidate(BoxedMask(box, proposal.labels.array[box] == number), sure)
        for number, (box, sure) in enumerate(zip(boxes, proposal.confidences, strict=True), start=1)
        if box is not None
    ]


def _trusted(searched: SearchedImage, one: _Candidate) -> _Candidate:
    """A network's region with the trust that its size and its tissue deserve."""
    image = searched.image
    long_axis = longest_in_plane_mm(one.region.mask, image.grid.steps_mm)
    trust = 0.5 + 0.5 * float(np.clip((long_axis - SMALL_MM) / (SURE_MM - SMALL_MM), 0, 1))
    if image.modality is Modality.CT and searched.phase is not Phase.UNENHANCED:
        level = float(np.median(image.array[one.region.window][one.region.mask]))
        trust *= WATERY if FLUID_FROM_HU < level < FLUID_TO_HU else 1.0
    return _Candidate(one.region, trust * one.confidence)


def _with_spots(by_network: list[_Candidate], others: list[_Candidate]) -> list[_Candidate]:
    """The network's regions, spots of one sure region of image analysis taken together."""
    for other in others:
        inner = [one for one in by_network if _same(one.region, other.region)]
        size = sum(one.region.size for one in inner)
        if len(inner) > 1 and other.confidence >= SURE and size < SAME_SHARE * other.region.size:
            whole = other.region
            for one in inner:
                whole = whole.joined(one.region)
            by_network = [*(one for one in by_network if one not in inner), _Candidate(whole, ALONE * other.confidence)]
    return by_network


def _refuted(searched: SearchedImage, one: _Candidate, others: list[_Candidate]) -> bool:
    """Whether a network's region, but for lesions with a clear edge in it, is a piece of normal liver."""
    certain = [other.region for other in others if other.confidence >= CERTAIN and _same(one.region, other.region)]
    rest = one.region.mask.copy()
    for region in certain:
        rest &= ~region.on(one.region.window)
    size = np.count_nonzero(rest)
    large = size * searched.image.grid.voxel_ml >= REFUTED_ML and size > MOSTLY * one.region.size
    return bool(large) and _looks_normal(searched, rest, one.region)


def _same(one: BoxedMask, other: BoxedMask) -> bool:
    shared = np.count_nonzero(other.on(one.window) & one.mask)
    return bool(shared >= SAME_SHARE * min(one.size, other.size))


def _joined(searched: SearchedImage, one: _Candidate, partners: list[_Candidate], *, confirmed: bool) -> _Candidate:
    """A network's lesion with what image analysis says of it; confirmed: it says so of several together."""
    if not partners:
        trust = ALONE * (LIKE_LIVER if _looks_normal(searched, one.region.mask, one.region) else 1.0)
        return one if confirmed else _Candidate(one.region, trust * one.confidence)
    region = one.region
    for partner in partners:
        region = region.joined(partner.region)
    best = max(partners, key=lambda partner: partner.region.size).region
    shared = np.count_nonzero(best.on(one.region.window) & one.region.mask)
    alike = 2 * shared >= ALIKE * (best.size + one.region.size)
    added = region.mask & ~best.on(region.window)
    small = alike and longest_in_plane_mm(best.mask, searched.image.grid.steps_mm) <= SURFACE_UP_TO_MM
    if small or _looks_normal(searched, added, region):
        region = best
    return _Candidate(region, _together(one.confidence, max(partner.confidence for partner in partners)))


def _together(network: float, classical: float) -> float:
    """Confidence of what both see: more than each where image analysis is sure, less where it is not."""
    if classical >= SURE:
        return 1.0 - (1.0 - network) * (1.0 - classical)
    low = UNSURE_FROM
    return network * (low + (1.0 - low) * classical / SURE)


def _looks_normal(searched: SearchedImage, part: MaskArray, region: BoxedMask) -> bool:
    """Whether part of a region looks like normal liver, by level and evenness; an empty part does not."""
    if not part.any():
        return False
    liver = searched.image.array[searched.liver.array].astype(np.float32)
    level, spread = mode(liver)
    low, high = np.percentile(liver, [16, 84])
    width = max(float(high - low), 2 * LEAST_WIDTH * spread)
    first, middle, last = np.percentile(searched.image.array[region.window][part], [16, 50, 84])
    return bool(abs(middle - level) < NORMAL_SPREADS * spread and last - first < NORMAL_WIDTH * width)


def _proposal(image: Image, joined: list[_Candidate], share: Image | None) -> LesionProposal:
    """The lesions by falling volume; where two overlap the smaller one stays whole."""
    kept = sorted(joined, key=lambda one: -one.region.size)[:MAX_LESIONS]
    labels = np.zeros(image.grid.shape, dtype=np.uint8)
    for number, one in enumerate(kept, start=1):
        labels[one.region.window][one.region.mask] = number
    names = tuple(str(number) for number in range(1, len(kept) + 1))
    return LesionProposal(Labels(labels, image.grid, names), tuple(round(one.confidence, 3) for one in kept), share)
