"""Rigid, then affine alignment by mutual information within the region of the fixed image.

Mattes mutual information (32 bins) tolerates that a phase or a treatment changes the
gray values. Every voxel of the region is used, none is drawn at random, and the result is
rounded, so that two runs agree to the last byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from pipeline.model.image import Mask
from pipeline.register.prepare import Prepared, center
from pipeline.volume import resample

BINS = 32
"""Bins of the joint histogram of Mattes' mutual information: a usual value (Mattes 2003)."""
SHRINK = 2
"""Voxels of the 3 mm grid per voxel of the linear stages, after smoothing: 6 mm are enough for a linear placement; own
choice."""
THREADS = 1
"""Threads of ITK in this process: with more, sums and so results depend on the order in which they end. Own choice."""
RIGID_ITERATIONS = 80
"""Steps of the rigid stage at most; own choice."""
AFFINE_ITERATIONS = 80
"""Steps of the affine stage at most; own choice."""
RIGID_STEP_MM = 2.0
"""mm, first step of the rigid stage; own choice."""
AFFINE_STEP_MM = 0.5
"""mm, first step of the affine stage. Steps of 1 mm and more were seen to run away on real CT."""
LAST_STEP_MM = 0.01
"""mm, step below which a stage ends; own choice, far below a voxel."""
LARGEST_STRETCH = 1.3
"""Factor: an affine result that stretches or shrinks any direction by more is dropped for the rigid one; own choice."""
SEARCH_STEP_MM = 12.0
"""mm between the starts of the search along the body axis; own choice, two voxels of the linear stages."""
SEARCH_STARTS = 3
"""Starts of the search along the body axis that are carried to the end, the best ones; own choice."""
LIKE_VOLUME = 1.15
"""Factor up to which two livers are of like volume, so that their centers say where to start; own choice."""
SEARCH_REACH_MM = 45.0
"""mm around the centers of livers of unlike volume that are searched: half a liver cut off moves its center by about
40 mm; own choice."""
SEARCH_AROUND_MM = 15.0
"""mm between the starts of that search; own choice, within reach of the rigid stage."""
LEAST_OVERLAP = 0.4
"""Share of the fixed region that a start must keep inside the moving image; own choice."""
FEWEST_VOXELS = 8
"""Voxels of the working grid that an image has at least along every axis; own choice."""
ROUND_MATRIX = 6
"""Decimals that the matrix is rounded to, so that rounding of sums does not show."""
ROUND_MM = 4
"""Decimals of a mm that shifts are rounded to, likewise."""


sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(THREADS)


@dataclass(frozen=True)
class _Pair:
    fixed: sitk.Image
    moving: sitk.Image
    region: sitk.Image
    center: tuple[float, float, float]


def align(fixed: Prepared, moving: Prepared) -> NDArray[np.float64]:
    """Return the 4 x 4 matrix from fixed to moving points, LPS mm.

    It starts from the centers of both livers where known and of like volume; where not alike, one outline or one scan
    lacks a part, so that the best shifts around the centers are tried. Otherwise it starts from the best shifts along
    the body axis with the body centers on each other.

    Raises:
        RuntimeError: an image is too thin, or the images do not overlap at any start.
    """
    thinnest = min(*fixed.image.grid.shape, *moving.image.grid.shape)
    if thinnest < FEWEST_VOXELS:
        raise RuntimeError(f"an image is {thinnest} voxels of the working grid thick; expected {FEWEST_VOXELS} or more")
    pair = _pair(fixed, moving)
    if fixed.liver is not None and moving.liver is not None:
        starts = _around(fixed, moving, pair)
    else:
        starts = _search(fixed, moving, pair)
    rigid, _ = min((_rigid(pair, start) for start in starts), key=lambda placement: placement[1])
    return _matrix(_plausible(_affine(pair, rigid), rigid))


def first_shift(fixed: Prepared, moving: Prepared) -> NDArray[np.float64]:
    """Return the shift that puts the centers of both livers, else of both bodies, on each other."""
    if fixed.liver is not None and moving.liver is not None:
        return center(moving.liver) - center(fixed.liver)
    return moving.body_center - fixed.body_center


def shifted(shift_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 4 x 4 matrix of a translation."""
    matrix = np.eye(4)
    matrix[:3, 3] = np.round(shift_mm, ROUND_MM)
    return matrix


def _pair(fixed: Prepared, moving: Prepared) -> _Pair:
    region = sitk.Shrink(resample.mask_to_sitk(fixed.region), [SHRINK] * 3)
    x, y, z = center(fixed.region)
    return _Pair(_coarse(fixed), _coarse(moving), region, (float(x), float(y), float(z)))


def _coarse(prepared: Prepared) -> sitk.Image:
    smooth = sitk.SmoothingRecursiveGaussian(
        resample.to_sitk(prepared.image), SHRINK * prepared.image.grid.spacing_mm[0] / 2
    )
    coarse: sitk.Image = sitk.Shrink(smooth, [SHRINK] * 3)
    return coarse


def _method(pair: _Pair, iterations: int, first_step: float) -> sitk.ImageRegistrationMethod:
    method = sitk.ImageRegistrationMethod()
    method.SetNumberOfThreads(THREADS)
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.NONE)
    method.SetMetricFixedMask(pair.region)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(first_step, LAST_STEP_MM, iterations, 0.5)
    method.SetOptimizerScalesFromPhysicalShift()
    return method


def _rigid(pair: _Pair, shift_mm: NDArray[np.float64]) -> tuple[sitk.AffineTransform, float]:
    start = sitk.Euler3DTransform()
    start.SetCenter(pair.center)
    start.SetTranslation(shift_mm.tolist())
    method = _method(pair, RIGID_ITERATIONS, RIGID_STEP_MM)
    method.SetInitialTransform(start, inPlace=True)
    method.Execute(pair.fixed, pair.moving)
    return _as_affine(start), method.GetMetricValue()


def _affine(pair: _Pair, rigid: sitk.AffineTransform) -> sitk.AffineTransform:
    start = sitk.AffineTransform(rigid)
    method = _method(pair, AFFINE_ITERATIONS, AFFINE_STEP_MM)
    method.SetInitialTransform(start, inPlace=True)
    method.Execute(pair.fixed, pair.moving)
    return start


def _as_affine(rigid: sitk.Euler3DTransform) -> sitk.AffineTransform:
    affine = sitk.AffineTransform(3)
    affine.SetCenter(rigid.GetCenter())
    affine.SetMatrix(rigid.GetMatrix())
    affine.SetTranslation(rigid.GetTranslation())
    return affine


def _plausible(affine: sitk.AffineTransform, rigid: sitk.AffineTransform) -> sitk.AffineTransform:
    stretch = np.linalg.svd(np.array(affine.GetMatrix()).reshape(3, 3), compute_uv=False)
    return affine if stretch.max() <= LARGEST_STRETCH and stretch.min() >= 1 / LARGEST_STRETCH else rigid


def _search(fixed: Prepared, moving: Prepared, pair: _Pair) -> list[NDArray[np.float64]]:
    between = first_shift(fixed, moving)
    reach = (np.array(fixed.image.grid.shape) + moving.image.grid.shape)[0] * fixed.image.grid.spacing_mm[2] / 2
    steps = np.arange(-reach, reach + 1, SEARCH_STEP_MM)
    starts = _best(fixed, moving, pair, [between + np.array([0.0, 0.0, step]) for step in steps])
    if not starts:
        raise RuntimeError("no shift along the body axis lets the images overlap")
    return starts


def _around(fixed: Prepared, moving: Prepared, pair: _Pair) -> list[NDArray[np.float64]]:
    """The centers of both livers on each other; with livers of unlike volume the best shifts around that."""
    assert fixed.liver is not None
    assert moving.liver is not None
    between = first_shift(fixed, moving)
    volumes = sorted((fixed.liver.volume_ml, moving.liver.volume_ml))
    if volumes[1] <= LIKE_VOLUME * volumes[0]:
        return [between]
    reach = np.arange(-SEARCH_REACH_MM, SEARCH_REACH_MM + 1, SEARCH_AROUND_MM)
    offsets = (np.array([x, y, z]) for x in reach for y in reach for z in reach)
    shifts = [between + offset for offset in offsets if np.linalg.norm(offset) <= SEARCH_REACH_MM]
    return _best(fixed, moving, pair, shifts) or [between]


def _best(
    fixed: Prepared, moving: Prepared, pair: _Pair, shifts: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """The shifts with the best mutual information, best first; none without enough overlap."""
    scored = []
    method = _method(pair, 1, RIGID_STEP_MM)
    for shift in shifts:
        if _overlap(fixed.region, moving, shift) < LEAST_OVERLAP:
            continue
        method.SetInitialTransform(sitk.TranslationTransform(3, shift.tolist()))
        scored.append((method.MetricEvaluate(pair.fixed, pair.moving), tuple(shift)))
    return [np.array(shift) for _, shift in sorted(scored)[:SEARCH_STARTS]]


def _overlap(region: Mask, moving: Prepared, shift_mm: NDArray[np.float64]) -> float:
    kji = np.argwhere(region.array)[::7]
    at = moving.image.grid.to_index(region.grid.to_lps(kji[:, ::-1].astype(float)) + shift_mm)
    inside = np.all((at >= 0) & (at <= np.array(moving.image.grid.shape[::-1]) - 1), axis=1)
    return float(inside.mean())


def _matrix(affine: sitk.AffineTransform) -> NDArray[np.float64]:
    matrix = np.array(affine.GetMatrix()).reshape(3, 3)
    about = np.array(affine.GetCenter())
    whole = np.eye(4)
    whole[:3, :3] = np.round(matrix, ROUND_MATRIX)
    whole[:3, 3] = np.round(about + np.array(affine.GetTranslation()) - matrix @ about, ROUND_MM)
    return whole
