"""Find the aorta: the round, even, brighter rod just in front and left of the spine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.phase.coarse import Coarse

RADII_MM = (6.0, 8.0, 10.0, 12.0, 14.0)
"""Radii tried in each slice."""
WINDOW_MM = (-25.0, 48.0, -34.0, 22.0)
"""Searched from the front of the vertebra: right, left, front, back."""
_ANGLES = np.arange(16) * (2 * np.pi / 16)
_OUT_OF_REACH = np.float32(-1e3)
_MARGIN_MM = 20.0


@dataclass(frozen=True)
class Aorta:
    """level: median intensity along the aorta; spread: its interquartile range.

    contrast: median over the slices of the mean step down at the rim, less 1.5 standard
    deviations inside; below about 15 the rod is not to be trusted. path: (row, column) per slice.
    """

    level: float
    spread: float
    contrast: float
    path: tuple[tuple[int, int], ...]


def find(coarse: Coarse) -> Aorta | None:
    """Follow the best rod through all slices; None when the window lies outside the image.

    1. Score each pixel of the window as the center of a disc: how far the rim at 16 angles
       lies below the inside (each step clipped to -40..100), less 1.5 standard deviations
       of the inside, over five radii the best.
    2. The path with the highest summed score that moves at most 0.8 of a slice step (4 mm at
       least) sideways per slice (dynamic programming).
    """
    scores = _scores(coarse)
    if scores.max() <= _OUT_OF_REACH:
        return None
    reach = int(np.ceil(max(4.0, 0.8 * coarse.slice_mm) / coarse.pixel_mm))
    path = _best_path(scores, reach)
    inside = _disc(4.0, coarse.pixel_mm)
    levels = np.array([_mean_at(coarse.array[k], j, i, inside) for k, (j, i) in enumerate(path)])
    marks = np.array([scores[k, j, i] for k, (j, i) in enumerate(path)])
    good = levels[marks > 10]
    if good.size < 3:
        return None
    low, level, high = np.percentile(good, [25, 50, 75])
    return Aorta(float(level), float(high - low), float(np.median(marks)), tuple(path))


def _scores(coarse: Coarse) -> NDArray[np.float32]:
    pixel = coarse.pixel_mm
    _, rows, columns = coarse.array.shape
    margin = int(_MARGIN_MM / pixel)
    scores = np.full(coarse.array.shape, _OUT_OF_REACH, dtype=np.float32)
    right, left, front, back = (edge / pixel for edge in WINDOW_MM)
    for k, plane in enumerate(coarse.array):
        i1, i2 = max(int(coarse.spine_i[k] + right), margin), min(int(coarse.spine_i[k] + left), columns - margin)
        j1, j2 = max(int(coarse.spine_j[k] + front), margin), min(int(coarse.spine_j[k] + back), rows - margin)
        if i2 <= i1 or j2 <= j1:
            continue
        window = plane[j1 - margin : j2 + margin, i1 - margin : i2 + margin]
        best = np.max([_roundness(window, radius, pixel) for radius in RADII_MM], axis=0)
        scores[k, j1:j2, i1:i2] = best[margin:-margin, margin:-margin]
    return scores


def _roundness(window: NDArray[np.float32], radius_mm: float, pixel: float) -> NDArray[np.float32]:
    disc = _disc(max(3.0, radius_mm - 3.5), pixel)
    mean = ndimage.correlate(window, disc, mode="nearest")
    variance = ndimage.correlate(window * window, disc, mode="nearest") - mean * mean
    rim = (radius_mm + 2.5) / pixel
    steps = [
        mean - ndimage.shift(window, (-rim * np.sin(angle), -rim * np.cos(angle)), order=1, mode="nearest")
        for angle in _ANGLES
    ]
    score = np.clip(steps, -40, 100).mean(axis=0) - 1.5 * np.sqrt(np.maximum(variance, 0))
    score[mean < 10] = _OUT_OF_REACH
    return np.asarray(score, dtype=np.float32)


def _disc(radius_mm: float, pixel: float) -> NDArray[np.float32]:
    """A disc whose weights sum to 1."""
    reach = int(np.ceil(radius_mm / pixel))
    offsets = np.arange(-reach, reach + 1) * pixel
    disc = (np.hypot(offsets[:, None], offsets[None, :]) <= radius_mm).astype(np.float32)
    return np.asarray(disc / disc.sum(), dtype=np.float32)


def _best_path(scores: NDArray[np.float32], reach: int) -> list[tuple[int, int]]:
    sums = [scores[0]]
    for plane in scores[1:]:
        sums.append(plane + ndimage.maximum_filter(sums[-1], size=2 * reach + 1, mode="nearest"))
    place = np.unravel_index(int(np.argmax(sums[-1])), sums[-1].shape)
    path = [(int(place[0]), int(place[1]))]
    for total in reversed(sums[:-1]):
        j, i = path[-1]
        j0, i0 = max(0, j - reach), max(0, i - reach)
        near = total[j0 : j + reach + 1, i0 : i + reach + 1]
        dj, di = np.unravel_index(int(np.argmax(near)), near.shape)
        path.append((j0 + int(dj), i0 + int(di)))
    return path[::-1]


def _mean_at(plane: NDArray[np.float32], j: int, i: int, disc: NDArray[np.float32]) -> float:
    reach = disc.shape[0] // 2
    return float((plane[j - reach : j + reach + 1, i - reach : i + reach + 1] * disc).sum())
