"""A small copy of an abdominal image in one fixed orientation, and where the spine stands in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.image import Image, Modality
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray
from pipeline.volume.region import largest_part

PIXEL_MM = 2.0
"""mm, wanted pixel size of the small copy; pixels are averaged, never interpolated. Own choice."""
SLICE_STEP_MM = 5.0
"""mm, wanted distance of its slices; slices are left out, never interpolated. Own choice."""
HU_RANGE = (-200.0, 600.0)
"""HU that values are cut to before averaging, so that lipiodol and metal weigh no more than bone."""
MR_BRIGHT = 300.0
"""Signal units: MR is scaled so that the 95th percentile inside the body is this."""
_BONE_HU = 150.0
"""HU from which a pixel near the midline is bone; own choice."""
_MIN_AXIAL = 0.9
"""Cosine between an axis of the volume and that of the body from which it counts as axial (26 degrees)."""


@dataclass(frozen=True)
class Coarse:
    """array [k, j, i] with i to the patient's left, j to the back, k to the head.

    body: inside the skin. spine_i and spine_j: per slice the column of the midline and the
    row of the front of the vertebra. pixel_mm is the mean in-plane size, slice_mm the step.
    """

    array: FloatArray
    body: MaskArray
    spine_i: NDArray[np.float64]
    spine_j: NDArray[np.float64]
    pixel_mm: float
    slice_mm: float

    def side(self, half_mm: float) -> int:
        """Odd side in pixels of the square that reaches half_mm from its center."""
        return 2 * max(1, round(half_mm / self.pixel_mm)) + 1

    def to_left_mm(self) -> NDArray[np.float64]:
        """Distance of each voxel from the spine's midline to the left, broadcastable to the array."""
        columns = np.arange(self.array.shape[2], dtype=float)[None, None, :]
        return np.asarray((columns - self.spine_i[:, None, None]) * self.pixel_mm)

    def to_back_mm(self) -> NDArray[np.float64]:
        """Distance of each voxel from the front of the vertebra to the back, broadcastable to the array."""
        rows = np.arange(self.array.shape[1], dtype=float)[None, :, None]
        return np.asarray((rows - self.spine_j[:, None, None]) * self.pixel_mm)


def prepare(image: Image) -> Coarse | None:
    """Shrink an image; None when it is not axial or shows no body."""
    spacing = image.grid.spacing_mm
    turned = _turned(image)
    if turned is None:
        return None
    array = _shrunk(turned[:: max(1, round(SLICE_STEP_MM / spacing[2]))], spacing[0], image.modality)
    factor = max(1, round(PIXEL_MM / spacing[0]))
    pixel_mm = (spacing[0] + spacing[1]) / 2 * factor
    body = _body(array, image.modality, pixel_mm)
    filled = body.any(axis=(1, 2))
    if filled.sum() < 3:
        return None
    array, body = array[filled], body[filled]
    if image.modality is Modality.MR:
        array = array * np.float32(MR_BRIGHT / max(float(np.percentile(array[body], 95)), 1e-6))
    slice_mm = spacing[2] * max(1, round(SLICE_STEP_MM / spacing[2]))
    spine_i, spine_j = _spine(array, body, pixel_mm, image.modality)
    return Coarse(array, body, spine_i, spine_j, pixel_mm, slice_mm)


def _turned(image: Image) -> NDArray[np.generic] | None:
    """Flip so that i, j, k grow to the left, back and head; None when rows are not along x."""
    directions = image.grid.directions
    if any(abs(directions[axis][axis]) < _MIN_AXIAL for axis in range(3)):
        return None
    signs = [1 if directions[axis][axis] > 0 else -1 for axis in (2, 1, 0)]
    return np.asarray(image.array[:: signs[0], :: signs[1], :: signs[2]])


def _shrunk(array: NDArray[np.generic], pixel_mm: float, modality: Modality) -> FloatArray:
    """Average blocks of pixels."""
    factor = max(1, round(PIXEL_MM / pixel_mm))
    values = array.astype(np.float32)
    if modality is Modality.CT:
        values = np.clip(values, *HU_RANGE)
    slices, rows, columns = (values.shape[0], values.shape[1] // factor, values.shape[2] // factor)
    blocks = values[:, : rows * factor, : columns * factor].reshape(slices, rows, factor, columns, factor)
    return np.asarray(blocks.mean(axis=(2, 4)), dtype=np.float32)


def _body(array: FloatArray, modality: Modality, pixel_mm: float) -> MaskArray:
    """The largest filled region of each slice above air, thin things (couch, lines) opened away."""
    air = HU_RANGE[0] + 10 if modality is Modality.CT else 0.15 * float(np.percentile(array, 95))
    solid = opened_by_square(array > air, 2 * max(1, round(3 / pixel_mm)) + 1)
    body = np.zeros(array.shape, dtype=np.bool_)
    for k, plane in enumerate(solid):
        body[k] = largest_part(plane)
    return morphology.filled(body)


def eroded_by_square(mask: MaskArray, size: int) -> MaskArray:
    """Erode each slice by a square of this side (odd): the levels in docs/methods/phase.md were set with squares."""
    rows = ndimage.minimum_filter1d(mask.view(np.uint8), size, axis=1, mode="constant")
    return np.asarray(ndimage.minimum_filter1d(rows, size, axis=2, mode="constant") > 0)


def dilated_by_square(mask: MaskArray, size: int) -> MaskArray:
    """Dilate each slice by a square of this side (odd)."""
    rows = ndimage.maximum_filter1d(mask.view(np.uint8), size, axis=1, mode="constant")
    return np.asarray(ndimage.maximum_filter1d(rows, size, axis=2, mode="constant") > 0)


def opened_by_square(mask: MaskArray, size: int) -> MaskArray:
    """Erode, then dilate each slice: removes what is thinner than the square."""
    return dilated_by_square(eroded_by_square(mask, size), size)


def _spine(
    array: FloatArray, body: MaskArray, pixel_mm: float, modality: Modality
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Midline and front of the vertebrae per slice.

    CT: bone within 50 mm of the body's middle and 15 to 120 mm from the back; its front is a
    parabola over the slices, fitted with outliers removed (heart and bowel contrast are as
    bright). MR shows no bone: the front lies at 42 % of the body's depth from the back.
    """
    boxes = [_box(plane) for plane in body]
    middle = np.array([(left + right) / 2 for left, right, _, _ in boxes])
    back = np.array([bottom for _, _, _, bottom in boxes])
    if modality is Modality.MR:
        depth = np.array([bottom - top for _, _, top, bottom in boxes])
        return _smooth(middle), _smooth(back - 0.42 * depth)
    columns, rows = np.arange(array.shape[2]), np.arange(array.shape[1])
    fronts = np.full(len(array), np.nan)
    center = middle.copy()
    for k, plane in enumerate(array):
        from_back = (back[k] - rows) * pixel_mm
        near = (np.abs(columns - middle[k]) * pixel_mm < 50)[None, :] & ((from_back > 15) & (from_back < 120))[:, None]
        bone = (plane > _BONE_HU) & near
        behind = np.nonzero(bone & (from_back < 70)[:, None])[1]
        if behind.size > 10:
            center[k] = np.median(behind)
        strip = bone[:, max(0, round(center[k] - 6 / pixel_mm)) : round(center[k] + 6 / pixel_mm) + 1]
        bony_rows = np.nonzero(strip.mean(axis=1) > 0.5)[0]
        if bony_rows.size:
            fronts[k] = bony_rows[0]
    return _smooth(center), _parabola(fronts, back - 85 / pixel_mm, pixel_mm)


def _box(plane: MaskArray) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(plane)
    left, right = np.percentile(columns, [1, 99])
    top, bottom = np.percentile(rows, [0.5, 99.5])
    return float(left), float(right), float(top), float(bottom)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over about 60 mm of slices."""
    return np.asarray(ndimage.median_filter(values, size=13, mode="nearest"), dtype=np.float64)


def _parabola(fronts: NDArray[np.float64], fallback: NDArray[np.float64], pixel_mm: float) -> NDArray[np.float64]:
    """Fit the fronts over the slices four times, each time without those far off the last fit."""
    slices = np.arange(len(fronts), dtype=float)
    good = ~np.isnan(fronts)
    if good.sum() < 3:
        return _smooth(fallback)
    fitted = fronts
    for _ in range(4):
        degree = 2 if good.sum() > 8 else 1
        fitted = np.polyval(np.polyfit(slices[good], fronts[good], degree), slices)
        off = np.abs(fronts - fitted) * pixel_mm
        good = ~np.isnan(fronts) & (off <= max(8.0, float(np.percentile(off[good], 75))))
    return np.asarray(fitted, dtype=np.float64)
