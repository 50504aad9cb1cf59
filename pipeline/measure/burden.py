"""Decide the hepatic tumor burden: tumor as a share of the liver including tumor."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from pipeline.model.grid import IN_FILES_MM
from pipeline.model.image import Mask
from pipeline.model.visit import Burden

STEP = Decimal("0.1")
"""Resolution of volumes in ml and of the burden in percent."""


def measure(liver: Mask, tumor: Mask) -> Burden:
    """Return liver and tumor volume (ml) and burden (percent), each at 0.1, half up.

    The liver is the union of both masks, so tumor that bulges out of the liver mask counts as
    liver (rule book, section 3). The percentage comes from voxel counts, not from rounded volumes.
    An empty union has volume 0 and no percentage.

    Raises:
        ValueError: the masks lie on different grids.
    """
    if not liver.grid.same_as(tumor.grid, IN_FILES_MM):
        raise ValueError(f"liver on {liver.grid}, tumor on {tumor.grid}; resample one of them first")
    whole = int(np.count_nonzero(liver.array | tumor.array))
    diseased = int(np.count_nonzero(tumor.array))
    voxel_ml = Decimal(repr(liver.grid.voxel_ml))
    percent = _rounded(Decimal(diseased) * 100 / Decimal(whole)) if whole else None
    return Burden(liver_ml=_rounded(whole * voxel_ml), tumor_ml=_rounded(diseased * voxel_ml), percent=percent)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(STEP, rounding=ROUND_HALF_UP)
