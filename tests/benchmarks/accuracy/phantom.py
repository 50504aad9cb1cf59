"""A background without a patient: a cylinder of liver in a cylinder of fat in air, with white noise."""

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Phase
from tests.benchmarks.accuracy import texture
from tests.benchmarks.accuracy.backgrounds import Background, Scan, axes_mm
from tests.benchmarks.accuracy.visits import Prepared

GRID = Grid((40, 128, 128), (1.2, 1.2, 3.0), (-76.0, -76.0, -60.0))
"""3 mm slices of 154 mm."""
LIVER_HU, NOISE_HU = 100, 12.0
"""HU of the liver, and one standard deviation of its noise."""


def prepared() -> Prepared:
    """Return the phantom ready to be painted on."""
    x, y, z = axes_mm(GRID)
    level = np.sqrt(x**2 + y**2) + 0 * z
    clean = np.where(level < 60, LIVER_HU, np.where(level < 70, -90, -1000)).astype(np.int16)
    liver = Mask((level < 60) & (np.abs(z) < 50), GRID)
    noisy = clean + np.random.default_rng(0).normal(0, NOISE_HU, GRID.shape) * (clean > -900)
    image = Image(np.rint(noisy).astype(np.int16), GRID)
    scan = Scan("phantom", "P", "", "", Phase.PORTAL_VENOUS, liver="known")
    smooth = texture.smoothed(image, liver)
    return Prepared(
        Background(scan, image, liver, Mask(np.zeros(GRID.shape, dtype=bool), GRID)),
        Image(clean, GRID),
        texture.grain(image, smooth, liver),
    )
