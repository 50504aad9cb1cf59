"""Bring a lesion of several tissues (viable rim, necrosis) to one scale: 1 inside, about 0 in parenchyma."""

import numpy as np

from pipeline.volume.arrays import FloatArray, MaskArray

MIN_SHARE = 0.12
"""Share of the deviating voxels: a sign with less is noise or a vessel; own choice, tuned on the sample."""
STANDING_OUT = 4.0
"""Spreads of the parenchyma: a sign that nowhere reaches them is not shown by the lesion; own choice, tuned on the
sample."""
SMALL_ML = 0.5
"""ml: with fewer deviating voxels all is border, and the contrast is their maximum; own choice, tuned on the sample."""
DEVIATING_SPREADS = 2.5
"""Spreads of the parenchyma beyond which a smoothed voxel deviates; own choice, tuned on the sample."""


def contrasts(
    smooth: FloatArray, where: MaskArray, spread: float, signs: tuple[int, ...], voxel_ml: float
) -> dict[int, float]:
    """Return the contrast of each sign that the lesion shows, from smoothed deviations in a region.

    The contrast is the upper quartile of the deviating voxels of that sign: they hold
    border voxels too, which lie between lesion and parenchyma. Where they are less than 0.5 ml (a small
    lesion is all border) it is their maximum.
    """
    values = {sign: sign * smooth[where] for sign in signs}
    beyond = {sign: v[v > DEVIATING_SPREADS * spread] for sign, v in values.items()}
    beyond = {sign: v for sign, v in beyond.items() if v.max(initial=0.0) >= STANDING_OUT * spread}
    total = sum(len(v) for v in beyond.values())
    share = {sign: 100.0 if len(v) * voxel_ml < SMALL_ML else 75.0 for sign, v in beyond.items()}
    return {s: float(np.percentile(v, share[s])) for s, v in beyond.items() if total and len(v) >= MIN_SHARE * total}


def membership(deviation: FloatArray, levels: dict[int, float]) -> FloatArray:
    """Return the deviation of each sign over its contrast, the larger one where there are two."""
    shares = [sign * deviation / level for sign, level in sorted(levels.items())]
    return np.asarray(np.maximum.reduce(shares), dtype=np.float32)
