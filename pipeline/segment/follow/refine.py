"""Decide what became of each known lesion on a follow-up image, and outline it there."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import ndimage

from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.model.lesion import State
from pipeline.segment.follow import extent, parts, witness
from pipeline.segment.follow.carried import CarriedLesion, FollowUpLiver, follow_up_liver, outlined
from pipeline.segment.lesion.boxed_mask import BoxedMask
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray, Window
from pipeline.volume.region import bounding_box

TOO_SMALL_MM = 5.0
"""mm: a lesion too small to measure is given this (RECIST 1.1: Eisenhauer 2009, 4.3.2)."""
FAINT_SPREADS = 5.5
"""Spreads of the parenchyma: a peak below is faint; own choice, tuned on the sample."""
JUST_VISIBLE_MM = 8.0
"""mm: a faint spot shorter than this is only just visible; own choice, tuned on the sample."""
LARGE_CONFIDENCE = 0.9
"""Confidence of a large tumor: it does not vanish unseen, but its outline is less sure; own choice."""
CLEAR_CONFIDENCE = 0.8
"""Confidence (0 to 1) from which a lesion stands out so clearly that its outline needs no witness; own choice."""
WITNESSED_CONFIDENCE = 0.7
"""Confidence (0 to 1) of a lesion that only the network sees at its place; own choice."""
NO_DATA_HU = -900.0
"""HU: a median below is padding or air, not tissue; air is -1000 by definition."""
GROWTH_REACH_MM = 15.0
"""mm of growth beyond the carried outline that is searched; own choice."""


@dataclass(frozen=True)
class Hints:
    """What is known beside the image.

    share: probability of lesion as a network gives it, None where none was asked. looked_normal: where the lesions
    looked like normal liver before (looks_normal), carried; None where that is not known.
    """

    share: Image | None = None
    looked_normal: Mask | None = None


@dataclass(frozen=True)
class FollowedLesions:
    """Lesions under the names they were carried with: state, confidence (0 to 1) and whether its edge is clear.

    An absent lesion, one that is not evaluable and the later ones of a merged mass have no voxels.
    """

    labels: Labels
    states: tuple[State, ...]
    confidences: tuple[float, ...]
    clear: tuple[bool, ...]


@dataclass(frozen=True)
class _LesionStatus:
    state: State
    region: BoxedMask | None
    confidence: float
    by_prior: bool = False

    @property
    def clear(self) -> bool:
        """Whether the image shows the lesion's edge; a region that rests on the carried outline does not tell."""
        return self.confidence >= CLEAR_CONFIDENCE and not self.by_prior


def refine(
    image: Image,
    liver: Mask,
    phase: Phase,
    carried: Labels,
    hints: Hints | None = None,
) -> FollowedLesions:
    """Refine lesions carried over by the registration, on the image's grid.

    hints: what else is known, on the same grid.

    1. A lesion without voxels, without image data or wholly outside the liver is not evaluable.
    2. Parenchyma level from the whole liver, corrected around each lesion.
    3. A lesion is looked for within 4 mm of its carried outline; it is absent if no smoothed
       voxel there deviates by 4 spreads of the parenchyma with a sign that the phase allows (or oil),
       or if what deviates there is a vessel.
    4. It is outlined (lesion/outline) up to 15 mm beyond the carried outline, on its own
       side of the plane half-way to other carried lesions.
       A tumor above 60 mm keeps its carried extent unless the image shows normal liver there (extent).
       What the network sees at the place stands where intensity alone sees nothing, or faintly half of it (witness).
    5. Longest axis below 5 mm, or only just visible: too small. Several separate parts of 5 mm inside
       the carried outline: split. Two regions that touch along a broad, deviating contact
       though their carried outlines were apart: merged, the mass under the first name.

    Raises:
        ValueError: image, liver and carried lesions lie on different grids.
    """
    hints = hints or Hints()
    grids = [liver.grid, carried.grid, *(part.grid for part in (hints.share, hints.looked_normal) if part is not None)]
    if not all(image.grid.same_as(grid) for grid in grids):
        raise ValueError("image, liver and carried lesions lie on different grids; expected the same grid")
    follow_up = follow_up_liver(image, liver, phase, carried)
    if follow_up is None:
        absent = tuple(State.NOT_EVALUABLE for _ in carried.names)
        return FollowedLesions(_stacked(carried, {}), absent, tuple(0.0 for _ in absent), tuple(False for _ in absent))
    scene = _Scene(follow_up, image, carried, hints)
    fates = {n: _fate(scene, n) for n in range(1, len(carried.names) + 1)}
    fates = _merged(follow_up, carried, fates)
    labels = _stacked(carried, {n: fate.region for n, fate in fates.items() if fate.region is not None})
    return FollowedLesions(
        labels,
        tuple(fate.state for fate in fates.values()),
        tuple(round(fate.confidence, 3) for fate in fates.values()),
        tuple(fate.clear for fate in fates.values()),
    )


@dataclass(frozen=True)
class _Scene:
    """The liver with all that is carried into it, and the network's probability of lesion."""

    follow_up: FollowUpLiver
    image: Image
    carried: Labels
    hints: Hints

    def known(self, number: int, window: Window) -> extent.Known:
        """What is known of a lesion beforehand, in a window."""
        own, every = self.carried.array[window] == number, self.carried.array[window] > 0
        before, share = self.hints.looked_normal, self.hints.share
        return extent.Known(
            own,
            every & ~own,
            None if before is None else before.array[window],
            None if share is None else share.array[window],
        )


def looks_normal(image: Image, liver: Mask, phase: Phase, lesions: Labels) -> Mask:
    """Return where large lesions look like normal liver on their own image: so may unchanged ones later."""
    out = np.zeros(image.grid.shape, dtype=np.bool_)
    scene = follow_up_liver(image, liver, phase, lesions)
    for number, box in enumerate(ndimage.find_objects(lesions.array), start=1):
        if scene is None or box is None or not extent.is_large(lesions.array[box] == number, scene.steps_mm):
            continue
        window = bounding_box(lesions.array == number, 2 * GROWTH_REACH_MM, scene.steps_mm)
        out[window] |= extent.looks_normal(scene.cut(window), lesions.array[window] == number, scene.spread)
    return Mask(out, image.grid)


def _fate(scene: _Scene, number: int) -> _LesionStatus:
    follow_up, carried = scene.follow_up, scene.carried
    mask = carried.array == number
    if not mask.any() or _no_data(scene.image, mask):
        return _LesionStatus(State.NOT_EVALUABLE, None, 0.0)
    window = bounding_box(mask, 2 * GROWTH_REACH_MM, follow_up.steps_mm)
    known = scene.known(number, window)
    if extent.is_large(known.carried, follow_up.steps_mm):
        region = extent.refine(follow_up.cut(window), known, follow_up.spread)
        if region.any():
            return _LesionStatus(State.PRESENT, BoxedMask(window, region), LARGE_CONFIDENCE, by_prior=True)
    lesion = follow_up.lesion(carried, (number,), window, GROWTH_REACH_MM)
    if not lesion.near.any():
        return _LesionStatus(State.NOT_EVALUABLE, None, 0.0)
    status = _imaged(lesion, window)
    witnessed = None if known.share is None else witness.parts_at(lesion, known.share)
    return status if witnessed is None or not witnessed.any() else _witnessed(status, lesion, window, witnessed)


def _witnessed(status: _LesionStatus, lesion: CarriedLesion, window: Window, witnessed: MaskArray) -> _LesionStatus:
    """The state with what the network sees at the place, where image analysis sees nothing or half of it."""
    if status.state is State.SPLIT:
        return status
    drawn = np.zeros_like(witnessed) if status.region is None else status.region.on(window)
    whole = np.count_nonzero(drawn) >= witness.HALF * np.count_nonzero(lesion.carried)
    if status.state is State.PRESENT and (whole or status.confidence >= CLEAR_CONFIDENCE):
        return status
    region = witnessed | drawn
    if parts.long_axis_mm(region, lesion) < TOO_SMALL_MM:
        return status
    return _LesionStatus(State.PRESENT, BoxedMask(window, region), max(status.confidence, WITNESSED_CONFIDENCE))


def _imaged(lesion: CarriedLesion, window: Window) -> _LesionStatus:
    """State of a lesion whose place is in the image."""
    signal = lesion.signal()
    if not lesion.levels or signal < parts.PRESENT_SPREADS:
        return _LesionStatus(State.ABSENT, None, float(np.clip(1.2 - 0.15 * signal, 0.5, 1)))
    separate = parts.parts(lesion)
    if len(separate) > 1:
        regions = [drawn for part in separate if (drawn := outlined(lesion, part)) is not None]
        if len(regions) > 1:
            return _LesionStatus(
                State.SPLIT, BoxedMask(window, np.logical_or.reduce(regions)), lesion.confidence(signal)
            )
    drawn = outlined(lesion, parts.start(lesion))
    if drawn is None or parts.is_vessel(lesion, drawn):
        return _LesionStatus(State.ABSENT, None, 0.5)
    long_axis = parts.long_axis_mm(drawn, lesion)
    lost_in_noise = max(lesion.levels.values()) < lesion.tissue.noise
    faint = signal < FAINT_SPREADS and (lost_in_noise or long_axis < JUST_VISIBLE_MM)
    state = State.TOO_SMALL if long_axis < TOO_SMALL_MM or faint else State.PRESENT
    return _LesionStatus(state, BoxedMask(window, drawn), lesion.confidence(signal))


def _merged(follow_up: FollowUpLiver, carried: Labels, fates: dict[int, _LesionStatus]) -> dict[int, _LesionStatus]:
    """Join lesions that have become one mass; the first name keeps the mass."""
    out = dict(fates)
    for first, second in combinations(sorted(fates), 2):
        one, other = out[first], out[second]
        if one.region is None or other.region is None:
            continue
        whole = one.region.joined(other.region)
        if not _one_mass(follow_up, carried, (first, second), (one.region, other.region)):
            continue
        window = bounding_box(np.isin(carried.array, (first, second)), 2 * GROWTH_REACH_MM, follow_up.steps_mm)
        lesion = follow_up.lesion(carried, (first, second), window, GROWTH_REACH_MM)
        drawn = outlined(lesion, whole.on(window))
        mass = whole if drawn is None else BoxedMask(window, drawn)
        out[first] = _LesionStatus(State.MERGED, mass, min(one.confidence, other.confidence))
        out[second] = _LesionStatus(State.MERGED, None, out[first].confidence)
    return out


def _one_mass(
    follow_up: FollowUpLiver, carried: Labels, pair: tuple[int, int], regions: tuple[BoxedMask, BoxedMask]
) -> bool:
    """Whether two regions touch broadly though their carried outlines were apart."""
    wide = regions[0].joined(regions[1]).grown(2.0, follow_up.steps_mm, carried.array.shape)
    before = bounding_box(np.isin(carried.array, pair), 1.0, follow_up.steps_mm)
    first, second = (carried.array[before] == number for number in pair)
    if (morphology.dilated(first, parts.APART_MM, follow_up.steps_mm) & second).any():
        return False
    return parts.touch_broadly(regions[0].on(wide), regions[1].on(wide), follow_up.steps_mm)


def _no_data(image: Image, mask: MaskArray) -> bool:
    """Whether most of the place holds padding instead of tissue."""
    return image.modality is Modality.CT and float(np.median(image.array[mask])) <= NO_DATA_HU


def _stacked(carried: Labels, regions: dict[int, BoxedMask]) -> Labels:
    """The regions as labels; where two overlap the first stays."""
    array = np.zeros(carried.array.shape, dtype=np.uint8)
    for number, region in sorted(regions.items(), reverse=True):
        array[region.window][region.mask] = number
    return Labels(array, carried.grid, carried.names)
