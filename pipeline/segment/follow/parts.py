"""Parts of a carried lesion on the new image: one, several, one with its neighbor, or a vessel."""

import numpy as np
from scipy import ndimage

from pipeline.segment.follow.carried import CarriedLesion
from pipeline.segment.lesion.shape import describe, longest_in_plane_mm
from pipeline.volume import morphology
from pipeline.volume.arrays import MaskArray, StepsMm
from pipeline.volume.region import part_sharing_most

PRESENT_SPREADS = 4.0
"""Spreads of the parenchyma that a lesion must stand out by; own choice, tuned on the sample."""
PART_SPREADS = 5.0
"""Spreads of the parenchyma that a separate part must stand out by; own choice, tuned on the sample."""
PART_MM = 5.0
"""mm, diameter of the ball that a separate part must at least fill: own choice, as TOO_SMALL_MM."""
PART_INSIDE = 0.5
"""Share of a separate part that must lie in the carried outline; own choice, tuned on the sample."""
PART_GAP_MM = 2.0
"""mm: gaps up to twice this are no gaps between parts; own choice, tuned on the sample."""
APART_MM = 2.5
"""mm: carried outlines nearer than this were touching already; own choice, tuned on the sample."""
BROAD_CONTACT = 0.25
"""Share of the smaller part's cross-section: a broader contact makes two parts one mass; own choice, tuned on the
sample."""
LEAK_SHARE = 0.45
"""Share of the lesion's own thickness: thinner necks are cut off (vessels); own choice, tuned on the sample."""
VESSEL_ELONGATION, VESSEL_MM = 2.6, 9.0
"""Longest over middle diameter, and mm: a region this elongated and no thicker is a vessel; own choice, tuned on the
sample."""


def start(lesion: CarriedLesion) -> MaskArray:
    """The part above half membership that overlaps the carried surroundings most, without thin necks."""
    above = (lesion.member() > 0.5) & lesion.tissue.sure
    main = part_sharing_most(above, lesion.near)
    depth = morphology.depth(main & lesion.near, lesion.tissue.steps_mm)
    cut = morphology.opened(main, LEAK_SHARE * float(depth.max()), lesion.tissue.steps_mm)
    return part_sharing_most(cut, lesion.near) if cut.any() else main


def parts(lesion: CarriedLesion) -> list[MaskArray]:
    """The separate parts that the lesion now has, in the order of their first voxel."""
    steps = lesion.tissue.steps_mm
    above = (lesion.member() > 0.5) & lesion.tissue.sure
    labels, count = ndimage.label(morphology.closed(above, PART_GAP_MM, steps))
    home = morphology.dilated(lesion.carried, PART_GAP_MM, steps)
    separate = []
    for number in range(1, count + 1):
        part = above & (labels == number)
        size = np.count_nonzero(part)
        large = size * float(np.prod(steps)) >= np.pi / 6 * PART_MM**3
        if large and np.count_nonzero(part & home) >= PART_INSIDE * size and _signal(lesion, part) >= PART_SPREADS:
            separate.append(part)
    return separate


def is_vessel(lesion: CarriedLesion, region: MaskArray) -> bool:
    """Whether the region is a tube."""
    shape = describe(region, lesion.tissue.allowed, lesion.tissue.steps_mm)
    return shape.elongation > VESSEL_ELONGATION and shape.axes_mm[1] < VESSEL_MM


def long_axis_mm(region: MaskArray, lesion: CarriedLesion) -> float:
    """Longest axis of a region in a slice, to about half a pixel."""
    return longest_in_plane_mm(region, lesion.tissue.steps_mm)


def touch_broadly(first: MaskArray, second: MaskArray, steps_mm: StepsMm) -> bool:
    """Whether the contact of two regions is broad against the smaller one's cross-section."""
    touching = first & ndimage.binary_dilation(second, iterations=2)
    area = np.count_nonzero(touching) / 2 * float(np.prod(steps_mm)) ** (2 / 3)
    smaller = min(np.count_nonzero(first), np.count_nonzero(second)) * float(np.prod(steps_mm))
    diameter = (6 * smaller / np.pi) ** (1 / 3)
    return bool(area >= BROAD_CONTACT * np.pi / 4 * diameter**2)


def _signal(lesion: CarriedLesion, part: MaskArray) -> float:
    if (part & lesion.tissue.dense).any():
        return float("inf")
    return max(float((sign * lesion.smooth)[part].max()) for sign in lesion.levels) / lesion.spread
