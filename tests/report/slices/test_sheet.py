"""The sheet of key slices: one tile per slice, with lines in color."""

import io

import numpy as np
from PIL import Image as Pillow

from pipeline.report.slices import sheet
from tests.report import builder


def test_every_slice_has_a_tile_with_its_outline() -> None:
    keys = builder.progressing().keys[:5]
    pixels = np.asarray(Pillow.open(io.BytesIO(sheet.png(keys))))
    rows = -(-len(keys) // sheet.COLUMNS)
    assert pixels.shape == (rows * (sheet.TILE + sheet.CAPTION), min(len(keys), sheet.COLUMNS) * sheet.TILE, 3)
    first = pixels[: sheet.TILE, : sheet.TILE].astype(int)
    assert (np.ptp(first, axis=2) > 100).any()  # colored lines over gray
