"""One picture of a subject's key slices, for places that show nothing else (an orchestrator's page)."""

import io
import math
from collections.abc import Sequence

from PIL import Image as Pillow
from PIL import ImageDraw

from pipeline.report import wording
from pipeline.report.content import AxisName, KeySlice, Kind, Outlines
from pipeline.report.slices import picture

TILE = 240
"""Width and height of one slice in pixels."""
CAPTION = 18
"""Height of the words below a slice in pixels; own choice."""
COLUMNS = 4
"""Slices side by side; own choice, 960 pixels fit the Prefect UI."""
LARGEST = 16
"""Slices on a sheet; the report has all of them."""
_LESION, _LIVER, _TEXT = (255, 176, 0), (90, 160, 255), (255, 255, 255)
"""Red, green, blue from 0 to 255; own choice, apart on gray."""
_AXIS = {
    AxisName.LONG: (255, 255, 255),
    AxisName.SHORT: (170, 170, 170),
    AxisName.VIABLE: (0, 220, 160),
    AxisName.VIABLE_SHORT: (0, 160, 120),
}
"""Red, green, blue from 0 to 255; own choice."""

Point = tuple[float, float]


def png(keys: Sequence[KeySlice]) -> bytes:
    """Return the first slices with outlines and axes as one RGB PNG; an empty sheet without slices."""
    shown = keys[:LARGEST]
    columns = max(1, min(COLUMNS, len(shown)))
    rows = max(1, math.ceil(len(shown) / columns))
    page = Pillow.new("RGB", (columns * TILE, rows * (TILE + CAPTION)))
    for number, key in enumerate(shown):
        page.paste(_tile(key), (number % columns * TILE, number // columns * (TILE + CAPTION)))
    out = io.BytesIO()
    page.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _tile(key: KeySlice) -> Pillow.Image:
    """Return one slice, true in shape, with its lines and a caption."""
    width_mm, height_mm = picture.size_mm(key)
    scale = TILE / max(width_mm, height_mm)
    step_x, step_y = key.spacing_mm[1] * scale, key.spacing_mm[0] * scale
    size = max(1, round(width_mm * scale)), max(1, round(height_mm * scale))
    tile = Pillow.new("RGB", (TILE, TILE + CAPTION))
    tile.paste(Pillow.open(io.BytesIO(picture.png(key))).resize(size).convert("RGB"), (0, 0))
    draw = ImageDraw.Draw(tile)

    def at(point: Point) -> Point:
        row, column = point
        return (column + 0.5) * step_x, (row + 0.5) * step_y

    def outline(lines: Outlines, color: tuple[int, int, int]) -> None:
        for line in lines:
            draw.line([at((row, column)) for row, column in line.tolist()], fill=color)

    outline(key.liver_outlines, _LIVER)
    outline(key.outlines, _LESION)
    for axis in key.axes:
        draw.line([at(axis.start), at(axis.end)], fill=_AXIS[axis.name], width=2)
    draw.text((3, TILE + 3), _caption(key), fill=_TEXT)
    return tile


def _caption(key: KeySlice) -> str:
    if key.kind is Kind.LOOK_BACK:
        return f"{key.visit} {key.lesion} {key.note}"
    wanted = AxisName.LONG if key.kind is Kind.LONG else AxisName.VIABLE
    lengths = [axis.length_mm for axis in key.axes if axis.name is wanted and axis.length_mm is not None]
    return f"{key.visit} {key.lesion} {wanted.value} {wording.mm(lengths[0]) if lengths else ''}".rstrip()
