"""Find the aorta: the round, even, brighter rod just in front and left of the spine."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.phase.coarse import Coarse
from pipeline.volume.arrays import FloatArray

RADII_MM = (6.0, 8.0, 10.0, 12.0, 14.0)
"""mm, radii of the aorta that are tried in each slice; own choice, for adults."""
WINDOW_MM = (-25.0, 48.0, -34.0, 22.0)
"""mm from the front of the vertebra in which the aorta is sought: right, left, front, back; own choice."""
_ANGLES = np.arange(16) * (2 * np.pi / 16)
"""Radians: directions in which the rim is compared with the inside; own choice."""
_OUT_OF_REACH = np.float32(-1e3)
"""Score of a place where no aorta can lie: below any real score."""
_RIM_REACH_MM = 20.0
"""mm around the window that the largest rim reaches (14 + 2.5 mm, rounded up)."""


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


def _scores(coarse: Coarse) -> FloatArray:
    """Score of every pixel of the window as center of a disc; out of reach elsewhere."""
    pixel = coarse.pixel_mm
    slices, rows, columns = coarse.array.shape
    margin = int(_RIM_REACH_MM / pixel)
    right, left, front, back = (round(edge / pixel) for edge in WINDOW_MM)
    corners = [
        (int(np.clip(round(j) + front, 0, rows - 1)), int(np.clip(round(i) + right, 0, columns - 1)))
        for j, i in zip(coarse.spine_j, coarse.spine_i, strict=True)
    ]
    size = (back - front, left - right)
    padded = np.pad(coarse.array, ((0, 0), (margin, margin + size[0]), (margin, margin + size[1])), mode="edge")
    windows = np.stack(
        [padded[k, j : j + size[0] + 2 * margin, i : i + size[1] + 2 * margin] for k, (j, i) in enumerate(corners)]
    )
    best = np.max([_roundness(windows, radius, pixel, margin) for radius in RADII_MM], axis=0)
    scores = np.full((slices, rows + size[0], columns + size[1]), _OUT_OF_REACH, dtype=np.float32)
    for k, (j, i) in enumerate(corners):
        scores[k, j : j + size[0], i : i + size[1]] = best[k]
    return scores[:, :rows, :columns]


def _roundness(windows: FloatArray, radius_mm: float, pixel: float, margin: int) -> FloatArray:
    """Score discs of one radius; the margin around the windows is cut off."""
    disc = _disc(max(3.0, radius_mm - 3.5), pixel)[None]
    inner = (slice(None), slice(margin, -margin), slice(margin, -margin))
    mean = ndimage.correlate(windows, disc, mode="nearest")[inner]
    variance = ndimage.correlate(windows * windows, disc, mode="nearest")[inner] - mean * mean
    rim = (radius_mm + 2.5) / pixel
    total = np.zeros_like(mean)
    for angle in _ANGLES:
        total += np.clip(mean - _at(windows, rim * np.sin(angle), rim * np.cos(angle), margin), -40, 100)
    score = total / len(_ANGLES) - 1.5 * np.sqrt(np.maximum(variance, 0))
    score[mean < 10] = _OUT_OF_REACH
    return np.asarray(score, dtype=np.float32)


def _at(windows: FloatArray, dj: float, di: float, margin: int) -> FloatArray:
    """The windows without their margin, read at an offset in pixels (bilinear)."""
    rows, columns = windows.shape[1] - 2 * margin, windows.shape[2] - 2 * margin
    j, i = int(np.floor(dj)), int(np.floor(di))
    wj, wi = np.float32(dj - j), np.float32(di - i)

    def part(row: int, column: int) -> FloatArray:
        top, side = margin + row, margin + column
        return windows[:, top : top + rows, side : side + columns]

    upper = (1 - wi) * part(j, i) + wi * part(j, i + 1)
    lower = (1 - wi) * part(j + 1, i) + wi * part(j + 1, i + 1)
    return np.asarray((1 - wj) * upper + wj * lower, dtype=np.float32)


def _disc(radius_mm: float, pixel: float) -> FloatArray:
    """A disc whose weights sum to 1."""
    reach = int(np.ceil(radius_mm / pixel))
    offsets = np.arange(-reach, reach + 1) * pixel
    disc = (np.hypot(offsets[:, None], offsets[None, :]) <= radius_mm).astype(np.float32)
    return np.asarray(disc / disc.sum(), dtype=np.float32)


def _best_path(scores: FloatArray, reach: int) -> list[tuple[int, int]]:
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


def _mean_at(plane: FloatArray, j: int, i: int, disc: FloatArray) -> float:
    """Mean over a disc; beyond the border the nearest pixel stands."""
    reach = disc.shape[0] // 2
    rows, columns = (
        np.clip(np.arange(center - reach, center + reach + 1), 0, size - 1)
        for center, size in ((j, plane.shape[0]), (i, plane.shape[1]))
    )
    return float((plane[np.ix_(rows, columns)] * disc).sum())
