"""A small body with a liver and a lesion, and networks that answer by intensity: geometry tests need no weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality

BODY_HU, LIVER_HU, LESION_HU = 0, 120, 60
LIVER_CENTER, LIVER_MM = (-40.0, 0.0, 60.0), 45.0
LESION_CENTER, LESION_MM = (-50.0, 10.0, 65.0), 12.0
"""LPS mm, radius in mm."""


def body(grid: Grid, modality: Modality = Modality.CT) -> tuple[Image, Mask, Mask]:
    """A cylinder of 100 mm with a ball as liver and a ball in it as lesion: the image, the liver, the lesion."""
    k, j, i = np.indices(grid.shape)
    lps = grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))

    def ball(center: tuple[float, float, float], radius: float) -> NDArray[np.bool_]:
        return np.asarray(((lps - np.array(center)) ** 2).sum(axis=-1) <= radius**2)

    liver, lesion = ball(LIVER_CENTER, LIVER_MM), ball(LESION_CENTER, LESION_MM)
    array = np.full(grid.shape, -1000, dtype=np.int16)
    array[(lps[..., :2] ** 2).sum(axis=-1) <= 100.0**2] = BODY_HU
    array[liver], array[lesion] = LIVER_HU, LESION_HU
    if modality is Modality.MR:
        array += 1000
    return Image(array, grid, modality), Mask(liver, grid), Mask(lesion, grid)


def brighter(inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The liver network's stand-in: probable where brighter than 30 HU, half as much at the border's partial volume."""
    image = inputs["image"][0, 0]
    window = tuple(slice(a, b) for a, b in zip(inputs["fine_from"], inputs["fine_to"], strict=True))
    share: NDArray[np.float32] = np.clip(image[window] / 0.15, 0, 1).astype(np.float32)
    return share


def darker(inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The lesion network's stand-in: probable where darker than the liver, which lies at 100 HU; not where blanked."""
    image = inputs["image"][0, 0]
    # what skips the other levels begins after 1, 2 and 2 voxels of the input and is 1, 2 and 2 wider than the answer
    starts = [int(start) + 2 * by for start, by in zip(inputs["fine_from"], (1, 2, 2), strict=True)]
    ends = [int(end) for end in inputs["fine_to"]]
    inner = image[tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))]
    share: NDArray[np.float32] = np.where(inner > 0.05, np.clip((0.24 - inner) / 0.13, 0, 1), 0).astype(np.float32)
    return share
