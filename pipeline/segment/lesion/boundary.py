"""Draw a lesion's boundary half-way between its own level and the parenchyma around it.

Smoothing that is needed against noise draws the half-level line of a small round lesion
inwards (about sigma^2 / radius), and partial volume lowers its plateau. Both are undone by a
forward model: the region found so far is smoothed like the image, the image is fitted by
level + contrast * smoothed region, and the line is drawn at the value that the smoothed region
has on its own border instead of at one half.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.segment.lesion.smooth import gaussian
from pipeline.volume import morphology
from pipeline.volume.arrays import FloatArray, MaskArray, StepsMm
from pipeline.volume.region import largest_part, parts_holding

ROUNDS = 5
"""Repeats of fit and threshold; most lesions stand still after three or four."""
FIT_OUTSIDE_MM = 5.0
"""mm outside the border that the fit sees; own choice, about twice the blur."""
FIT_INSIDE_MM = 5.0
"""mm inside the border that the fit sees: deeper tissue (necrosis) says nothing of the border; own choice."""
MIN_SMOOTH_MM, MAX_SMOOTH_MM = 0.6, 3.0
"""mm, standard deviation of the smoothing: about the blur of the scanner, and a third of a lesion of 10 mm; own
choice."""
WANTED_SIGNAL = 10.0
"""Contrast to noise wanted after smoothing; own choice, tuned on the sample."""


@dataclass(frozen=True)
class Boundary:
    """A region with the fitted contrast of its border zone."""

    region: MaskArray
    contrast: float


def smoothing_mm(contrast: float, noise: float, steps_mm: StepsMm) -> float:
    """Return the least smoothing (0.6 to 3 mm) after which contrast is 10 times the noise.

    Averaging over a Gaussian of s mm divides white noise by about sqrt(8 pi^1.5 s^3 / voxel volume).
    """
    wanted = (WANTED_SIGNAL * noise / max(contrast, 1e-6)) ** 2 * float(np.prod(steps_mm))
    sigma = (wanted / (8 * np.pi**1.5)) ** (1 / 3)
    return float(np.clip(sigma, MIN_SMOOTH_MM, MAX_SMOOTH_MM))


def half_level(
    deviation: FloatArray, allowed: MaskArray, start: MaskArray, core: MaskArray, *, sigma_mm: float, steps_mm: StepsMm
) -> Boundary:
    """Return the region around `core` whose border lies at the half level.

    deviation is positive inside the lesion and about 0 around it. The region stays inside
    `allowed`, keeps only parts that hold a voxel of `core`, and has no holes within a slice.
    Vessels of the other sign are clipped. `start` is the first guess.
    """
    smooth = gaussian(deviation, sigma_mm, steps_mm, allowed)
    region = start & allowed
    result = Boundary(region, 0.0)
    for _ in range(ROUNDS):
        if not region.any():
            break
        model = gaussian(region.astype(np.float32), sigma_mm, steps_mm, allowed)
        base, contrast = _fit(smooth, model, region, allowed, steps_mm)
        level = base + contrast * _border_value(model, region, allowed)
        grown = parts_holding(allowed & (smooth > level), core)
        grown = morphology.filled(grown) & allowed
        result = Boundary(grown, contrast)
        if np.array_equal(grown, region):
            break
        region = grown
    return result


def tidy(region: MaskArray, steps_mm: StepsMm, allowed: MaskArray) -> MaskArray:
    """Close gaps of a voxel, fill holes and keep the largest connected part."""
    whole = morphology.filled(morphology.closed(region, 1.01 * min(steps_mm), steps_mm)) & allowed
    return largest_part(whole)


def _fit(
    smooth: FloatArray, model: FloatArray, region: MaskArray, allowed: MaskArray, steps_mm: StepsMm
) -> tuple[float, float]:
    """Base and contrast by least squares near the border."""
    zone = (
        allowed
        & morphology.dilated(region, FIT_OUTSIDE_MM, steps_mm)
        & ~morphology.eroded(region, FIT_INSIDE_MM, steps_mm)
    )
    x, y = model[zone].astype(float), smooth[zone].astype(float)
    center = float(np.median(y[x > 0.5])) if (x > 0.5).any() else float(y.max())
    y = np.clip(y, -0.3 * abs(center), None)
    spread = x - x.mean()
    power = float(spread @ spread)
    if power <= 1e-9:
        return 0.0, center
    contrast = float(spread @ y) / power
    base = float(y.mean() - contrast * x.mean())
    return base, contrast


def _border_value(model: FloatArray, region: MaskArray, allowed: MaskArray) -> float:
    """Mean of the smoothed region half-way between in-plane neighbors of which one is inside."""
    total, count = 0.0, 0
    for axis in (1, 2):
        first = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        second = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        pairs = (region[first] != region[second]) & allowed[first] & allowed[second]
        total += float((model[first][pairs] + model[second][pairs]).sum(dtype=np.float64)) / 2
        count += int(np.count_nonzero(pairs))
    return total / count if count else 0.5
