"""What a registration may be used for: overlap, folding, local agreement, and a verdict.

The thresholds were set on real CT (docs/methods/registration.md): pairs of one patient, pairs
of different patients, and pairs moved apart on purpose.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.quality import RegistrationQuality, Verdict
from pipeline.model.transform import Transform
from pipeline.register import outlines, prepare
from pipeline.volume import coverage, resample
from pipeline.volume.arrays import FloatArray

WINDOW_MM = 10.0
"""mm, half width of the window of the local correlation; own choice."""
NOISE = 10.0
"""Units of the 0 .. 400 scale, standard deviation of what counts as flat; own choice.

It is added to both variances, so that noise in flat tissue neither helps nor harms.
"""


@dataclass(frozen=True)
class AlignmentFigures:
    """Figures of a registration, reached or required.

    similarity_linear is that before the deformation, disputed the share of the liver that thick parts of one outline
    alone make up.
    """

    dice: float
    similarity: float
    similarity_linear: float
    folded: float
    disputed: float
    inverse_p95_mm: float


GOOD = AlignmentFigures(
    dice=0.88, similarity=0.50, similarity_linear=0.37, folded=0.001, disputed=0.05, inverse_p95_mm=6.0
)
FAILED = AlignmentFigures(
    dice=0.75, similarity=0.35, similarity_linear=0.10, folded=0.02, disputed=0.60, inverse_p95_mm=15.0
)
"""Beyond GOOD the verdict is DOUBTFUL, beyond FAILED it is FAILED.

The linear placement tells patients apart better than the result: a flexible deformation
makes any two livers alike.
"""
LESION_SHELL_MM = 15.0
"""mm around a lesion in which the local agreement is read; own choice, 1.5 windows."""
DOUBTFUL_AGREEMENT = 0.2
"""Below this local agreement the link at a lesion wants a look.

On real CT spheres of 16 mm had a median of 0.63 where aligned, 0.29 when moved 10 mm apart, 0.03 at 20 mm.
"""
EDGE_MM = 4.5
"""mm beyond its outline that partial volume lets a lesion reach on the working grid: 1.5 voxels."""
LEAST_COVERED = 0.5
"""Share of the region that the moving image must cover for its similarity to count; own choice."""


@dataclass(frozen=True)
class Stage:
    """A transform, and how well the images agree after it (-1 to 1)."""

    transform: Transform
    similarity: float


@dataclass(frozen=True)
class Stages:
    """The stages of one registration: centers on each other, linear, and the result.

    mismatch_mm: per voxel of the fixed working grid, how far there and back ends from the start; None without a
    deformation.
    """

    start: Stage
    linear: Stage
    result: Stage
    mismatch_mm: FloatArray | None = None


def stage(fixed: prepare.Prepared, moving: prepare.Prepared, transform: Transform) -> Stage:
    """Return a transform with the agreement it gives in the fixed liver, without one in the region."""
    return Stage(transform, similarity(fixed.image, moving.image, transform, fixed.liver or fixed.region))


def judge(
    fixed: prepare.Prepared, moving: prepare.Prepared, stages: Stages, doubts: tuple[str, ...]
) -> RegistrationQuality:
    """Judge a registration on the working grids.

    doubts found before (a missing mask, a missing engine) keep the verdict at DOUBTFUL or below.
    Without a fixed liver the numbers regard the body.
    """
    result = stages.result
    dice = overlap(fixed.liver, moving.liver, result.transform)
    folded = folded_share(result.transform, fixed.liver or fixed.region)
    dispute = outlines.compare(fixed, moving, result.transform)
    inverse = _inverse(stages.mismatch_mm, fixed.liver or fixed.region)
    reached = AlignmentFigures(
        1.0 if dice is None else dice,
        result.similarity,
        stages.linear.similarity,
        folded,
        0.0 if dispute is None else dispute.share,
        0.0 if inverse is None else inverse[1],
    )
    failures = _beyond(reached, FAILED)
    disputes = () if dispute is None else dispute.reasons
    weak = _beyond(reached, GOOD) + doubts
    verdict = Verdict.FAILED if failures else Verdict.DOUBTFUL if weak else Verdict.GOOD
    reasons = failures or weak
    return RegistrationQuality(
        verdict,
        dice,
        folded,
        result.similarity,
        stages.start.similarity,
        (*reasons, *disputes) if reasons else (),
        None if inverse is None else inverse[0],
        None if inverse is None else inverse[1],
        None if dispute is None else dispute.surface_p95_mm,
        None if dispute is None else dispute.disputed_ml,
        None if dispute is None else dispute.doubted,
    )


def _inverse(mismatch_mm: FloatArray | None, region: Mask) -> tuple[float, float] | None:
    """Median and 95th percentile of the mismatch in the region, mm."""
    if mismatch_mm is None or not region.array.any():
        return None
    median, most = np.percentile(mismatch_mm[region.array], (50, 95))
    return float(median), float(most)


def overlap(fixed: Mask | None, moving: Mask | None, transform: Transform) -> float | None:
    """Return Dice's coefficient of the fixed liver and the moving liver carried over.

    Only what the moving image covers is compared. None without both masks.
    """
    if fixed is None or moving is None:
        return None
    carried = resample.resample_mask(moving, fixed.grid, transform).array
    own = fixed.array & coverage.covered(moving.grid, fixed.grid, transform)
    total = np.count_nonzero(own) + np.count_nonzero(carried)
    return float(2 * np.count_nonzero(own & carried) / total) if total else 0.0


def folded_share(transform: Transform, region: Mask) -> float:
    """Return the share of the region where the Jacobian determinant is not positive."""
    if transform.displacement is None or transform.displacement_grid is None:
        return 0.0
    determinant = jacobian(transform.displacement, transform.displacement_grid)
    inside = resample.resample_mask(region, transform.displacement_grid).array
    count = np.count_nonzero(inside)
    return float(np.count_nonzero(determinant[inside] <= 0) / count) if count else 0.0


def jacobian(displacement: FloatArray, grid: Grid) -> NDArray[np.float64]:
    """Return the determinant of the Jacobian of x + u(x) on the grid; the linear part has none of its own."""
    matrix = np.empty((*grid.shape, 3, 3))
    steps = np.array(grid.directions)
    for component in range(3):
        gradient = _gradient(displacement[..., component].astype(np.float64), grid)
        matrix[..., component, :] = gradient @ steps
    matrix += np.eye(3)
    determinant: NDArray[np.float64] = np.linalg.det(matrix)
    return determinant


def similarity(fixed: Image, moving: Image, transform: Transform, region: Mask, ignored: Mask | None = None) -> float:
    """Return the mean local correlation (-1 to 1) in the region after alignment; 0 if nothing overlaps.

    Both images must be windowed; region and ignored lie on the fixed grid. Voxels that the moving
    image does not cover, and ignored ones, enter no window. Each voxel is weighted by the spread of the
    fixed image around it.
    """
    carried = resample.resample(moving, fixed.grid, transform, 0.0).array.astype(np.float64)
    valid = coverage.covered(moving.grid, fixed.grid, transform)
    if ignored is not None:
        valid &= ~ignored.array
    inside = region.array & valid
    if np.count_nonzero(inside) < LEAST_COVERED * np.count_nonzero(region.array) or not inside.any():
        return 0.0
    correlation, spread = local_correlation(fixed.array.astype(np.float64), carried, Mask(valid, fixed.grid))
    return float(np.average(correlation[inside], weights=spread[inside] + NOISE))


def local_correlation(
    one: NDArray[np.float64], other: NDArray[np.float64], valid: Mask
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the correlation in a box around each voxel, and the standard deviation of the first image there.

    Only valid voxels enter a box.
    """
    size = [2 * max(1, round(WINDOW_MM / step)) + 1 for step in valid.grid.steps_mm]
    weight = valid.array.astype(np.float64)
    share = np.maximum(ndimage.uniform_filter(weight, size, mode="constant"), 1e-9)

    def mean(array: NDArray[np.float64]) -> NDArray[np.float64]:
        smooth: NDArray[np.float64] = ndimage.uniform_filter(array * weight, size, mode="constant") / share
        return smooth

    mean_one, mean_other = mean(one), mean(other)
    var_one = np.maximum(mean(one * one) - mean_one**2, 0)
    var_other = np.maximum(mean(other * other) - mean_other**2, 0)
    shared = mean(one * other) - mean_one * mean_other
    return shared / np.sqrt((var_one + NOISE**2) * (var_other + NOISE**2)), np.sqrt(var_one)


def local_agreement(fixed: Image, moving: Image, transform: Transform, lesion: Mask) -> float:
    """Return how well both images agree around a lesion after alignment, -1 to 1.

    The mean local correlation in a shell of 15 mm around the lesion; the lesion itself,
    which treatment changes, does not count. The images are as acquired. 0 if the moving image
    does not reach there, or the lesion is empty.
    """
    if not lesion.array.any():
        return 0.0
    near = resample.crop(fixed.grid, lesion, LESION_SHELL_MM + 2 * WINDOW_MM)
    grid = resample.with_spacing(near, prepare.WORKING_MM)
    placed = resample.resample_mask(lesion, grid)
    shell = prepare.grown(placed, LESION_SHELL_MM) if placed.array.any() else Mask(np.ones(grid.shape, np.bool_), grid)
    own = prepare.grown(placed, EDGE_MM) if placed.array.any() else placed
    around = Mask(shell.array & ~own.array, grid)
    still = resample.resample(prepare.smoothed(fixed), grid)
    return similarity(still, prepare.smoothed(moving), transform, around, own)


def agrees_locally(fixed: Image, moving: Image, transform: Transform, lesion: Mask) -> bool:
    """Whether the link of a lesion that is there can be trusted: enough local agreement around it."""
    return local_agreement(fixed, moving, transform, lesion) >= DOUBTFUL_AGREEMENT


def _gradient(values: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Derivatives along (i, j, k) per mm; along an axis with one voxel zero."""
    parts = []
    for axis, step in zip((2, 1, 0), grid.spacing_mm, strict=True):
        flat = values.shape[axis] < 2
        parts.append(np.zeros_like(values) if flat else np.gradient(values, step, axis=axis))
    return np.stack(parts, axis=-1)


def _beyond(reached: AlignmentFigures, limits: AlignmentFigures) -> tuple[str, ...]:
    reasons = []
    if reached.dice < limits.dice:
        reasons.append(f"liver overlap {reached.dice:.2f}, expected {limits.dice:.2f} or more")
    if reached.similarity < limits.similarity:
        reasons.append(f"local correlation {reached.similarity:.2f}, expected {limits.similarity:.2f} or more")
    if reached.similarity_linear < limits.similarity_linear:
        reasons.append(
            f"local correlation {reached.similarity_linear:.2f} before the deformation, "
            f"expected {limits.similarity_linear:.2f} or more"
        )
    if reached.folded > limits.folded:
        reasons.append(
            f"{100 * reached.folded:.2f} % of the liver folded, expected {100 * limits.folded:.2f} % or less"
        )
    if reached.disputed > limits.disputed:
        reasons.append(
            f"{100 * reached.disputed:.0f} % of the liver is on one outline alone, "
            f"expected {100 * limits.disputed:.0f} % or less"
        )
    if reached.inverse_p95_mm > limits.inverse_p95_mm:
        reasons.append(
            f"there and back ends {reached.inverse_p95_mm:.1f} mm from the start (95th percentile), "
            f"expected {limits.inverse_p95_mm:.1f} mm or less"
        )
    return tuple(reasons)
