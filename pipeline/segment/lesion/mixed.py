"""Bring a lesion of several tissues (viable rim, necrosis) to one scale: 1 inside, about 0 in parenchyma."""

import numpy as np

from pipeline.volume.arrays import FloatArray, MaskArray

MIN_SHARE = 0.12
"""A sign that holds less of the deviating voxels is noise or a vessel and is not used."""
STANDING_OUT = 4.0
"""A sign that nowhere reaches this many spreads is not shown by the lesion."""
SMALL_ML = 0.5
DEVIATING = 2.5
"""Smoothed voxels beyond this many spreads of the parenchyma deviate."""


def contrasts(
    smooth: FloatArray, where: MaskArray, spread: float, signs: tuple[int, ...], voxel_ml: float
) -> dict[int, float]:
    """Return the contrast of each sign that the lesion shows, from smoothed deviations in a region.

    The contrast is the upper quartile of the deviating voxels of that sign: they hold
    border voxels too, which lie between lesion and parenchyma. Where they are less than 0.5 ml (a small
    lesion is all border) it is their maximum.
    """
    values = {sign: sign * smooth[where] for sign in signs}
    beyond = {sign: v[v > DEVIATING * spread] for sign, v in values.items()}
    beyond = {sign: v for sign, v in beyond.items() if v.max(initial=0.0) >= STANDING_OUT * spread}
    total = sum(len(v) for v in beyond.values())
    share = {sign: 100.0 if len(v) * voxel_ml < SMALL_ML else 75.0 for sign, v in beyond.items()}
    return {s: float(np.percentile(v, share[s])) for s, v in beyond.items() if total and len(v) >= MIN_SHARE * total}


def membership(deviation: FloatArray, levels: dict[int, float]) -> FloatArray:
    """Return the deviation of each sign over its contrast, the larger one where there are two."""
    shares = [sign * deviation / level for sign, level in sorted(levels.items())]
    return np.asarray(np.maximum.reduce(shares), dtype=np.float32)
