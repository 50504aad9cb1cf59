"""Find the longest straight line that stays inside a region of one slice, and the longest across it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import distance

from pipeline.volume import contour
from pipeline.volume.arrays import FloatArray, MaskArray

Points = NDArray[np.float64]
Indices = NDArray[np.intp]

STEP = 0.25
"""Pixels between the samples along a line; own choice."""
SLACK = 0.01
"""Share of a pixel below the half level that an end may lie and still be inside (rounding)."""
CLEARANCE = 0.35
"""Share above the half level, about in pixels, that a line keeps from CLEARANCE_FROM pixels off its ends on.

The longest of all lines touches a hole where its pixels happen to leave most room; without
clearance a line beside a necrotic core is 0.9 mm too long in the mean, with it 0.4 mm
(docs/methods/measurement.md).
"""
CLEARANCE_FROM = 2.0
"""Pixels from an end at which the whole clearance is asked; nearer it grows from 0. Own choice."""
MAX_POINTS = 500
"""Outline points that are tried in the first round, to save time; more are tried around its best lines."""
COARSE_SAMPLES = (5, 17)
"""Samples that reject most lines before they are sampled finely, to save time."""
CHUNK = 8192
"""Lines tested at once, to bound memory."""
KEPT = 12
"""Lines of the first round that are refined; own choice."""
ASIDE_MM = 1e-6
"""mm: beside a corner of an outline a line crosses its edges and not the corner (rounding)."""
PAD = 2
"""Empty pixels around the region, so that samples on its outline have neighbors."""


@dataclass(frozen=True)
class InsideLine:
    """A line between two outline points (row, column) and its length in mm."""

    length_mm: float
    start: Points
    end: Points


def longest(region: MaskArray, step_mm: tuple[float, float], longer_than_mm: float = 0.0) -> InsideLine | None:
    """Return the longest line inside a region; None if none is longer than longer_than_mm.

    step_mm is (between rows, between columns).

    1. The ends are points of the half-level outlines, so the line of a convex region is its
       longest diameter.
    2. Pairs of points are tried from the farthest down; the first whose samples, at most a quarter
       of a pixel apart, all lie inside the half level of the mask (bilinear), away from the ends by a
       third of a pixel, wins. Equal lengths: the first in the order of the outline.
    3. Where the outline has more than 500 points, every n-th is tried first, then all points
       beside the ends of the twelve best lines; in a ragged region the result may be short by a little.
    """
    lines = contour.outlines(region)
    if not lines:
        return None
    search = _Search(
        points=np.concatenate([line[:-1] for line in lines]),
        field=np.pad(region, PAD).astype(np.float32),
        step_mm=np.array(step_mm),
    )
    best = search.run(longer_than_mm)
    if best is None:
        return None
    length, first, second = best
    return InsideLine(length, search.points[first], search.points[second])


def across(region: MaskArray, step_mm: tuple[float, float], line: InsideLine) -> InsideLine | None:
    """Return the longest line perpendicular to one found by `longest`, inside the same part and at most as long.

    The width of a polygon along parallel lines is largest beside a corner, so lines beside every corner are cut
    exactly with all outlines; of their pieces inside the longest that keeps the clearance of `longest` wins. Equal
    lengths: the nearest to the line's start. None where no piece keeps it.
    """
    step = np.array(step_mm)
    labels, _ = ndimage.label(region)
    row, column = np.rint((line.start + line.end) / 2).astype(int)
    part = labels == labels[row, column] if region[row, column] else region
    along = (line.end - line.start) * step / line.length_mm
    frame = np.stack([along, np.array([-along[1], along[0]])], axis=1)
    placed = [((outline - line.start) * step) @ frame for outline in contour.outlines(part)]
    tails = np.concatenate([points[:-1] for points in placed])
    heads = np.concatenate([points[1:] for points in placed])
    pieces = _pieces(tails, heads)
    pieces = pieces[pieces[:, 2] - pieces[:, 1] <= line.length_mm]
    field = np.pad(part, PAD).astype(np.float32)
    for position, low, high in pieces[np.argsort(pieces[:, 1] - pieces[:, 2], kind="stable")]:
        start, end = (line.start + (frame @ (position, far)) / step for far in (low, high))
        samples = int(np.ceil(np.hypot(*(end - start)) / STEP)) + 1
        if _clear(field, start[None], (end - start)[None], samples)[0]:
            return InsideLine(float(high - low), start, end)
    return None


def _pieces(tails: Points, heads: Points) -> Points:
    """Rows (position, low, high) of the pieces inside, of lines beside every corner; edges are (along, across)."""
    pieces = []
    for corner in np.unique(tails[:, 0]):
        for position in (corner - ASIDE_MM, corner + ASIDE_MM):
            met = (tails[:, 0] < position) != (heads[:, 0] < position)
            tail, head = tails[met], heads[met]
            share = (position - tail[:, 0]) / (head[:, 0] - tail[:, 0])
            crossings = np.sort(tail[:, 1] + share * (head[:, 1] - tail[:, 1]))
            pieces += [(position, low, high) for low, high in zip(crossings[::2], crossings[1::2], strict=True)]
    return np.array(pieces).reshape(-1, 3)


_Pair = tuple[float, int, int]
"""Length in mm and the numbers of two outline points."""


@dataclass(frozen=True)
class _Search:
    """Outline points (row, column) of a region and its padded mask."""

    points: Points
    field: FloatArray
    step_mm: Points

    def run(self, longer_than_mm: float) -> _Pair | None:
        """The longest line inside, longer than a given length."""
        stride = -(-len(self.points) // MAX_POINTS)
        some = np.arange(0, len(self.points), stride)
        if stride == 1:
            return next(iter(self._best(some, some, longer_than_mm, kept=1)), None)
        reach_mm = 2 * stride * float(self.step_mm.max())
        best = None
        for _, first, second in self._best(some, some, max(longer_than_mm - reach_mm, 0.0), kept=KEPT):
            better = self._best(self._beside(first, stride), self._beside(second, stride), longer_than_mm, kept=1)
            if better:
                best, longer_than_mm = better[0], better[0][0]
        return best

    def _beside(self, number: int, reach: int) -> Indices:
        """Outline points at most `reach` pixels from one of them."""
        return np.flatnonzero(np.abs(self.points - self.points[number]).max(axis=1) <= reach)

    def _best(self, starts: Indices, ends: Indices, longer_than_mm: float, kept: int) -> list[_Pair]:
        """The first `kept` lines inside, from the longest down."""
        lengths = distance.cdist(self.points[starts] * self.step_mm, self.points[ends] * self.step_mm)
        if starts is ends:
            lengths = np.triu(lengths)
        rows, columns = np.nonzero(lengths > longer_than_mm)
        order = np.argsort(-lengths[rows, columns], kind="stable")
        lines: list[_Pair] = []
        for chunk in range(0, len(order), CHUNK):
            some = order[chunk : chunk + CHUNK]
            first, second = starts[rows[some]], ends[columns[some]]
            for samples in COARSE_SAMPLES:
                passing = self._inside(first, second, samples)
                some, first, second = some[passing], first[passing], second[passing]
            for n, start, end in zip(some, first, second, strict=True):
                if self._wholly_inside(start, end):
                    lines.append((float(lengths[rows[n], columns[n]]), int(start), int(end)))
                    if len(lines) == kept:
                        return lines
        return lines

    def _wholly_inside(self, first: np.intp, second: np.intp) -> bool:
        reach = float(np.hypot(*(self.points[second] - self.points[first])))
        return bool(self._inside(np.array([first]), np.array([second]), int(np.ceil(reach / STEP)) + 1)[0])

    def _inside(self, first: Indices, second: Indices, samples: int) -> MaskArray:
        """Whether all samples of each line lie inside the half level, clear of it away from the ends."""
        return _clear(self.field, self.points[first], self.points[second] - self.points[first], samples)


def _clear(field: FloatArray, start: Points, run: Points, samples: int) -> MaskArray:
    """Whether all samples of each line (N, 2) lie inside the half level of a padded mask, clear of it off the ends."""
    share = np.linspace(0.0, 1.0, samples)
    at = start[:, None, :] + run[:, None, :] * share[None, :, None] + PAD
    values = ndimage.map_coordinates(field, at.reshape(-1, 2).T, order=1).reshape(len(start), samples)
    from_end = np.minimum(share, 1 - share) * np.hypot(run[:, :1], run[:, 1:])
    level = contour.HALF_LEVEL - SLACK + CLEARANCE * np.minimum(from_end / CLEARANCE_FROM, 1.0)
    inside: MaskArray = (values >= level).all(axis=1)
    return inside
