"""Decide from the pixels of a CT whether its numbers are Hounsfield units: air near -1000, tissue near 0.

Air and water define the unit (-1000 and 0 HU), whatever the scanner.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Image, Modality
from pipeline.volume.arrays import FloatArray

AIR_HU = (-1150.0, -700.0)
"""HU between which the darkest peak is air or lung; own choice, wider than any scanner's error."""
TISSUE_HU = (-250.0, 250.0)
"""HU between which the bulk of the body lies: fat to enhanced organs; own choice."""
TISSUE_SHARE = 0.03
"""Share of the voxels that lies there at least: a thin body in a wide field shows more; own choice."""
PEAK_SHARE = 0.02
"""Share of the voxels around a bin from which it is a peak: noise, metal and edges stay below; own choice."""
BRIGHT_SHARE = 0.10
"""The same for tissue above air that reads too bright; bone and oil stay below; own choice."""
AIR_TO_TISSUE_HU = (700.0, 1400.0)
"""HU from air to soft tissue, also where the offset is lost; own choice around 1000 to 1100."""
PADDING_HU = -1024
"""What decoding writes outside the reconstruction circle; many scanners cut air at it too, so it proves nothing."""
PADDING_BELOW_HU = -1200
"""Below, one constant value is padding of the scanner (-2000, -3024) and not read; own choice."""
ONE_VALUE = 0.9
"""Share of the voxels below it that hold one and the same value where it is padding; own choice."""
BIN_HU = 20.0
"""HU, width of a histogram bin; own choice, below the noise of thin slices."""
FAT_HU = -40.0
"""HU below which fat lies (-100) also in noise; own choice."""
FAT_SHARE = 0.01
"""Share of the voxels of a field without air that is fat at least: every trunk shows more; own choice."""
FEW = 5_000
"""Voxels beside padding; fewer tell nothing. Own choice, a twelfth of a slice."""
MOST_VOXELS = 4_000_000
"""Voxels that are read, evenly drawn; own choice, a second's work."""


def flags(image: Image) -> Flags:
    """CT_NUMBERS_UNKNOWN where the numbers of a CT cannot be Hounsfield units.

    1. Padding is not read: -1024, and one constant value below -1200.
    2. The darkest peak is near air: sound if soft tissue lies around 0 as well.
    3. It is itself near 0, nothing lies 1000 above it and fat is there: a narrow field without air, nothing to doubt.
    4. Anything else: the offset or the slope is lost, or the unit is another.
    """
    if image.modality is not Modality.CT:
        return ()
    values = _without_padding(image.array.ravel()[:: max(1, image.array.size // MOST_VOXELS)])
    if values.size < FEW:
        return ()
    counts, centers = _histogram(values)
    peaks = _peaks(counts, PEAK_SHARE)
    if not peaks:
        return ()
    darkest = centers[peaks[0]]
    tissue = float(np.mean((values >= TISSUE_HU[0]) & (values <= TISSUE_HU[1])))
    if AIR_HU[0] <= darkest <= AIR_HU[1]:
        return () if tissue >= TISSUE_SHARE else (Flag.CT_NUMBERS_UNKNOWN,)
    above = [centers[peak] - darkest for peak in _peaks(counts, BRIGHT_SHARE)]
    lifted = any(AIR_TO_TISSUE_HU[0] <= step <= AIR_TO_TISSUE_HU[1] for step in above)
    fat = float(np.mean(values < FAT_HU))
    sound = TISSUE_HU[0] <= darkest <= TISSUE_HU[1] and not lifted and fat >= FAT_SHARE
    return () if sound else (Flag.CT_NUMBERS_UNKNOWN,)


def _without_padding(values: NDArray[Any]) -> NDArray[Any]:
    kept: NDArray[Any] = values[values != PADDING_HU]
    low = kept[kept < PADDING_BELOW_HU]
    if not low.size:
        return kept
    constant, times = np.unique(low, return_counts=True)
    padding = constant[int(times.argmax())]
    if times.max() >= ONE_VALUE * low.size:
        kept = kept[kept != padding]
    return kept


def _histogram(values: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    """Shares of the voxels in and beside each bin, and the bins' centers."""
    low = np.floor(float(values.min()) / BIN_HU) * BIN_HU - BIN_HU
    counts, edges = np.histogram(values, bins=np.arange(low, float(values.max()) + 3 * BIN_HU, BIN_HU))
    shares = ndimage.uniform_filter1d(counts.astype(float), 5, mode="constant") * 5 / values.size
    return shares, (edges[:-1] + edges[1:]) / 2


def _peaks(shares: FloatArray, least: float) -> list[int]:
    """Bins that hold a local maximum of at least this share, from dark to bright."""
    highest = ndimage.maximum_filter1d(shares, 9, mode="constant")
    return [int(bin_) for bin_ in np.nonzero((shares >= highest) & (shares >= least))[0]]
