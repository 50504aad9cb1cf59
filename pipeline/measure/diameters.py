"""Decide the longest in-plane diameter of a lesion and its longest perpendicular.

RECIST 1.1 measures the longest diameter in the acquired plane, found afresh at every visit
(Eisenhauer 2009, 3.1 and 4.3). Both lines end on the half-level line of the mask
(pipeline.volume.contour); between its ends a line may leave a concave lesion, as a caliper does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from pipeline.measure import planes
from pipeline.model.image import Mask
from pipeline.model.lesion import Diameters
from pipeline.volume import contour
from pipeline.volume.arrays import MaskArray

Points = NDArray[np.float64]
"""In-plane points (N, 2): x along the rows, y along the columns, both in mm."""

TIE_MM = 1e-6
"""mm: lengths closer than this are equal (rounding); the lower slice, then the smaller point, wins."""


@dataclass(frozen=True)
class _Chord:
    """A line in one slice with the lines of the component it belongs to."""

    length_mm: float
    start: Points
    end: Points
    outlines: tuple[Points, ...]


def measure(mask: Mask) -> Diameters | None:
    """Return the longest diameter over all slices and its longest perpendicular; None if empty.

    1. In every slice, each connected component (pixels sharing a side) has its half-level
       outline, in mm in the acquired plane.
    2. The long axis is the longest distance of two points of one component's outline, over all
       components and slices, exact for the outline. Equal lengths (1e-6 mm): the lowest slice, then
       the smallest (x, y) of the first and of the second end point.
    3. The short axis is the longest distance between two points of the same outline on one line
       perpendicular to the long axis, in the same slice.

    A component with a hole counts with the hole. End points are LPS mm.
    """
    best: tuple[int, _Chord] | None = None
    for k in np.any(mask.array, axis=(1, 2)).nonzero()[0]:
        for outlines in _component_outlines(mask.array[k], mask.grid.spacing_mm):
            chord = _longest(outlines)
            if best is None or chord.length_mm > best[1].length_mm + TIE_MM:
                best = (int(k), chord)
    if best is None:
        return None
    k, chord = best
    start, end = _perpendicular(chord)
    return Diameters(
        long=planes.axis(mask.grid, k, chord.start, chord.end),
        short=planes.axis(mask.grid, k, start, end),
        slice_index=k,
        plane=planes.name(mask.grid),
    )


def measure_parts(mask: Mask) -> tuple[Diameters, ...]:
    """Return the diameters of each fragment of a split lesion, the largest volume first.

    RECIST 1.1 adds the longest diameters of the fragments (Eisenhauer 2009, 4.4.3). Fragments are
    components of voxels sharing a face; equal volumes keep the order of their first voxel.
    """
    labels, count = ndimage.label(mask.array)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    order = sorted(range(count), key=lambda n: (-int(sizes[n]), n))
    parts = (measure(Mask(labels == n + 1, mask.grid)) for n in order)
    return tuple(part for part in parts if part is not None)


def _component_outlines(mask2d: MaskArray, spacing_mm: tuple[float, float, float]) -> list[tuple[Points, ...]]:
    """Outlines of each component of a slice, holes included, as (x, y) in mm."""
    labels, _ = ndimage.label(mask2d)
    step = np.array(spacing_mm[:2])
    components = []
    for n, box in enumerate(ndimage.find_objects(labels), start=1):
        corner = np.array([box[0].start, box[1].start], dtype=float)
        lines = contour.outlines(labels[box] == n)
        components.append(tuple((line + corner)[:, ::-1] * step for line in lines))
    return components


def _longest(outlines: tuple[Points, ...]) -> _Chord:
    """The two points of an outline that lie farthest apart: two corners of its convex hull."""
    points = np.unique(np.concatenate(outlines), axis=0)
    corners = points[np.sort(ConvexHull(points).vertices)]
    lengths = np.sqrt(np.sum((corners[:, None, :] - corners[None, :, :]) ** 2, axis=2))
    first, second = np.unravel_index(np.argmax(lengths >= lengths.max() - TIE_MM), lengths.shape)
    return _Chord(float(lengths[first, second]), corners[first], corners[second], outlines)


def _perpendicular(chord: _Chord) -> tuple[Points, Points]:
    """The longest chord perpendicular to a long axis; equal ones: the nearest to its start.

    The extent of a polygon along parallel lines is largest at a line through a corner, so
    only those lines are tried, each cut exactly with every edge.
    """
    along = (chord.end - chord.start) / chord.length_mm
    across = np.array([-along[1], along[0]])
    frame = np.stack([along, across], axis=1)
    lines = [(line - chord.start) @ frame for line in chord.outlines]
    tails = np.concatenate([line[:-1] for line in lines])
    heads = np.concatenate([line[1:] for line in lines])
    best = (-1.0, 0.0, 0.0, 0.0)
    for position in np.unique(tails[:, 0]):
        low, high = _extent(tails, heads, position)
        if high - low > best[0] + TIE_MM:
            best = (high - low, position, low, high)
    _, position, low, high = best
    foot = chord.start + position * along
    return foot + low * across, foot + high * across


def _extent(tails: Points, heads: Points, position: float) -> tuple[float, float]:
    """Lowest and highest crossing of the line at `position` with edges given as (along, across)."""
    met = (np.minimum(tails[:, 0], heads[:, 0]) <= position) & (position <= np.maximum(tails[:, 0], heads[:, 0]))
    tail, head = tails[met], heads[met]
    run = head[:, 0] - tail[:, 0]
    share = np.divide(position - tail[:, 0], run, out=np.zeros_like(run), where=run != 0)
    crossings = tail[:, 1] + share * (head[:, 1] - tail[:, 1])
    flat = head[run == 0, 1]
    reached = np.concatenate([crossings, flat])
    return float(reached.min()), float(reached.max())
