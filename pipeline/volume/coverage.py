"""Which part of one grid another one covers."""

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Image
from pipeline.model.transform import Transform
from pipeline.volume import resample
from pipeline.volume.arrays import MaskArray


def covered(moving: Grid, fixed: Grid, transform: Transform) -> MaskArray:
    """Return which voxels of the fixed grid land inside the moving grid."""
    everywhere = Image(np.ones(moving.shape, dtype=np.float32), moving)
    inside: MaskArray = resample.resample(everywhere, fixed, transform, 0.0).array > 0
    return inside
