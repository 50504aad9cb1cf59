"""The coarse grid the liver is searched on, and the way back to the image's own grid."""

import numpy as np
import SimpleITK as sitk

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.volume.arrays import FloatArray
from pipeline.volume.resample import FILL_HU, crop, resample, window

SPACING_MM = 3.0
"""mm, voxel edge of the coarse grid: a fifth of a rib's height, a tenth of the noise of a thin slice; own choice."""

HU_RANGE = (-1000.0, 3000.0)
"""HU that CT values are cut to before averaging: air to dense bone, so that metal and padding do not pull."""


def coarse(image: Image, spacing_mm: float = SPACING_MM) -> Image:
    """Return the image averaged onto an isotropic float grid along LPS.

    Array axes then run to the feet-to-head, front-to-back and right-to-left directions,
    whatever the order of the image. In-plane pixels are averaged in whole blocks first, so
    that noise goes down with the pixel count.
    """
    blocks = _averaged(image, spacing_mm)
    low = -1.0e4
    fill = FILL_HU if image.modality is Modality.CT else 0.0
    out = resample(blocks, _along_lps(image.grid, spacing_mm), fill=low)
    array = np.where(out.array <= low / 2, fill, out.array).astype(np.float32)
    if image.modality is Modality.CT:
        array = np.clip(array, *HU_RANGE)
    return Image(array, out.grid, image.modality)


def fine(share: FloatArray, grid: Grid, target: Grid) -> Mask:
    """Return the region where a share (0 to 1) on the coarse grid exceeds one half, on the target grid.

    The border value is continued outward, so that the outermost slices are not lost.
    """
    padded = np.pad(share, 1, mode="edge")
    origin = grid.to_lps(np.array([-1.0, -1.0, -1.0]))
    wide = Grid(
        _shape(padded), grid.spacing_mm, (float(origin[0]), float(origin[1]), float(origin[2])), grid.directions
    )
    out = np.zeros(target.shape, dtype=bool)
    if (padded > 0.1).any():
        part = crop(target, Mask(padded > 0.1, wide), grid.spacing_mm[0])
        out[window(target, part)] = resample(Image(padded, wide, Modality.MR), part, fill=0.0).array > 0.5
    return Mask(out, target)


def smooth(array: FloatArray, steps: int, conductance: float) -> FloatArray:
    """Return the array after gradient anisotropic diffusion: noise falls, borders above the conductance stay."""
    diffused = sitk.CurvatureAnisotropicDiffusion(
        sitk.GetImageFromArray(array.astype(np.float32)),
        timeStep=0.06,
        conductanceParameter=conductance,
        numberOfIterations=steps,
    )
    out: FloatArray = sitk.GetArrayFromImage(diffused)
    return out


def _averaged(image: Image, spacing_mm: float) -> Image:
    """Average whole blocks of pixels in the slice plane."""
    grid = image.grid
    counts = grid.shape[::-1]
    fi, fj, fk = (
        min(n, max(1, int(spacing_mm / step + 0.25))) for n, step in zip(counts, grid.spacing_mm, strict=True)
    )
    nk, nj, ni = grid.shape[0] // fk, grid.shape[1] // fj, grid.shape[2] // fi
    cut = image.array[: nk * fk, : nj * fj, : ni * fi].astype(np.float32)
    if image.modality is Modality.CT:
        cut = np.clip(cut, *HU_RANGE)
    mean = cut.reshape(nk, fk, nj, fj, ni, fi).mean(axis=(1, 3, 5))
    at = grid.to_lps((np.array([fi, fj, fk]) - 1) / 2)
    si, sj, sk = grid.spacing_mm
    coarse_grid = Grid(
        (nk, nj, ni), (si * fi, sj * fj, sk * fk), (float(at[0]), float(at[1]), float(at[2])), grid.directions
    )
    return Image(mean, coarse_grid, image.modality)


def _along_lps(grid: Grid, spacing_mm: float) -> Grid:
    """Return the isotropic grid along LPS over the box of a grid."""
    k, j, i = (float(n) for n in grid.shape)
    corners = np.array([[a, b, c] for a in (-0.5, i - 0.5) for b in (-0.5, j - 0.5) for c in (-0.5, k - 0.5)])
    box = grid.to_lps(corners)
    low, high = box.min(axis=0), box.max(axis=0)
    count = np.maximum(np.floor((high - low) / spacing_mm + 1e-3).astype(int), 1)
    origin = (low + high) / 2 - (count - 1) / 2 * spacing_mm
    shape = (int(count[2]), int(count[1]), int(count[0]))
    return Grid(shape, (spacing_mm,) * 3, (float(origin[0]), float(origin[1]), float(origin[2])))


def _shape(array: FloatArray) -> tuple[int, int, int]:
    """Return the shape of a three-dimensional array with its type known."""
    k, j, i = array.shape
    return (k, j, i)
