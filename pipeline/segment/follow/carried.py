"""The place of a carried lesion on the new image: tissue around it, where it may lie, how it stands out."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.segment.lesion import background, mixed
from pipeline.segment.lesion.boxed_mask import inside
from pipeline.segment.lesion.outline import LiverTissue, dense_voxels, outline, without_border
from pipeline.segment.lesion.smooth import gaussian
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm, Window
from pipeline.volume.region import bounding_box

ERROR_MM = 4.0
"""mm that a carried outline may lie off the lesion: error of a good registration (docs/methods/registration.md)."""
SIGNAL_SMOOTHING_MM = 2.0
"""mm, standard deviation of the smoothing before a signal is read; own choice: below lesion size, above the noise
grain."""
PARENCHYMA_SHELL_MM = (5.0, 18.0)
"""mm from all carried lesions, between which parenchyma is judged; own choice, tuned on the sample."""
LIVER_GAP_MM = 6.0
"""mm: a notch of the liver's outline up to twice this wide over a carried lesion counts as liver; own choice."""
LIVER_CROP_MARGIN_MM = 48.0
"""mm of image kept around liver and lesions: more than the window of a lesion needs (2 x 15 mm and the smoothing)."""
LEAST_MEMBERSHIP = 0.4
"""Mean membership (0 to 1) below which an outline has run into noise; own choice, tuned on the sample."""
OIL_SHARE = 0.02
"""Share of a carried outline: with more oil than this it holds a treated lesion; own choice."""
BOTH_SIGNS = (Phase.ARTERIAL, Phase.UNKNOWN)
"""Phases in which a lesion may be brighter or darker than liver; in the others it is darker, or holds oil."""


@dataclass(frozen=True)
class CarriedLesion:
    """One carried lesion in its window: what deviates, where it may lie, where it was expected.

    smooth: deviation smoothed by 2 mm. levels: contrast by sign (lesion/mixed). near: liver
    within 4 mm of the carried outline. oil: whether lipiodol lies in the carried outline.
    """

    tissue: LiverTissue
    smooth: FloatArray
    spread: float
    levels: dict[int, float]
    carried: MaskArray
    near: MaskArray
    oil: bool

    def signal(self) -> float:
        """Highest deviation near the carried outline in spreads of the parenchyma."""
        if not self.near.any():
            return 0.0
        if self.oil:
            return float("inf")
        peaks = [float((sign * self.smooth)[self.near].max()) for sign in self.levels]
        return max(peaks, default=0.0) / self.spread

    def member(self) -> FloatArray:
        """Smoothed membership: 1 in the lesion, about 0 in parenchyma."""
        member = mixed.membership(self.smooth, self.levels)
        return np.where(self.tissue.dense, np.float32(1), member)

    def confidence(self, signal: float) -> float:
        """How sure the lesion is there: 0.5 at the limit, 1 from 9 spreads on."""
        return float(np.clip(0.5 + 0.1 * (signal - 4.0), 0.5, 1.0))


@dataclass(frozen=True)
class FollowUpLiver:
    """The liver around all lesions: deviation from parenchyma in a window of the image."""

    window: Window
    tissue: LiverTissue
    spread: float
    known: MaskArray
    signs: tuple[int, ...]

    @property
    def steps_mm(self) -> StepsMm:
        """Voxel steps along (k, j, i)."""
        return self.tissue.steps_mm

    def lesion(self, carried: Labels, numbers: tuple[int, ...], window: Window, reach_mm: float) -> CarriedLesion:
        """The place of a lesion, or of several that became one, in a window of the whole image."""
        wide, known = self.cut(window), self.known[inside(window, self.window)]
        mask = np.isin(carried.array[window], numbers)
        shift = np.float32(self._local_shift(wide, known))
        tissue = replace(wide, deviation=wide.deviation - shift).near(self._own(mask, known & ~mask, reach_mm))
        smooth = gaussian(tissue.deviation, SIGNAL_SMOOTHING_MM, self.steps_mm, wide.sure & ~beside(tissue.dense))
        near = tissue.sure & morphology.dilated(mask, ERROR_MM, self.steps_mm)
        levels = mixed.contrasts(
            smooth, near & ~beside(tissue.dense), self.spread, self.signs, float(np.prod(self.steps_mm)) / 1000
        )
        oil = bool(np.count_nonzero(tissue.dense & mask) > OIL_SHARE * np.count_nonzero(mask))
        if oil and not levels:
            levels = {-1: 3 * self.spread}
        return CarriedLesion(tissue, smooth, self.spread, levels, mask, near, oil)

    def _own(self, mask: MaskArray, others: MaskArray, reach_mm: float) -> MaskArray:
        """Voxels within reach and nearer to this lesion than to any other."""
        distance = ndimage.distance_transform_edt(~mask, sampling=self.steps_mm)
        own = distance <= reach_mm
        if others.any():
            own &= distance <= ndimage.distance_transform_edt(~others, sampling=self.steps_mm)
        return np.asarray(own)

    def cut(self, window: Window) -> LiverTissue:
        """The tissue in a window of the whole image."""
        return self.tissue.part(inside(window, self.window))

    def _local_shift(self, wide: LiverTissue, known: MaskArray) -> float:
        """Median deviation of parenchyma around the lesion, 0 if there is too little of it."""
        inner, outer = PARENCHYMA_SHELL_MM
        shell = morphology.dilated(known, outer, self.steps_mm) & ~morphology.dilated(known, inner, self.steps_mm)
        values = gaussian(wide.deviation, SIGNAL_SMOOTHING_MM, self.steps_mm, wide.sure)[wide.sure & shell]
        values = values[np.abs(values) <= 3 * self.spread]
        return float(np.median(values)) if len(values) >= 50 else 0.0


def beside(dense: MaskArray) -> MaskArray:
    """Oil and the voxels that share its brightness by partial volume."""
    return np.asarray(ndimage.binary_dilation(dense)) if dense.any() else dense


def follow_up_liver(image: Image, liver: Mask, phase: Phase, carried: Labels) -> FollowUpLiver | None:
    """Return the liver around the carried lesions; None without liver or lesions."""
    known = carried.array > 0
    if not liver.array.any() or not known.any():
        return None
    steps = image.grid.steps_mm
    window = bounding_box(liver.array | known, LIVER_CROP_MARGIN_MM, steps)
    array, in_liver = image.array[window].astype(np.float32), liver.array[window]
    allowed = in_liver | (known[window] & morphology.closed(in_liver, LIVER_GAP_MM, steps))
    normal = background.estimate_pooled(array, in_liver, steps)
    deviation = array - normal.level
    dense = dense_voxels(deviation, allowed) if image.modality is Modality.CT else np.zeros_like(allowed)
    tissue = LiverTissue(deviation, allowed, dense, without_border(allowed), normal.noise, steps)
    signs = (1, -1) if phase in BOTH_SIGNS else (-1,)
    return FollowUpLiver(window, tissue, normal.sigma, known[window], signs)


def outlined(lesion: CarriedLesion, start: MaskArray) -> MaskArray | None:
    """Outline the lesion from a start region; None if nothing stands out.

    An outline whose mean membership is below 0.4 has run into noise: then the start region stands.
    """
    if not start.any():
        return None
    drawn = outline(lesion.tissue, start, start & lesion.near, levels=lesion.levels)
    if drawn is None or not drawn.region.any():
        return None
    return drawn.region if float(lesion.member()[drawn.region].mean()) >= LEAST_MEMBERSHIP else start
