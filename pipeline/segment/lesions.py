"""Propose liver lesions on one phase, inside a given liver, without trained weights."""

from dataclasses import dataclass

import numpy as np

from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.segment import lesion_background, lesion_candidates, lesion_mixed
from pipeline.segment.lesion_background import Background
from pipeline.segment.lesion_candidates import Candidate
from pipeline.segment.lesion_confidence import Evidence, confidence
from pipeline.segment.lesion_outline import Scene, dense_voxels, outline, without_border
from pipeline.segment.lesion_shape import describe, longest_in_plane_mm
from pipeline.segment.lesion_smooth import (
    BoolArray,
    FloatArray,
    Steps,
    box,
    deeper_than,
    filled,
    gaussian,
    pooled,
    spread_out,
    within_mm,
)

MARGIN_MM = 12.0
REACH_MM = 5.0
"""How far an outline may lie outside the region where the candidate was found."""
SMOOTH_MM = 2.0
MIN_LONG_MM = 4.0
MIN_CONFIDENCE = 0.1
"""Candidates below are not proposed."""
MAX_LESIONS = 60
WATER_HU = 25.0
ROUND_SOLIDITY, ROUND_ELONGATION = 0.65, 2.2
"""A region rounder than this explains a large deviating region around it."""
EXPECTED_SIGN = {Phase.ARTERIAL: 1, Phase.UNKNOWN: 0}
"""Sign of a typical lesion against parenchyma; -1 (darker) where the phase is not listed, 0 either."""


@dataclass(frozen=True)
class LesionProposal:
    """Lesions named "1", "2", ... by falling volume, with a confidence (0 to 1) each."""

    labels: Labels
    confidences: tuple[float, ...]


@dataclass(frozen=True)
class _Found:
    region: BoolArray
    confidence: float


def propose(image: Image, liver: Mask, phase: Phase) -> LesionProposal:
    """Propose the lesions inside the liver, on the image's grid.

    1. Normal parenchyma: level, spread, noise (lesion_background).
    2. Candidates (lesion_candidates): large mixed regions; then regions around peaks of the
       deviation: darker ones; in the arterial or an unknown phase brighter ones first.
    3. Each is outlined at full resolution (lesion_outline), described and given a
       confidence; tubes, thin border strips and fluid fall below the least confidence.

    An empty liver gives no lesions.

    Raises:
        ValueError: image and liver lie on different grids.
    """
    if not image.grid.same_as(liver.grid):
        raise ValueError(f"liver on a grid {liver.grid.shape}, image on {image.grid.shape}; expected the same grid")
    if not liver.array.any():
        return LesionProposal(Labels(np.zeros(image.grid.shape, np.uint8), image.grid, ()), ())
    steps = image.grid.spacing_mm[::-1]
    window = box(liver.array, MARGIN_MM, steps)
    array, inside = image.array[window].astype(np.float32), liver.array[window]
    found = _search(array, inside, steps, phase, image.modality)
    found.sort(key=lambda one: -np.count_nonzero(one.region))
    labels = np.zeros(image.grid.shape, dtype=np.uint8)
    for number, one in reversed(list(enumerate(found[:MAX_LESIONS], start=1))):
        labels[window][one.region] = number
    names = tuple(str(number) for number in range(1, min(len(found), MAX_LESIONS) + 1))
    return LesionProposal(Labels(labels, image.grid, names), tuple(one.confidence for one in found[:MAX_LESIONS]))


def _search(array: FloatArray, liver: BoolArray, steps: Steps, phase: Phase, modality: Modality) -> list[_Found]:
    """Candidates at search resolution, outlined one after the other at full resolution."""
    factor = lesion_background.pooling(steps)
    small_liver = pooled(liver.astype(np.float32), factor) > 0.5
    small_steps = (steps[0], steps[1] * factor, steps[2] * factor)
    background = lesion_background.estimate_pooled(array, liver, steps)
    full = array - background.level
    deviation = pooled(full, factor)
    dense = dense_voxels(full, liver) if modality is Modality.CT else np.zeros_like(liver)
    scene = Scene(full, liver, dense, without_border(liver), background.noise, steps)
    taken = np.zeros_like(small_liver)
    found: list[_Found] = []
    for candidate in _candidates(deviation, small_liver, small_steps, phase):
        if (candidate.region & taken).sum() > 0.5 * candidate.region.sum():
            continue
        one = _outlined(scene, candidate, factor, background, (array, phase, modality))
        if one is not None:
            found.append(one)
            taken |= pooled(one.region.astype(np.float32), factor) > 0.25
    return _apart(found)


def _candidates(deviation: FloatArray, liver: BoolArray, steps: Steps, phase: Phase) -> list[Candidate]:
    """Large mixed regions first, then regions around peaks, the typical sign of the phase first."""
    inner = without_border(liver)
    if not inner.any():
        return []
    typical = EXPECTED_SIGN.get(phase, -1)
    taken, known = np.zeros_like(liver), np.zeros_like(liver)
    found: list[Candidate] = []
    for sign in (-1,) if typical < 0 else (1, -1):
        for one in lesion_candidates.fine(deviation, inner, sign, steps, taken.copy()):
            whole = filled(one.region)
            taken |= whole
            shape = describe(whole, liver, steps)
            if shape.solidity > ROUND_SOLIDITY and shape.elongation < ROUND_ELONGATION:
                known |= whole
            found.append(Candidate(whole, sign, one.peak))
    return lesion_candidates.coarse(deviation, inner, steps, known) + found


def _outlined(
    scene: Scene,
    candidate: Candidate,
    factor: int,
    background: Background,
    context: tuple[FloatArray, Phase, Modality],
) -> _Found | None:
    """A candidate outlined and judged; None if it is not worth proposing."""
    array, phase, modality = context
    start = spread_out(candidate.region, factor, scene.allowed.shape) & scene.allowed
    if not start.any():
        return None
    window = box(start, REACH_MM + MARGIN_MM, scene.steps_mm)
    part = scene.part(window)
    near = part.near(within_mm(start[window], REACH_MM, scene.steps_mm))
    core = deeper_than(start[window], 1.5, scene.steps_mm)
    levels = _levels(part, start[window], candidate.sign, background.sigma)
    drawn = outline(near, start[window], core if core.any() else start[window], levels)
    if drawn is None or not drawn.region.any():
        return None
    shape = describe(drawn.region, part.allowed, scene.steps_mm)
    long_axis = longest_in_plane_mm(drawn.region, scene.steps_mm)
    level = float(np.median(array[window][drawn.region]))
    watery = modality is Modality.CT and phase is not Phase.UNENHANCED and -15 < level < WATER_HU
    evidence = Evidence(
        shape,
        long_axis,
        signal=candidate.peak / background.sigma,
        contrast_to_noise=drawn.contrast / background.sigma,
        expected=candidate.sign in (EXPECTED_SIGN.get(phase, -1), 0) or EXPECTED_SIGN.get(phase, -1) == 0,
        watery=watery,
    )
    sure = confidence(evidence)
    if long_axis < MIN_LONG_MM or sure < MIN_CONFIDENCE:
        return None
    region = np.zeros_like(scene.allowed)
    region[window] = drawn.region
    return _Found(region, sure)


def _levels(scene: Scene, start: BoolArray, sign: int, spread: float) -> dict[int, float]:
    """Contrast by sign: of the candidate's sign, or of all that a mixed region shows."""
    clear = scene.sure & ~scene.dense
    smooth = gaussian(scene.deviation, SMOOTH_MM, scene.steps_mm, clear)
    signs = (1, -1) if sign == 0 else (sign,)
    return lesion_mixed.contrasts(smooth, start & clear, spread, signs) or dict.fromkeys(signs, 3 * spread)


def _apart(found: list[_Found]) -> list[_Found]:
    """Drop candidates that mostly lie in one of higher confidence found before."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda item: -item.confidence):
        size = np.count_nonzero(one.region)
        if all(np.count_nonzero(one.region & other.region) <= 0.5 * size for other in kept):
            kept.append(one)
    return kept
