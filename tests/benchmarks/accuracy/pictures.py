"""Pictures of what went wrong: the slice where the truth is largest, its outline green, what was found red."""

from pathlib import Path

import numpy as np
from PIL import Image as Picture
from scipy import ndimage

from pipeline.model.image import Mask
from pipeline.volume.arrays import MaskArray
from tests.benchmarks.accuracy import kept
from tests.benchmarks.accuracy.visits import TrueVisit

MARGIN_MM = 25.0
"""mm shown around both outlines."""
WINDOW_HU = (-40.0, 220.0)
"""HU shown from black to white."""
ENLARGED = 2
"""Times that a pixel is enlarged."""


def path(key: str) -> Path:
    """Return where the picture of a row is kept."""
    return kept.FOLDER / "pictures" / f"{kept.digest(key)[:20]}.png"


def keep(key: str, true: TrueVisit, truth: Mask, found: Mask | None) -> None:
    """Draw a row's picture and keep it: without outlines on the left, with them on the right."""
    both = truth.array if found is None else truth.array | found.array
    if not both.any():
        return
    k = int(np.argmax(np.count_nonzero(truth.array if truth.array.any() else both, axis=(1, 2))))
    rows, columns = np.any(both, axis=(0, 2)).nonzero()[0], np.any(both, axis=(0, 1)).nonzero()[0]
    margin = int(MARGIN_MM / truth.grid.spacing_mm[0])
    part = (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + margin),
    )
    low, high = WINDOW_HU
    gray = np.clip((true.image.array[k][part].astype(np.float32) - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    plain = np.repeat(np.repeat(np.stack([gray] * 3, axis=-1), ENLARGED, 0), ENLARGED, 1)
    drawn = plain.copy()
    for mask, color in ((truth, (0, 220, 0)), (found, (255, 60, 60))):
        if mask is not None:
            drawn[_edge(mask.array[k][part])] = color
    target = path(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    Picture.fromarray(np.concatenate([plain, drawn], axis=1)).save(target)


def _edge(mask: MaskArray) -> MaskArray:
    large = np.repeat(np.repeat(mask, ENLARGED, 0), ENLARGED, 1)
    return np.asarray(large & ~ndimage.binary_erosion(large))
