"""Propose liver lesions on one phase, inside a given liver, without trained weights."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.model.proposal import LesionProposal
from pipeline.segment.lesion import background, candidates, large, mixed
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.segment.lesion.candidates import Candidate
from pipeline.segment.lesion.confidence import Evidence, confidence
from pipeline.segment.lesion.outline import LiverTissue, dense_voxels, outline, without_border
from pipeline.segment.lesion.shape import describe, longest_in_plane_mm
from pipeline.segment.lesion.smooth import gaussian, pooled
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import bounding_box, parts_holding

SMOOTHING_MARGIN_MM = 6.0
"""mm of image around the liver, and around an outline's reach: three standard deviations of the smoothing."""
OUTLINE_REACH_MM = 5.0
"""mm that an outline may lie outside the region where the candidate was detected; own choice, tuned on the sample."""
LEVEL_SMOOTHING_MM = 2.0
"""mm, standard deviation of the smoothing before levels are read; own choice, as in lesion/background."""
LIVER_SHELL_MM = 6.0
"""mm, depth of the liver's outer shell, where the outline may hold what is not liver; own choice, tuned on the
sample."""
MIN_LONG_MM = 4.0
"""mm: shorter candidates are not proposed, they are noise or small vessels; own choice."""
MIN_CONFIDENCE = 0.1
"""Confidence (0 to 1) below which a candidate is not proposed; own choice."""
MAX_LESIONS = 60
"""Lesions that are proposed at most, largest first; own choice."""
FLUID_FROM_HU, FLUID_TO_HU = -15.0, 25.0
"""HU between which a lesion of an enhanced CT holds fluid: cyst or gallbladder (water is 0)."""
FAT_FROM_HU, FAT_TO_HU = -150.0, -10.0
"""HU between which a smoothed voxel is fat (about -100); below is gas."""
FAT_RIM_MM = 3.0
"""mm around fat that are partial volume; own choice, about one voxel."""
TUBE_ELONGATION, TUBE_MM = 3.2, 10.0
"""Longest over middle diameter, and mm: candidates this long and no thicker are vessels; own choice, tuned on the
sample."""
OIL_SPREADS, OIL_NEAR_MM = 10.0, 6.0
"""Spreads below liver that oil counts as where lesions are dark, and mm in which darker tissue is sought; own choice,
tuned on sample and HCC-TACE-Seg."""
MIN_ML = 0.03
"""ml: candidates smaller than a ball of 4 mm (MIN_LONG_MM) are not outlined."""
ROUND_SOLIDITY, ROUND_ELONGATION = 0.65, 2.2
"""Solidity, and longest over middle diameter: a region rounder than this explains a large deviating region around it;
own choice, tuned on sample and HCC-TACE-Seg."""
EXPECTED_SIGN = {Phase.ARTERIAL: 1, Phase.UNKNOWN: 0}
"""Sign of a typical lesion against parenchyma; -1 (darker) where the phase is not listed, 0 either."""


@dataclass(frozen=True)
class _Proposed:
    region: BoxedMask
    confidence: float


@dataclass(frozen=True)
class _LesionSearch:
    """The image in the liver's box, and what does not change from candidate to candidate."""

    array: FloatArray
    tissue: LiverTissue
    spread: float
    factor: int
    phase: Phase
    modality: Modality
    shell: MaskArray

    @property
    def steps_mm(self) -> StepsMm:
        return self.tissue.steps_mm

    @property
    def pooled_steps_mm(self) -> StepsMm:
        k, j, i = self.tissue.steps_mm
        return k, j * self.factor, i * self.factor


def propose(image: Image, liver: Mask, phase: Phase) -> LesionProposal:
    """Propose the lesions inside the liver, on the image's grid.

    1. CT: fat of hilum and fissures is no liver. Normal parenchyma: level, spread, noise (background).
    2. Candidates (candidates): large mixed regions; then regions around peaks of the
       deviation: darker ones; in the arterial or an unknown phase brighter ones first.
    3. Each is outlined at full resolution (outline), described and given a
       confidence; tubes, thin border strips and fluid fall below the least confidence.

    An empty liver gives no lesions.

    Raises:
        ValueError: image and liver lie on different grids.
    """
    if not image.grid.same_as(liver.grid):
        raise ValueError(f"liver on a grid {liver.grid.shape}, image on {image.grid.shape}; expected the same grid")
    if not liver.array.any():
        return LesionProposal(Labels(np.zeros(image.grid.shape, np.uint8), image.grid, ()), ())
    steps = image.grid.steps_mm
    window = bounding_box(liver.array, SMOOTHING_MARGIN_MM, steps)
    array, inside = image.array[window].astype(np.float32), liver.array[window]
    search = _start(array, inside, steps, phase, image.modality)
    proposed = sorted(_proposed(search), key=lambda one: -one.region.size)[:MAX_LESIONS]
    labels = np.zeros(image.grid.shape, dtype=np.uint8)
    for number, one in reversed(list(enumerate(proposed, start=1))):
        labels[window][one.region.window][one.region.mask] = number
    names = tuple(str(number) for number in range(1, len(proposed) + 1))
    return LesionProposal(Labels(labels, image.grid, names), tuple(one.confidence for one in proposed))


def brighter(image: Image, liver: Mask, lesion: Mask) -> bool:
    """Whether a lesion is brighter than the liver around it (medians): in the arterial phase, hypervascular."""
    rest = liver.array & ~lesion.array
    return bool(np.median(image.array[lesion.array]) > np.median(image.array[rest]))


def _start(array: FloatArray, liver: MaskArray, steps: StepsMm, phase: Phase, modality: Modality) -> _LesionSearch:
    if modality is Modality.CT:
        liver = _without_fat(array, liver, steps)
    normal = background.estimate_pooled(array, liver, steps)
    deviation = array - normal.level
    dense = dense_voxels(deviation, liver) if modality is Modality.CT else np.zeros_like(liver)
    tissue = LiverTissue(deviation, liver, dense, without_border(liver), normal.noise, steps)
    shell = liver & ~morphology.eroded(liver, LIVER_SHELL_MM, steps)
    return _LesionSearch(array, tissue, normal.sigma, background.pooling(steps), phase, modality, shell)


def _without_fat(array: FloatArray, liver: MaskArray, steps: StepsMm) -> MaskArray:
    """The liver without the fat of hilum and fissures, which an outline of the liver often holds.

    That fat goes on outside the liver; dark spots inside a treated tumor do not.
    """
    smooth = gaussian(array, LEVEL_SMOOTHING_MM, steps)
    fat = (smooth < FAT_TO_HU) & (smooth > FAT_FROM_HU)
    fat = liver & parts_holding(fat, fat & ~liver)
    return liver & ~morphology.dilated(fat, FAT_RIM_MM, steps) if fat.any() else liver


def _proposed(search: _LesionSearch) -> list[_Proposed]:
    """Candidates at search resolution, outlined one after the other at full resolution."""
    proposed: list[_Proposed] = []
    taken = np.zeros_like(search.tissue.allowed)
    for candidate in _candidates(search):
        start = candidate.region.magnified(search.factor, taken.shape)
        if np.count_nonzero(start.mask & taken[start.window]) > 0.5 * start.size:
            continue
        one = _outlined(search, candidate, start)
        if one is not None:
            proposed.append(one)
            taken[one.region.window] |= one.region.mask
    return _apart(proposed)


def _candidates(search: _LesionSearch) -> list[Candidate]:
    """Large mixed regions first, then regions around peaks, the typical sign of the phase first."""
    liver = pooled(search.tissue.allowed.astype(np.float32), search.factor) > 0.5
    inner = without_border(liver)
    if not inner.any():
        return []
    deviation, steps = pooled(search.tissue.deviation, search.factor), search.pooled_steps_mm
    taken, known = np.zeros_like(liver), np.zeros_like(liver)
    small: list[Candidate] = []
    signs = (-1,) if EXPECTED_SIGN.get(search.phase, -1) < 0 else (1, -1)
    soft = _with_dark_oil(search, deviation, inner) if signs == (-1,) else deviation
    for sign in signs:
        for one in candidates.fine(soft, inner, sign, steps, taken.copy()):
            taken[one.region.window] |= one.region.mask
            shape = describe(one.region.mask, liver[one.region.window], steps)
            if shape.solidity > ROUND_SOLIDITY and shape.elongation < ROUND_ELONGATION:
                known[one.region.window] |= one.region.mask
            tube = shape.elongation > TUBE_ELONGATION and shape.axes_mm[1] < TUBE_MM
            if not tube and shape.volume_ml >= MIN_ML:
                small.append(one)
    return candidates.coarse(deviation, inner, steps, known) + small


def _with_dark_oil(search: _LesionSearch, deviation: FloatArray, inner: MaskArray) -> FloatArray:
    """The deviation with oil and its partial volume as dark as the darkest tissue within 6 mm."""
    if not search.tissue.dense.any():
        return deviation
    oil = ndimage.binary_dilation(pooled(search.tissue.dense.astype(np.float32), search.factor) > 0)
    smooth = gaussian(deviation, LEVEL_SMOOTHING_MM, search.pooled_steps_mm, inner & ~oil)
    size = tuple(2 * round(OIL_NEAR_MM / step) + 1 for step in search.pooled_steps_mm)
    darkest = ndimage.minimum_filter(np.where(inner & ~oil, smooth, 0), size=size)
    return np.where(oil, np.minimum(darkest, -OIL_SPREADS * search.spread), deviation).astype(np.float32)


def _outlined(search: _LesionSearch, candidate: Candidate, start: BoxedMask) -> _Proposed | None:
    """A candidate outlined and judged; None if it is not worth proposing."""
    if candidate.sign == 0:
        drawn = large.outline(search.tissue, start, search.factor, search.spread)
    else:
        drawn = _small(search, candidate.sign, start)
    if drawn is None:
        return None
    region, contrast = drawn
    long_axis = longest_in_plane_mm(region.mask, search.steps_mm)
    sure = confidence(_evidence(search, candidate, region, contrast, long_axis))
    return _Proposed(region, sure) if long_axis >= MIN_LONG_MM and sure >= MIN_CONFIDENCE else None


def _small(search: _LesionSearch, sign: int, start: BoxedMask) -> tuple[BoxedMask, float] | None:
    """A lesion of one sign, outlined at full resolution, with its contrast."""
    window = start.grown(OUTLINE_REACH_MM + SMOOTHING_MARGIN_MM, search.steps_mm, search.array.shape)
    part, first = search.tissue.part(window), start.on(window) & search.tissue.allowed[window]
    near = part.near(morphology.dilated(first, OUTLINE_REACH_MM, search.steps_mm))
    core = morphology.eroded(first, 1.5, search.steps_mm)
    clear = part.sure & ~part.dense
    smooth = gaussian(part.deviation, LEVEL_SMOOTHING_MM, search.steps_mm, clear)
    levels = mixed.contrasts(smooth, first & clear, search.spread, (sign,), float(np.prod(search.steps_mm)) / 1000) or {
        sign: 3 * search.spread
    }
    drawn = outline(near, first, core if core.any() else first, levels)
    if drawn is None or not drawn.region.any():
        return None
    return BoxedMask.of(drawn.region, window), drawn.contrast


def _evidence(
    search: _LesionSearch, candidate: Candidate, region: BoxedMask, contrast: float, long_axis: float
) -> Evidence:
    usual = EXPECTED_SIGN.get(search.phase, -1)
    level = float(np.median(search.array[region.window][region.mask]))
    enhanced_ct = search.modality is Modality.CT and search.phase is not Phase.UNENHANCED
    wide = region.grown(max(search.steps_mm), search.steps_mm, search.array.shape)
    return Evidence(
        describe(region.on(wide), search.tissue.allowed[wide], search.steps_mm),
        long_axis,
        signal=candidate.signal,
        contrast_to_noise=contrast / search.spread if candidate.sign else candidate.signal,
        expected=usual == 0 or usual == (candidate.sign or _sign(search, region)),
        attached=candidate.attached if candidate.sign > 0 else 0.0,
        watery=enhanced_ct and FLUID_FROM_HU < level < FLUID_TO_HU,
        shell_share=float(np.mean(search.shell[region.window][region.mask])),
    )


def _sign(search: _LesionSearch, region: BoxedMask) -> int:
    """Whether most of a mixed region is brighter (1) or darker (-1) than parenchyma, oil left out."""
    clear = region.mask & ~search.tissue.dense[region.window]
    values = search.tissue.deviation[region.window][clear if clear.any() else region.mask]
    return 1 if float(np.median(values)) > 0 else -1


def _apart(proposed: list[_Proposed]) -> list[_Proposed]:
    """Drop candidates that mostly lie in one of higher confidence found before."""
    kept: list[_Proposed] = []
    for one in sorted(proposed, key=lambda item: -item.confidence):
        shared = (np.count_nonzero(other.region.on(one.region.window) & one.region.mask) for other in kept)
        if all(count <= 0.5 * one.region.size for count in shared):
            kept.append(one)
    return kept
