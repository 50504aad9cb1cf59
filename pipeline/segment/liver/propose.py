"""A liver proposal from the image alone, without a trained network.

The liver holds its tumors, treated ones with lipiodol included; gallbladder and vena cava
are left out as far as their intensities differ. Method and results: docs/methods/liver.md.
"""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from pipeline.model.flags import Flag, ordered
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.segment.liver import judge, location, parenchyma
from pipeline.segment.liver.body import FAT_HU, landmarks
from pipeline.segment.liver.cut import cut, edge_weights
from pipeline.segment.liver.grid import coarse, fine, smooth
from pipeline.segment.liver.location import LocationPrior, SearchWindow
from pipeline.segment.liver.parenchyma import Parenchyma
from pipeline.segment.liver.shape import filled, grown, joined, main_part, signed_distance
from pipeline.volume.arrays import VOXELS, FloatArray, MaskArray, Window
from pipeline.volume.region import bounding_box

DOUBTFUL_BELOW, REFUSED_BELOW = 0.5, 0.25
"""Confidence (0 to 1) below which a liver is doubtful, and below which a proposal is refused; own choice, tuned on
sample and HCC-TACE-Seg."""
SMOOTHNESS = 1.2
"""Cost of a border face in flat tissue, in units of log odds; own choice, tuned on sample and HCC-TACE-Seg."""
PLACE_WEIGHT, SHAPE_WEIGHT = 0.5, 0.8
"""Weights of the location prior and of nearness to the last region, against intensity's 1; own choice, tuned on sample
and HCC-TACE-Seg."""
SHAPE_SMOOTHING_MM = 8.0
"""mm, standard deviation of the smoothing by which nearness to the last region is told; own choice."""
NECK_VOXELS = 3
"""Coarse voxels of 3 mm, radius of the ball that cuts bridges to neighboring organs; own choice, tuned on sample and
HCC-TACE-Seg."""
ROUNDS = (40, 40, 60)
"""Iterations of the three cuts; the first two only have to detect the main part. Own choice."""
LIVER_OIL_HU = 250.0
"""HU of lipiodol in the core, inside the wall: denser than any enhancing organ there; own choice."""
OIL_WITHIN_VOXELS = 3
"""Coarse voxels of 3 mm between the liver and a deposit of oil that belongs to it; own choice."""
BAND_MM = 10.0
"""mm that the border of a carried prior may be moved; own choice."""
SOFT_TISSUE_HU = (-150.0, 400.0)
"""HU of soft tissue and its neighbors, fat to dense vessels: values beyond weigh no more."""


def propose(image: Image, phase: Phase) -> LiverProposal:
    """Return the liver found in one CT or MR volume of any resolution.

    1. The image is averaged to 3 mm and smoothed; body, lungs, ribs and spine are found.
    2. Anatomy gives each place its log odds of liver; the most frequent even intensity
       in the right vault is the parenchyma's.
    3. A minimal cut weighs place, intensity and edges; parenchyma, tumor and background are
       read again from its main part, twice.
    4. Bridges are cut, notches and holes filled, and the result is carried back.

    What has not a liver's volume, side, bulk and borders (pipeline.segment.liver.judge) is refused.
    """
    small = coarse(image)
    step = small.grid.spacing_mm[0]
    body = landmarks(small)
    if body is None:
        return _not_found()
    prior = location.prior(body, step)
    possible = prior.odds > -6.0
    if not possible.any():
        return _not_found()
    window = bounding_box(possible, 0, VOXELS)
    array = _quiet(small, window)
    tissue = parenchyma.estimate(array, body, prior, image.modality, phase)
    if tissue is None:
        return _not_found()
    part, tissue = _search(location.search_window(array, body, prior, window), tissue, step)
    region = np.zeros(array.shape, dtype=bool)
    region[window] = part
    confidence = judge.confidence(array, region, body, tissue, step)
    if not judge.plausible(region, body, step) or confidence < REFUSED_BELOW:
        return _not_found()
    mask = fine(_soft(region, small, tissue, max(image.grid.spacing_mm)), small.grid, image.grid)
    return _judged(mask, confidence)


def transfer(image: Image, phase: Phase, prior: Mask) -> LiverProposal:
    """Return a liver carried from another phase or visit, refined on this image.

    The prior lies on the image's grid. Its border moves by at most BAND_MM, to edges that
    fit; where the image shows none it stays. An empty prior falls back to `propose`.
    """
    if not prior.array.any():
        return propose(image, phase)
    small = coarse(image)
    step = small.grid.spacing_mm[0]
    share = coarse(Image(prior.array.astype(np.float32), prior.grid, Modality.MR), step)
    carried = share.array > 0.5
    deep = ndimage.binary_erosion(carried, iterations=2)
    body = landmarks(small)
    if body is None or deep.sum() < 500:
        return _judged(prior, 0.3)
    distance = signed_distance(carried, step)
    near = distance > -2.5 * BAND_MM
    window = bounding_box(near, 0, VOXELS)
    array = _quiet(small, window)
    tissue = parenchyma.within(array, deep, image.modality)
    carried_prior = LocationPrior(distance, np.clip(distance / BAND_MM, 0, 1), body.spine_x)
    box = location.search_window(array, replace(body, inside=near & body.inside), carried_prior, window)
    evidence = parenchyma.evidence(box, tissue, carried[window])
    hold = np.clip(box.odds / BAND_MM, -1, 1)
    total = evidence * (1 - np.abs(hold)) + 2.0 * hold + np.where(np.abs(hold) >= 1, 20.0 * hold, 0.0)
    cost = edge_weights(box.array, _edge(tissue), SMOOTHNESS)
    refined = cut(total.astype(np.float32), cost, carried[window].astype(np.float32), ROUNDS[-1]) > 0.5
    region = np.zeros(array.shape, dtype=bool)
    region[window] = filled(main_part(refined, np.ones_like(hold), 1), distance[window] > 0, step)
    confidence = judge.confidence(array, region, body, tissue, step)
    return _judged(fine(_soft(region, small, tissue, max(image.grid.spacing_mm)), small.grid, image.grid), confidence)


def _search(box: SearchWindow, tissue: Parenchyma, step: float) -> tuple[MaskArray, Parenchyma]:
    """Return the liver in the box and its tissue by repeated cuts."""
    share = 1.0 / (1.0 + np.exp(-0.7 * box.odds))
    evidence = parenchyma.first_evidence(box, tissue) + PLACE_WEIGHT * box.odds
    cost = edge_weights(box.array, _edge(tissue), SMOOTHNESS)
    share = cut(evidence, cost, share.astype(np.float32), ROUNDS[0])
    weight = np.clip(0.3 - box.across, 0, 1)
    for rounds in ROUNDS[1:]:
        region = main_part(share > 0.5, weight, NECK_VOXELS)
        tissue = parenchyma.refined(tissue, box.array, region)
        blurred = ndimage.gaussian_filter(region.astype(np.float32), SHAPE_SMOOTHING_MM / step)
        shape = np.clip(5.0 * (blurred - 0.45), -3.0, 2.5)
        evidence = parenchyma.evidence(box, tissue, region)
        share = cut(evidence + PLACE_WEIGHT * box.odds + SHAPE_WEIGHT * shape, cost, share, rounds)
    region = main_part(share > 0.5, weight, 2)
    if tissue.modality is Modality.CT:
        region = joined(region, (box.array > LIVER_OIL_HU) & (box.core > 0.3) & (box.depth > 1.5), OIL_WITHIN_VOXELS)
        allowed = box.array > parenchyma.FAT_TO_WATER_HU
    else:
        allowed = tissue.distance(box.array) < 4.0
    return filled(region, allowed, step), tissue


def _quiet(image: Image, window: Window) -> FloatArray:
    """Return the intensities, with less noise in the window; CT within the range of soft tissue and its neighbors."""
    array = np.clip(image.array, *SOFT_TISSUE_HU) if image.modality is Modality.CT else image.array.copy()
    array[window] = smooth(array[window], 2, 1.0)
    out: FloatArray = array
    return out


def _edge(tissue: Parenchyma) -> float:
    """Return the intensity step between neighbors that counts as an edge."""
    return max(tissue.spread, 8.0) if tissue.modality is Modality.CT else tissue.spread


def _soft(region: MaskArray, image: Image, tissue: Parenchyma, slice_mm: float) -> FloatArray:
    """Return the region with a smooth border, so that it is not blocky on a finer grid."""
    share: FloatArray = ndimage.gaussian_filter(region.astype(np.float32), 0.7, mode="nearest")
    if tissue.modality is Modality.CT:
        layers = 2 if slice_mm > image.grid.spacing_mm[0] else 1
        share = grown(share, image.array, tissue.typical, FAT_HU, layers)
        share = ndimage.gaussian_filter(share, 0.5, mode="nearest")
    return share


def _judged(mask: Mask, confidence: float) -> LiverProposal:
    """Return a found liver with the flag its confidence asks for."""
    return LiverProposal(mask, confidence, ordered(Flag.LIVER_DOUBTFUL) if confidence < DOUBTFUL_BELOW else ())


def _not_found() -> LiverProposal:
    """Return the refusal."""
    return LiverProposal(None, 0.0, ordered(Flag.LIVER_NOT_FOUND))
