"""Cut the slice on which an axis was measured, as a radiologist expects to see it.

1. The end points of the axis, in LPS mm, name the slice k.
2. The slice is cropped around liver and lesion (without a liver, around the body).
3. It is turned so that the patient's left is on the right, the back and the feet below.
4. Outlines and end points follow into pixels of the crop.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Mask, Modality
from pipeline.model.lesion import Axis, Finding
from pipeline.report.content import AxisName, DrawnAxis, Edges, KeySlice, Kind, Outlines, Pixel
from pipeline.volume import contour

MARGIN_MM = 15.0
"""Room around the liver, or around what else is shown; own choice."""
MIN_SIDE_MM = 110.0
"""A key slice shows at least this much, so that a small lesion keeps its surroundings; own choice."""
AIR_HU = -300.0
"""Above this lies the body on CT; own choice between lung and fat."""
MR_BACKGROUND = 0.15
"""Above this share of the 99th percentile lies the body on MR; own choice."""
IN_SLICE = 0.5
"""An end point belongs to a slice if it lies within half a slice of it."""

_LETTERS = (("R", "L"), ("A", "P"), ("F", "H"))


@dataclass(frozen=True)
class _Crop:
    """Crop of a slice and how it is turned; rows and columns are half-open ranges."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    flip_rows: bool
    flip_columns: bool

    def pixels(self, plane: NDArray[np.generic]) -> NDArray[np.generic]:
        part = plane[self.rows[0] : self.rows[1], self.columns[0] : self.columns[1]]
        part = part[::-1] if self.flip_rows else part
        part = part[:, ::-1] if self.flip_columns else part
        return np.ascontiguousarray(part)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved: NDArray[np.float64] = points - np.array([self.rows[0], self.columns[0]], dtype=float)
        if self.flip_rows:
            moved[:, 0] = self.rows[1] - self.rows[0] - 1 - moved[:, 0]
        if self.flip_columns:
            moved[:, 1] = self.columns[1] - self.columns[0] - 1 - moved[:, 1]
        return moved


def cut(
    image: Image, lesion: Mask, liver: Mask | None, finding: Finding, kind: Kind, *, viable: Mask | None = None
) -> KeySlice | None:
    """Return the slice that shows the long or the viable axis of a finding on `image`.

    lesion, liver and viable are on the grid of `image`. None if the finding has no such axis,
    or if the axis does not lie in one slice of this image. On a slice with the viable axis the
    long axis is drawn as well where it lies in the same slice.

    Raises:
        ValueError: a mask lies on another grid than the image.
    """
    _on_one_grid(image, lesion, liver, viable)
    shown = finding.long if kind is Kind.LONG else finding.viable
    k = None if shown is None else _slice_of(shown, image.grid)
    if k is None or finding.date is None:
        return None
    axes = _axes(finding, kind, image.grid, k)
    crop = _crop(image, k, lesion, liver, [point for axis in axes for point in (axis.start, axis.end)])
    return replace(
        _plane(image, lesion, liver, finding, k=k, crop=crop),
        kind=kind,
        viable_outlines=() if viable is None else _lines(viable.array[k], crop),
        axes=tuple(_moved(axis, crop) for axis in axes),
    )


def of_place(image: Image, place: Mask, liver: Mask | None, finding: Finding, k: int) -> KeySlice:
    """Return slice k of an earlier image with the place of a later candidate and no axes.

    place and liver are on the grid of `image`; finding tells lesion, visit and date and what the image is.

    Raises:
        ValueError: a mask lies on another grid than the image.
    """
    _on_one_grid(image, place, liver)
    return _plane(image, place, liver, finding, k=k, crop=_crop(image, k, place, liver, []))


def _on_one_grid(image: Image, *masks: Mask | None) -> None:
    for mask in masks:
        if mask is not None and not mask.grid.same_as(image.grid):
            raise ValueError(f"mask on a grid {mask.grid.shape}, image on {image.grid.shape}; expected the same grid")


def _plane(image: Image, lesion: Mask, liver: Mask | None, finding: Finding, *, k: int, crop: _Crop) -> KeySlice:
    """Slice k with outlines alone."""
    assert finding.date is not None
    return KeySlice(
        visit=finding.visit,
        date=finding.date,
        lesion=finding.lesion,
        role=finding.role,
        phase=finding.phase,
        modality=image.modality,
        kind=Kind.LOOK_BACK,
        series_uid=finding.series_uid,
        sop_uid=finding.sop_uid,
        slice_number=k + 1,
        pixels=crop.pixels(image.array[k]),
        spacing_mm=(image.grid.spacing_mm[1], image.grid.spacing_mm[0]),
        edges=_edges(image.grid, crop),
        outlines=_lines(lesion.array[k], crop),
        liver_outlines=() if liver is None else _lines(liver.array[k], crop),
    )


def _slice_of(axis: Axis, grid: Grid) -> int | None:
    """The k of the slice both end points lie in, None if there is none."""
    k = grid.to_index(np.array([axis.start, axis.end]))[:, 2]
    nearest = round(float(k.mean()))
    if not 0 <= nearest < grid.shape[0] or float(np.abs(k - nearest).max()) > IN_SLICE:
        return None
    return nearest


def _axes(finding: Finding, kind: Kind, grid: Grid, k: int) -> tuple[DrawnAxis, ...]:
    named: tuple[tuple[AxisName, Axis | None, Decimal | None], ...] = (
        (AxisName.LONG, finding.long, finding.long_axis_mm),
        (AxisName.SHORT, finding.short, finding.short_axis_mm),
        (AxisName.VIABLE, finding.viable, finding.viable_axis_mm),
        (AxisName.VIABLE_SHORT, finding.viable_short, finding.viable_short_axis_mm),
    )
    left_out = {AxisName.VIABLE, AxisName.VIABLE_SHORT} if kind is Kind.LONG else {AxisName.SHORT}
    return tuple(
        DrawnAxis(name, _pixel(axis.start, grid), _pixel(axis.end, grid), length)
        for name, axis, length in named
        if axis is not None and name not in left_out and _slice_of(axis, grid) == k
    )


def _pixel(point: Point, grid: Grid) -> Pixel:
    i, j, _ = grid.to_index(np.array(point))
    return float(j), float(i)


def _moved(axis: DrawnAxis, crop: _Crop) -> DrawnAxis:
    (r1, c1), (r2, c2) = crop.points(np.array([axis.start, axis.end])).tolist()
    return DrawnAxis(axis.name, (r1, c1), (r2, c2), axis.length_mm)


def _lines(mask2d: NDArray[np.bool_], crop: _Crop) -> Outlines:
    return tuple(crop.points(line) for line in contour.outlines(mask2d))


def _crop(image: Image, k: int, lesion: Mask, liver: Mask | None, ends: list[Pixel]) -> _Crop:
    around = liver.array[k] if liver is not None and liver.array[k].any() else _body(image, k)
    inside = np.argwhere(lesion.array[k] | around).astype(float)
    points = np.vstack([inside, np.array(ends, dtype=float).reshape(-1, 2)])
    spacing = (image.grid.spacing_mm[1], image.grid.spacing_mm[0])
    ranges = [
        _range(float(points[:, a].min()), float(points[:, a].max()), spacing[a], image.grid.shape[a + 1])
        for a in (0, 1)
    ]
    i, j, _ = image.grid.directions
    return _Crop(ranges[0], ranges[1], flip_rows=_points_up(j), flip_columns=_points_left(i))


def _range(first: float, last: float, spacing: float, size: int) -> tuple[int, int]:
    """Half-open pixel range around first..last with margin, at least MIN_SIDE_MM, inside the image."""
    center, half = (first + last) / 2, max((last - first) / 2 + MARGIN_MM / spacing, MIN_SIDE_MM / spacing / 2)
    return max(0, int(np.floor(center - half))), min(size, int(np.ceil(center + half)) + 1)


def _body(image: Image, k: int) -> NDArray[np.bool_]:
    plane = image.array[k]
    if image.modality is Modality.CT:
        return np.asarray(plane > AIR_HU)
    return np.asarray(plane > MR_BACKGROUND * float(np.percentile(plane, 99)))


def _main(direction: Point) -> tuple[int, float]:
    """The patient axis (0 left, 1 back, 2 head) a direction follows most, and its sign."""
    axis = int(np.argmax(np.abs(direction)))
    return axis, float(np.sign(direction[axis]))


def _points_up(direction: Point) -> bool:
    """Whether growing rows must be turned: towards the front, or towards the head."""
    axis, sign = _main(direction)
    return sign > 0 if axis == 2 else sign < 0


def _points_left(direction: Point) -> bool:
    """Whether growing columns must be turned so that they run to the patient's left (or back)."""
    return _main(direction)[1] < 0


def _edges(grid: Grid, crop: _Crop) -> Edges:
    column, row = _ends(grid.directions[0], crop.flip_columns), _ends(grid.directions[1], crop.flip_rows)
    return Edges(left=column[0], right=column[1], top=row[0], bottom=row[1])


def _ends(direction: Point, flipped: bool) -> tuple[str, str]:
    axis, sign = _main(direction)
    low, high = _LETTERS[axis]
    return (low, high) if (sign > 0) != flipped else (high, low)
