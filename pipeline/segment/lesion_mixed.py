"""Bring a lesion of several tissues (viable rim, necrosis) to one scale: 1 inside, about 0 in parenchyma."""

import numpy as np

from pipeline.segment.lesion_smooth import BoolArray, FloatArray

MIN_SHARE = 0.12
"""A sign that holds less of the deviating voxels is noise or a vessel and is not used."""
DEVIATING = 2.5
"""Smoothed voxels beyond this many spreads of the parenchyma deviate."""


def contrasts(smooth: FloatArray, where: BoolArray, spread: float, signs: tuple[int, ...]) -> dict[int, float]:
    """Return the contrast of each sign that the lesion shows, from smoothed deviations in a region.

    The contrast is the upper quartile of the deviating voxels of that sign: they hold
    border voxels too, which lie between lesion and parenchyma.
    """
    values = {sign: sign * smooth[where] for sign in signs}
    beyond = {sign: v[v > DEVIATING * spread] for sign, v in values.items()}
    total = sum(len(v) for v in beyond.values())
    return {s: float(np.percentile(v, 75)) for s, v in beyond.items() if total and len(v) >= MIN_SHARE * total}


def membership(deviation: FloatArray, levels: dict[int, float]) -> FloatArray:
    """Return the deviation of each sign over its contrast, the larger one where there are two."""
    shares = [sign * deviation / level for sign, level in sorted(levels.items())]
    return np.asarray(np.maximum.reduce(shares), dtype=np.float32)
