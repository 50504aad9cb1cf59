"""Decide which part of a lesion is viable on the arterial phase, its longest axis and what lies across it.

One mask serves three criteria: mRECIST by its axis, EASL by the axis and its perpendicular, qEASL by its volume.
mRECIST measures the longest diameter of arterially enhancing tissue that does not cross major necrosis (Lencioni and
Llovet 2010; rule book, section 3); lipiodol is not enhancement.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.measure import enhancement, footprint, inside, planes, surroundings
from pipeline.measure.enhancement import LiverLevel
from pipeline.measure.surroundings import LesionCrop
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.grid import IN_FILES_MM, Grid
from pipeline.model.image import Image, Mask
from pipeline.model.lesion import Axis
from pipeline.volume.arrays import MaskArray
from pipeline.volume.smooth import mean_within

NOISE_GAP_MM = 3.0
"""mm: gaps narrower than this (in whole pixels) are noise, not necrosis; own choice, tried on simulated lesions."""
CORE_MM = 4.0
"""mm that a core of viable tissue is at least wide; own choice, tried on simulated lesions."""
CORE_PIXELS = 3
"""Pixels that a core of viable tissue is at least wide; own choice, tried on simulated lesions."""
BRIGHT_SHARE = 0.25
"""Share of the lesion that is bright from which noise cannot be the reason (0.1 % of liver is); own choice."""


@dataclass(frozen=True)
class Viable:
    """Viable tissue of one lesion, its longest axis and the longest line across it inside, in slice slice_index.

    axis None with evaluable: nothing enhances above the liver (0 mm at follow-up, no mRECIST target
    at baseline). evaluable False: the mask is empty (the lesion lies outside the arterial image), or
    there is no normal liver to compare with; nothing is said.
    """

    axis: Axis | None
    slice_index: int | None
    mask: Mask
    flags: Flags = ()
    evaluable: bool = True
    short: Axis | None = None


def measure(arterial: Image, lesion: Mask, liver: Mask, unenhanced: Image | None = None) -> Viable:
    """Return viable tissue and its longest axis wholly inside it.

    1. Lipiodol (CT) and gas are left out with their partial volume; the rest is smoothed by 0.8 mm
       within itself.
    2. A core of viable tissue lies at least 3 robust standard deviations (and 10 HU) above the mode
       of normal liver, and is at least about 4 mm and 3 pixels wide, unless a quarter of the lesion is that
       bright. Without a core nothing is viable.
    3. Viable tissue reaches from the cores to the half level between them (median) and tissue
       without enhancement: the lesion's level before contrast, 45 HU without an unenhanced image.
       The outermost voxels of the lesion, blurred with what lies outside, follow their
       neighbors inside.
    4. Gaps narrower than about 3 mm are bridged unless oil fills them.
    5. The axis is the longest straight line whose whole length lies inside the tissue's half-level
       outline in one slice (pipeline.measure.inside). Equal lengths: the lowest slice. `short` is the longest line
       perpendicular to it in that slice, inside the same part of the tissue; it need not cross the axis.

    All masks lie on the arterial grid; an unenhanced image on another grid is resampled without
    alignment. `liver` may hold the lesion; other lesions are better left out of it.

    Raises:
        ValueError: a mask does not lie on the arterial grid.
    """
    for mask in (lesion, liver):
        if not mask.grid.same_as(arterial.grid, IN_FILES_MM):
            raise ValueError(f"mask on {mask.grid}, arterial image on {arterial.grid}; resample the mask first")
    array = np.zeros(lesion.array.shape, dtype=bool)
    if not lesion.array.any():
        return Viable(None, None, Mask(array, lesion.grid), evaluable=False)
    crop = surroundings.cut(arterial, lesion, unenhanced)
    flags = ordered(Flag.LIPIODOL) if crop.oil.any() else ()
    level = surroundings.normal_liver(arterial, lesion, liver)
    if level is None:
        return Viable(None, None, Mask(array, lesion.grid), ordered(*flags, Flag.LIVER_DOUBTFUL), evaluable=False)
    array[crop.window] = _tissue(crop, level)
    axis, short, k = _axes(Mask(array, lesion.grid))
    return Viable(axis, k, Mask(array, lesion.grid), flags, short=short)


def _tissue(crop: LesionCrop, liver: LiverLevel) -> MaskArray:
    """Viable tissue of the cropped lesion."""
    inner = _without_rim(crop.readable, crop.lesion)
    smooth = mean_within(crop.arterial, inner, crop.sigma)
    bright = inner & (smooth >= liver.core_from(crop.modality))
    spacing = crop.grid.spacing_mm
    cores = bright
    if np.count_nonzero(bright) < BRIGHT_SHARE * np.count_nonzero(inner):
        cores = ndimage.binary_opening(bright, structure=footprint.disk(CORE_MM, spacing, CORE_PIXELS))
    if not cores.any():
        return np.zeros_like(inner)
    before = None if crop.before is None else crop.before[inner]
    dark = enhancement.unenhanced_level(smooth[inner], liver, crop.modality, before)
    border = (float(np.median(smooth[cores])) + dark) / 2
    enhancing = ndimage.binary_propagation(cores, mask=inner & (smooth >= border))
    bridged = inner & ~ndimage.binary_opening(inner & ~enhancing, structure=footprint.disk(NOISE_GAP_MM, spacing))
    return _with_rim(bridged, inner, crop)


def _without_rim(readable: MaskArray, lesion: MaskArray) -> MaskArray:
    """Readable voxels whose neighbors in the slice belong to the lesion; all if none has."""
    inner: MaskArray = readable & ndimage.binary_erosion(lesion, structure=_cross())
    return inner if inner.any() else readable


def _with_rim(tissue: MaskArray, inner: MaskArray, crop: LesionCrop) -> MaskArray:
    """Let each voxel of the lesion's rim follow the nearest voxel inside it in the slice."""
    result = tissue.copy()
    rim = crop.readable & ~inner
    for k in np.any(rim, axis=(1, 2)).nonzero()[0]:
        if not inner[k].any():
            continue
        nearest = ndimage.distance_transform_edt(
            ~inner[k], sampling=crop.grid.spacing_mm[1::-1], return_distances=False, return_indices=True
        )
        result[k] |= rim[k] & result[k][tuple(nearest)]
    return result


def _cross() -> MaskArray:
    cross = np.zeros((1, 3, 3), dtype=bool)
    cross[0, 1, :] = cross[0, :, 1] = True
    return cross


def _axes(tissue: Mask) -> tuple[Axis | None, Axis | None, int | None]:
    """The longest line inside the tissue over all slices, the longest across it, and their slice."""
    i, j, _ = tissue.grid.spacing_mm
    best: tuple[int, inside.InsideLine] | None = None
    for k in np.any(tissue.array, axis=(1, 2)).nonzero()[0]:
        line = inside.longest(tissue.array[k], (j, i), 0.0 if best is None else best[1].length_mm)
        if line is not None:
            best = (int(k), line)
    if best is None:
        return None, None, None
    k, line = best
    short = inside.across(tissue.array[k], (j, i), line)
    return _placed(tissue.grid, k, line), None if short is None else _placed(tissue.grid, k, short), k


def _placed(grid: Grid, k: int, line: inside.InsideLine) -> Axis:
    i, j, _ = grid.spacing_mm
    return planes.axis(grid, k, line.start[::-1] * (i, j), line.end[::-1] * (i, j))
