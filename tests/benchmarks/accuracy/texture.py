"""The noise of a scan: taken off, described, and made anew with the same grain.

A follow-up that carried the noise of its baseline along would be easy to register and to segment, so every visit gets
its own: the scan is smoothed along its edges, and noise with the power spectrum and the local strength of what was
taken off is drawn.
"""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import fft, ndimage

from pipeline.model.image import Image, Mask
from pipeline.volume import grids, resample
from pipeline.volume.arrays import FloatArray, Window

PATCH = 64
"""Pixels, side of the squares whose spectra are averaged; 45 mm: inside a liver, above the grain."""
CLIP_SD = 4.0
"""Standard deviations at which the residual is cut: what is beyond is an edge, not noise."""
AROUND_MM = 35.0
"""mm around the liver in which the noise is taken off and drawn anew; own choice."""
SPREAD_MM = 8.0
"""mm over which the local strength of the noise is averaged; own choice."""


@dataclass(frozen=True)
class Grain:
    """The noise of a scan near its liver.

    amplitude: by frequency (PATCH x PATCH, mean square 1). between_slices: correlation of neighbor slices. strength:
    one standard deviation in HU on a part of the scan's grid.
    """

    amplitude: FloatArray
    between_slices: float
    strength: Image


def smoothed(image: Image, liver: Mask) -> Image:
    """Return the scan without most of its noise: curvature-driven diffusion in the slice plane, edges kept.

    Beyond AROUND_MM of the liver the scan stays as it is: nobody looks there, and it saves most of the time.
    """
    done = image.array.astype(np.int16)
    part = grids.crop(image.grid, liver, AROUND_MM)
    window = grids.window(image.grid, part)
    for plane in done[window]:
        clipped = sitk.GetImageFromArray(np.clip(plane, -1024, 1500).astype(np.float32))
        flat = sitk.CurvatureAnisotropicDiffusion(
            clipped, timeStep=0.12, conductanceParameter=2.0, conductanceScalingUpdateInterval=1, numberOfIterations=9
        )
        plane[plane <= 1500] = np.rint(sitk.GetArrayFromImage(flat))[plane <= 1500]
    return Image(done, image.grid, image.modality)


def grain(image: Image, clean: Image, liver: Mask) -> Grain:
    """Return the grain of what was taken off, read in the liver."""
    part = grids.crop(image.grid, liver, AROUND_MM)
    window = grids.window(image.grid, part)
    residual = image.array[window].astype(np.float32) - clean.array[window]
    liver = Mask(liver.array[window], part)
    sd = 1.4826 * float(np.median(np.abs(residual[liver.array])))
    residual = np.clip(residual, -CLIP_SD * sd, CLIP_SD * sd)
    power = np.zeros((PATCH, PATCH))
    pairs = []
    for k, j, i in _patches(liver):
        patch = residual[k, j : j + PATCH, i : i + PATCH]
        power += np.abs(fft.fft2(patch - patch.mean())) ** 2
        if k + 1 < residual.shape[0]:
            pairs.append(np.corrcoef(patch.ravel(), residual[k + 1, j : j + PATCH, i : i + PATCH].ravel())[0, 1])
    amplitude = np.sqrt(power / power.mean())
    k, j, i = (SPREAD_MM / step for step in image.grid.steps_mm)
    variance = ndimage.gaussian_filter(residual**2, (min(k, 1.0), j, i))
    strength = np.sqrt(np.maximum(variance, 0)).astype(np.float32)
    correlation = float(np.clip(np.mean(pairs), 0, 0.9)) if pairs else 0.0
    return Grain(amplitude.astype(np.float32), correlation, Image(strength, part))


def draw(grain: Grain, image: Image, rng: np.random.Generator, factor: float = 1.0) -> tuple[Window, FloatArray]:
    """Return noise for an image whose pixels are those of the scan, and the window of its grid that it belongs in.

    factor scales its strength. The strength is read at the same place of the scan: the scanner, not the organ, makes
    the noise.
    """
    low, high = grain.strength.grid.to_lps(np.array([[0.0] * 3, np.array(grain.strength.grid.shape[::-1]) - 1.0]))
    first = np.clip(np.rint(image.grid.to_index(low)).astype(int), 0, np.array(image.grid.shape[::-1]) - 1)
    last = np.clip(np.rint(image.grid.to_index(high)).astype(int) + 1, first + 1, image.grid.shape[::-1])
    i, j, k = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    part = grids.part(image.grid, (k, j, i))
    slices, rows, columns = part.shape
    kernel = _kernel(grain.amplitude, rows, columns)
    between = grain.between_slices ** (part.spacing_mm[2] / grain.strength.grid.spacing_mm[2])
    strength = resample.resample(grain.strength, part, fill=float(np.median(grain.strength.array))).array
    out = np.empty((slices, rows, columns), dtype=np.float32)
    before = np.zeros((rows, columns), dtype=np.float32)
    for number in range(slices):
        white = rng.standard_normal((rows, columns), dtype=np.float32)
        fresh = fft.irfft2(fft.rfft2(white) * kernel, s=(rows, columns))
        before = fresh if number == 0 else between * before + np.sqrt(1 - between**2) * fresh
        out[number] = before * strength[number] * factor
    return (k, j, i), out


def _kernel(amplitude: FloatArray, rows: int, columns: int) -> FloatArray:
    """The amplitude at the frequencies of a larger plane."""
    j, i = fft.fftfreq(rows) * PATCH, fft.fftfreq(columns) * PATCH
    at = np.meshgrid(j % PATCH, i % PATCH, indexing="ij")
    full = ndimage.map_coordinates(amplitude, np.stack(at), order=1, mode="grid-wrap")
    half = full[:, : columns // 2 + 1]
    return np.asarray(half / np.sqrt(np.mean(full**2)), dtype=np.float32)


def _patches(liver: Mask) -> list[tuple[int, int, int]]:
    """Corners of squares that lie in the liver, half overlapping, every second slice."""
    found = []
    for k in range(0, liver.grid.shape[0], 2):
        sums = np.pad(liver.array[k].cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        for j in range(0, liver.grid.shape[1] - PATCH, PATCH // 2):
            for i in range(0, liver.grid.shape[2] - PATCH, PATCH // 2):
                inside = sums[j + PATCH, i + PATCH] - sums[j, i + PATCH] - sums[j + PATCH, i] + sums[j, i]
                if inside > 0.97 * PATCH**2:
                    found.append((k, j, i))
    if not found:
        raise ValueError("no square of liver is large enough to read the noise")
    return found
