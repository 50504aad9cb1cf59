"""Say roughly where in the liver a lesion lies.

A Couinaud segment needs the hepatic and portal veins; a liver outline alone does not show them.
So only the lobe is named, from volume; a reader enters the segment.
"""

import numpy as np

from pipeline.model.grid import Point
from pipeline.model.image import Mask

LEFT_SHARE = 0.35
"""Share of the liver's volume left of the plane from gallbladder to vena cava: about one third; own choice."""
RIGHT_LOBE = "right lobe"
LEFT_LOBE = "left lobe"


def lobe(point: Point, liver: Mask) -> str:
    """Return 'right lobe' or 'left lobe' of a point in LPS mm; empty without a liver.

    The boundary is the sagittal plane that leaves 35 % of the liver's volume on the patient's
    left. Near it, and in livers after resection, the answer may be wrong.
    """
    if not liver.array.any():
        return ""
    k, j, i = np.nonzero(liver.array)
    to_left = np.array(liver.grid.directions)[:, 0] * np.array(liver.grid.spacing_mm)
    x = liver.grid.origin[0] + i * to_left[0] + j * to_left[1] + k * to_left[2]
    return LEFT_LOBE if point[0] > np.quantile(x, 1 - LEFT_SHARE) else RIGHT_LOBE
