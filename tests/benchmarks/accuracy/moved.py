"""A real volume moved by a motion that is known exactly: a second visit of the same liver."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import prepare, quality
from pipeline.volume import points, resample
from tests.benchmarks.accuracy import fields
from tests.benchmarks.accuracy.backgrounds import Background

TURN_DEG = 4.0
"""Degrees by which the patient is turned about each axis at most."""
SHIFT_MM = 15.0
"""mm by which he lies elsewhere along each axis at most."""
CROP_MM = 45.0
"""mm around the liver where both visits end, to save time."""
PIXEL_MM = 1.2
"""mm, pixels of the second visit."""
NOISE_HU = 12.0
"""HU, standard deviation of the noise that is added to both visits at a pixel and slice as acquired."""
QUIET_MM = 1.0
"""mm, Gaussian within the slices that takes most of the noise the scan came with, lest both visits share it."""
POINTS = 1500
"""Points inside the liver at which the error is read."""
THIRD = 1 / 3
"""Share of the liver by which an outline is damaged."""
NEAR_MM = 60.0
"""mm around the liver in which tissue is taken for it where a third is added."""
SOFT_HU = (-20.0, 200.0)
"""HU of what can be taken for liver."""


@dataclass(frozen=True)
class Motion:
    """How the second visit differs: largest deformation and breathing shift inside the liver in mm, slice step in mm.

    gamma bends the contrast (1: as it was; below 1 another phase); shade: HU of a smooth gain over the body.
    """

    seed: int
    smooth_mm: float = 10.0
    slide_mm: float = 7.0
    slice_mm: float = 2.5
    gamma: float = 1.0
    shade: float = 0.0


@dataclass(frozen=True)
class Pair:
    """A second visit (fixed), the first (moving), and the transform between them; livers are those of the truth.

    fixed_given, moving_given: the outline that the registration gets instead. largest_mm: largest deformation inside
    the liver. least_jacobian: of the truth there. between: what follows the truth where the first visit is another
    image than the one that was moved; it is registered, not known.
    """

    fixed: Image
    moving: Image
    fixed_liver: Mask
    moving_liver: Mask
    truth: Transform
    largest_mm: float
    least_jacobian: float
    fixed_given: Mask | None = None
    moving_given: Mask | None = None
    between: Transform | None = None

    def true(self, lps: np.ndarray) -> np.ndarray:
        """Return where points of the second visit lie in the first, LPS mm."""
        moved = points.apply(self.truth, lps)
        return moved if self.between is None else points.apply(self.between, moved)


def pair(background: Background, motion: Motion) -> Pair:
    """Return a volume and its moved self, with noise of their own."""
    rng = np.random.default_rng(motion.seed)
    background = _cropped(background)
    truth = transform(background, motion, rng)
    quiet = _quiet(background.image)
    steps = resample.with_spacing(background.image.grid, (PIXEL_MM, PIXEL_MM, motion.slice_mm))
    grid = _shifted(steps, rng)
    fixed = resample.resample(quiet, grid, truth)
    inside = resample.resample_mask(background.liver, grid, truth)
    at = inside.grid.to_lps(np.argwhere(inside.array)[::50, ::-1].astype(float))
    return Pair(
        noisy(_recolored(fixed, motion, rng), rng),
        noisy(quiet, rng),
        inside,
        background.liver,
        truth,
        float(np.linalg.norm(_at(truth, at), axis=1).max()),
        _least_jacobian(truth, inside),
    )


def still(background: Background, motion: Motion) -> Background:
    """Return the first visit of a pair, with its noise."""
    part = _cropped(background)
    rng = np.random.default_rng(motion.seed + 1000)
    return replace(part, image=noisy(_quiet(part.image), rng))


def transform(background: Background, motion: Motion, rng: np.random.Generator) -> Transform:
    """Return the motion: a turn and shift of the patient, a smooth field, and the liver sliding along the wall."""
    breath = fields.breath(background.image, background.liver)
    shift_mm = motion.slide_mm * float(rng.choice([-1.0, 1.0]))
    drawn = fields.draw(rng, breath, background.liver, motion.smooth_mm, shift_mm)
    center = prepare.center(background.liver)
    linear = np.eye(4)
    linear[:3, :3] = Rotation.from_euler("xyz", rng.uniform(-TURN_DEG, TURN_DEG, 3), degrees=True).as_matrix()
    linear[:3, 3] = center - linear[:3, :3] @ center + rng.uniform(-SHIFT_MM, SHIFT_MM, 3)
    return Transform(linear, drawn.displacement, drawn.displacement_grid)


def errors_mm(found: Transform, pair: Pair, seed: int = 0) -> np.ndarray:
    """Return the errors at random points inside the true liver of the second visit, and drop none."""
    lps = sample(pair, seed)
    distances: np.ndarray = np.linalg.norm(points.apply(found, lps) - pair.true(lps), axis=1)
    return distances


def damaged(liver: Mask, image: Image, how: str, seed: int) -> Mask:
    """Return the outline wrong by a third of its volume, on one side at random.

    how: "cut", all beyond a plane is lost; "bite", a ball at the surface is lost, as a tumor that fills a lobe;
    "added", soft tissue beside it (stomach, spleen, muscle) is taken for liver.
    """
    rng = np.random.default_rng(seed)
    kji = np.argwhere(liver.array)
    lps = liver.grid.to_lps(kji[:, ::-1].astype(float))
    center = lps.mean(axis=0)
    side = rng.normal(size=3)
    side /= np.linalg.norm(side)
    count = round(THIRD * len(kji))
    array = liver.array.copy()
    if how == "added":
        steps = liver.grid.steps_mm
        away = ndimage.distance_transform_edt(~liver.array, sampling=steps)
        low, high = SOFT_HU
        near = (away > 0) & (away < NEAR_MM) & (image.array > low) & (image.array < high)
        at = np.argwhere(near)
        along = (liver.grid.to_lps(at[:, ::-1].astype(float)) - center) @ side
        chosen = at[np.argsort(away[near] - 0.5 * along, kind="stable")[:count]]
        array[tuple(chosen.T)] = True
        return Mask(array, liver.grid)
    distance = -(lps - center) @ side
    if how == "bite":
        distance = np.linalg.norm(lps - lps[distance.argmin()], axis=1)
    lost = kji[np.argsort(distance, kind="stable")[:count]]
    array[tuple(lost.T)] = False
    return Mask(array, liver.grid)


def sample(pair: Pair, seed: int = 0) -> np.ndarray:
    """Return random points inside the liver of the second visit, LPS mm."""
    kji = np.argwhere(pair.fixed_liver.array)
    rng = np.random.default_rng(seed)
    chosen = kji[rng.choice(len(kji), POINTS)] + rng.uniform(-0.5, 0.5, (POINTS, 3))
    return pair.fixed_liver.grid.to_lps(chosen[:, ::-1])


def _cropped(background: Background) -> Background:
    part = resample.crop(background.image.grid, background.liver, CROP_MM)
    image, liver = resample.crop_image(background.image, part), resample.crop_mask(background.liver, part)
    return replace(background, image=image, liver=liver, own=resample.crop_mask(background.own, part))


def _quiet(image: Image) -> Image:
    k, j, i = image.grid.steps_mm
    array = ndimage.gaussian_filter(image.array.astype(np.float32), (0.0 * k, QUIET_MM / j, QUIET_MM / i))
    return Image(array, image.grid, image.modality)


def _recolored(image: Image, motion: Motion, rng: np.random.Generator) -> Image:
    """Another phase: soft tissue between 0 and 250 HU bent by gamma, and a smooth shade over the body."""
    array = image.array
    if motion.gamma != 1.0:
        bent = 250.0 * (np.clip(array, 0, 250) / 250.0) ** motion.gamma
        array = np.where((array > 0) & (array < 250), bent, array)
    if motion.shade:
        coarse = ndimage.gaussian_filter(rng.normal(size=(12, 12, 12)), 2)
        zoom = [n / 12 for n in array.shape]
        shade = ndimage.zoom(coarse / np.abs(coarse).max(), zoom, order=1)
        array = array + np.where(array > -200, motion.shade * shade, 0)
    return Image(array.astype(np.float32), image.grid, image.modality)


def noisy(image: Image, rng: np.random.Generator) -> Image:
    """Return the image with noise of NOISE_HU, smoothed a little within the slices, as HU."""
    noise = ndimage.gaussian_filter(rng.normal(size=image.grid.shape).astype(np.float32), (0, 0.6, 0.6))
    noise *= NOISE_HU / noise.std()
    return Image(np.rint(np.maximum(image.array + noise, -1024)).astype(np.int16), image.grid, image.modality)


def _shifted(grid: Grid, rng: np.random.Generator) -> Grid:
    """The grid by a part of a voxel aside, so that no voxel of both visits coincides."""
    aside = rng.uniform(-0.5, 0.5, 3) * grid.spacing_mm
    x, y, z = (float(a + b) for a, b in zip(grid.origin, aside, strict=True))
    return Grid(grid.shape, grid.spacing_mm, (x, y, z), grid.directions)


def _at(truth: Transform, lps: np.ndarray) -> np.ndarray:
    moved: np.ndarray = points.apply(Transform(np.eye(4), truth.displacement, truth.displacement_grid), lps) - lps
    return moved


def _least_jacobian(truth: Transform, liver: Mask) -> float:
    assert truth.displacement is not None
    assert truth.displacement_grid is not None
    inside = resample.resample_mask(liver, truth.displacement_grid).array
    return float(quality.jacobian(truth.displacement, truth.displacement_grid)[inside].min())
