"""An abdomen with a textured liver beside ribs and a spine, and a known motion of it."""

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.volume import points, resample

GRID = Grid((50, 64, 80), (3.2, 3.2, 4.0), (-130.0, -100.0, -60.0))
LIVER_CENTER = np.array([-40.0, -5.0, 40.0])


def _lps(grid: Grid) -> np.ndarray:
    k, j, i = np.indices(grid.shape)
    return grid.to_lps(np.stack([i, j, k], axis=-1).astype(float))


def abdomen(seed: int = 0) -> tuple[Image, Mask]:
    """CT in HU and its liver."""
    rng = np.random.default_rng(seed)
    lps = _lps(GRID)
    body = (lps[..., 0] / 125) ** 2 + (lps[..., 1] / 95) ** 2 < 1
    ribs = body & ((lps[..., 0] / 112) ** 2 + (lps[..., 1] / 82) ** 2 > 1) & (np.sin(lps[..., 2] / 6) > 0.4)
    spine = np.hypot(lps[..., 0], lps[..., 1] - 60) < 16
    at = (lps - LIVER_CENTER) / (62, 48, 52)
    liver = np.linalg.norm(at, axis=-1) + 0.25 * at[..., 0] * at[..., 2] < 1
    array = np.where(body, -90.0, -1000.0)
    array[body & (ndimage.gaussian_filter(rng.normal(size=GRID.shape), 4) > 0)] = 30
    vessels = ndimage.gaussian_filter(rng.normal(size=GRID.shape), 1.6)
    array[liver] = 100 + 60 * (vessels[liver] > 1.3 * vessels.std())
    array[ribs | spine] = 500
    return Image((array + rng.normal(0, 8, array.shape)).astype(np.int16), GRID), Mask(liver, GRID)


def motion(largest_mm: float = 12.0, seed: int = 1) -> Transform:
    """A turn of 4 degrees, a shift of 17 mm, and a smooth deformation."""
    rng = np.random.default_rng(seed)
    field = np.stack([ndimage.gaussian_filter(rng.normal(size=GRID.shape), 9) for _ in range(3)], axis=-1)
    near = np.linalg.norm(_lps(GRID) - LIVER_CENTER, axis=-1) < 60
    field *= largest_mm / np.linalg.norm(field, axis=-1)[near].max()
    linear = np.eye(4)
    linear[:3, :3] = Rotation.from_euler("xyz", (2, -1, 4), degrees=True).as_matrix()
    linear[:3, 3] = LIVER_CENTER - linear[:3, :3] @ LIVER_CENTER + (6.0, -5.0, 15.0)
    return Transform(linear, field.astype(np.float32), GRID)


def moved(image: Image, liver: Mask, transform: Transform, grid: Grid = GRID) -> tuple[Image, Mask]:
    """What the fixed image looks like if the transform maps it to `image`."""
    return resample.resample(image, grid, transform), resample.resample_mask(liver, grid, transform)


def errors_mm(found: Transform, truth: Transform, liver: Mask) -> np.ndarray:
    """Distances at 300 points of the fixed liver, drawn with a fixed seed."""
    inside = np.argwhere(liver.array)[:, ::-1].astype(float)
    chosen = np.random.default_rng(9).choice(len(inside), 300, replace=False)
    lps = liver.grid.to_lps(inside[chosen])
    distances: np.ndarray = np.linalg.norm(points.apply(found, lps) - points.apply(truth, lps), axis=1)
    return distances
