"""Turn a key slice into a gray PNG and the lines drawn over it.

The PNG keeps the pixels of the scanner; lines, letters and the scale bar are vectors in mm
(x to the right, y down, origin at the upper left corner of the crop), so that pixels that are
not square show true shapes and lines stay crisp at any size.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from pipeline.model.image import Modality
from pipeline.report import wording
from pipeline.report.content import AxisName, DrawnAxis, KeySlice, Kind, Outlines
from pipeline.report.slices import labels

CT_WINDOW_HU = (-150.0, 250.0)
"""Window of a CT slice: width 400, level 50 HU, as the liver is read; own choice."""
MR_PERCENTILES = (1.0, 99.5)
"""Percentiles of the crop that become black and white on MR, which has no absolute scale; own choice."""
LETTER_SHARE = 0.037
"""Height of the letters as a share of the width of the picture; own choice."""


@dataclass(frozen=True)
class AxisLine:
    """One drawn axis with its label; leader is None where the label stands at the end point."""

    name: AxisName
    x1: float
    y1: float
    x2: float
    y2: float
    label: labels.Label


@dataclass(frozen=True)
class SlicePicture:
    """Everything a template needs to draw one key slice; lengths in mm of the picture."""

    key: KeySlice
    width: float
    height: float
    view_x: float
    view_y: float
    view_width: float
    view_height: float
    letter: float
    lesion: str
    liver: str
    viable: str
    axes: tuple[AxisLine, ...]
    scale_mm: int
    alt: str


def png(key: KeySlice) -> bytes:
    """Return the pixels as an 8-bit gray PNG: CT at W400 L50, MR between percentiles."""
    pixels = np.asarray(key.pixels, dtype=float)
    if key.modality is Modality.CT:
        low, high = CT_WINDOW_HU
    else:
        low, high = np.percentile(pixels, MR_PERCENTILES)
    gray = np.clip((pixels - low) / max(high - low, 1e-6), 0.0, 1.0) * 255.0
    out = io.BytesIO()
    Pillow.fromarray(np.rint(gray).astype(np.uint8)).save(out, format="PNG")
    return out.getvalue()


def size_mm(key: KeySlice) -> tuple[float, float]:
    """Width and height of a key slice in mm."""
    rows, columns = key.pixels.shape
    return columns * key.spacing_mm[1], rows * key.spacing_mm[0]


def picture(key: KeySlice, view_mm: tuple[float, float] | None = None) -> SlicePicture:
    """Lay out a key slice in a view of the given size (its own size if None), centered.

    Pictures of one lesion share a view, so that all are at one scale.
    """
    width, height = size_mm(key)
    view_width, view_height = view_mm or (width, height)
    view = labels.Box((width - view_width) / 2, (height - view_height) / 2, view_width, view_height)
    letter = LETTER_SHARE * view_width
    scale = wording.scale_bar(view_width)
    return SlicePicture(
        key=key,
        width=round(width, 3),
        height=round(height, 3),
        view_x=round(view.x, 3),
        view_y=round(view.y, 3),
        view_width=round(view_width, 3),
        view_height=round(view_height, 3),
        letter=round(letter, 2),
        lesion=_path(key, key.outlines),
        liver=_path(key, key.liver_outlines),
        viable=_path(key, key.viable_outlines),
        axes=_axes(key, view, letter, scale),
        scale_mm=scale,
        alt=_alt(key),
    )


def _to_mm(key: KeySlice, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(row, column) of pixel centers to (x, y) in mm from the upper left corner of the crop."""
    row_mm, column_mm = key.spacing_mm
    return np.stack([(points[..., 1] + 0.5) * column_mm, (points[..., 0] + 0.5) * row_mm], axis=-1)


def _path(key: KeySlice, outlines: Outlines) -> str:
    """SVG path data of closed lines; empty without lines."""
    parts = []
    for line in outlines:
        points = _to_mm(key, line[:-1])
        parts.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points.tolist()) + "Z")
    return "".join(parts)


def _axes(key: KeySlice, view: labels.Box, letter: float, scale: int) -> tuple[AxisLine, ...]:
    ends = [_to_mm(key, np.array([axis.start, axis.end], dtype=float)) for axis in key.axes]
    shapes = [_to_mm(key, line) for line in key.outlines]
    reserved = labels.reserved(view, letter, scale)
    texts = [_text(axis) for axis in key.axes]
    placed = labels.place(texts, ends, shapes, view=view, letter=letter, taken=reserved)
    return tuple(
        AxisLine(axis.name, *_ends(line), label=label) for axis, line, label in zip(key.axes, ends, placed, strict=True)
    )


def _ends(line: NDArray[np.float64]) -> tuple[float, float, float, float]:
    (x1, y1), (x2, y2) = np.round(line, 2).tolist()
    return x1, y1, x2, y2


def _text(axis: DrawnAxis) -> str:
    return axis.name.value if axis.length_mm is None else f"{axis.name.value} {wording.mm(axis.length_mm)} mm"


def _alt(key: KeySlice) -> str:
    where = (
        f"{key.lesion} at {key.visit} ({key.date.isoformat()}), {key.modality.value} {key.phase.value}, "
        f"slice {key.slice_number}"
    )
    if key.kind is Kind.LOOK_BACK:
        return f"{where}: its place at this earlier visit; {key.note}"
    what = "longest diameter" if key.kind is Kind.LONG else "viable diameter"
    return f"{where}: {what} with outline; {', '.join(_text(axis) for axis in key.axes)}"
