"""One visit of a case as a scan: the background moved, lesions painted, noise of its own; and what is true of it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from skimage import measure

from pipeline.measure import diameters
from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.transform import Transform
from pipeline.volume import grids, resample
from pipeline.volume.arrays import FloatArray
from tests.benchmarks.accuracy import kept, lesions, texture
from tests.benchmarks.accuracy.backgrounds import Background
from tests.benchmarks.accuracy.lesions import Fate, Lesion, Painted
from tests.benchmarks.accuracy.texture import Grain

TRUTH_STEPS = 36
"""Steps across a lesion of the fine grid that its axis and volume are read from."""
HALF = 0.4999
"""Part of a voxel that a lesion must fill for the voxel to be its own."""
FINEST_MM, COARSEST_MM = 0.2, 2.0
"""mm between the steps of that grid."""


@dataclass(frozen=True)
class Prepared:
    """A background with its smoothed image and its grain."""

    background: Background
    clean: Image
    grain: Grain

    @property
    def liver_hu(self) -> float:
        """The liver's median without the patient's own tumors."""
        normal = self.background.liver.array & ~self.background.own.array
        return float(np.median(self.clean.array[normal]))


@dataclass(frozen=True)
class Setting:
    """How a visit is scanned: where the liver lies (field), slice thickness in mm (0: as the background), noise.

    offset_mm leads from points of the case to those of the background, where the background is another phase.
    """

    field: Transform
    slice_mm: float = 0.0
    noise: float = 1.0
    seed: int = 0
    offset_mm: Point = (0.0, 0.0, 0.0)

    @property
    def to_background(self) -> Transform:
        """The field to points of the background."""
        linear = np.eye(4)
        linear[:3, 3] = self.offset_mm
        return replace(self.field, linear=linear)


@dataclass(frozen=True)
class TrueLesion:
    """What is true of a lesion at a visit; 0 where it is not there. A split one has the sum of its parts' long axes."""

    name: str
    fate: Fate
    kind: str
    where: str
    long_axis_mm: float
    short_axis_mm: float
    volume_ml: float
    bodies: int


@dataclass(frozen=True)
class TrueVisit:
    """A scan with its truth: lesions as labels on its grid, the liver with them, own: the patient's own tumors."""

    image: Image
    phase: Phase
    labels: Labels
    liver: Mask
    own: Mask
    field: Transform
    lesions: tuple[TrueLesion, ...]


def prepare(background: Background) -> Prepared:
    """Return a background ready to be painted on; the smoothing is kept."""
    clean = kept.image(f"clean 2 {background.scan.name}", lambda: texture.smoothed(background.image, background.liver))
    return Prepared(background, clean, texture.grain(background.image, clean, background.liver))


def render(prepared: Prepared, given: tuple[Lesion, ...], visit: int, setting: Setting) -> TrueVisit:
    """Return the scan of one visit and its truth; the same setting gives the same bytes."""
    source = prepared.background
    grid = _grid(source.image.grid, setting.slice_mm)
    phase = source.scan.phase
    array = _moved(prepared.clean, grid, setting.to_background)
    labels = np.zeros(grid.shape, dtype=np.uint8)
    most = np.full(grid.shape, HALF, dtype=np.float32)
    for number, lesion in enumerate(given, start=1):
        painted = lesions.paint(lesion, visit, setting.field, grid, prepared.liver_hu, phase)
        if painted is not None:
            _add(array, painted)
            ahead = painted.filled > most[painted.window]
            labels[painted.window][ahead] = number
            most[painted.window][ahead] = painted.filled[ahead]
    shown = Image(array, grid)
    rng = np.random.default_rng(setting.seed)
    # thin slices have more noise, thick ones less; the square root of the thickness, half of it, since scanners adapt
    thin = (source.image.grid.spacing_mm[2] / grid.spacing_mm[2]) ** 0.25
    window, noise = texture.draw(prepared.grain, shown, rng, setting.noise * thin)
    array[window] += noise
    image = Image(np.clip(np.rint(array), -1024, 3071).astype(np.int16), grid)
    named = Labels(labels, grid, tuple(lesion.name for lesion in given))
    liver = resample.resample_mask(source.liver, grid, setting.to_background).array | (labels > 0)
    own = resample.resample_mask(source.own, grid, setting.to_background)
    true = tuple(_true(lesion, visit, setting.field) for lesion in given)
    return TrueVisit(image, phase, named, Mask(liver, grid), own, setting.field, true)


def fine_level(lesion: Lesion, visit: int, field: Transform) -> tuple[FloatArray, Grid]:
    """Return how far in mm points lie outside of a lesion, negative inside, on a fine grid in the visit's space."""
    low, high = (np.array(each) for each in lesions.boundary(lesion, visit, field, 2.0))
    step = float(np.clip(2 * lesion.radius_mm(visit) / TRUTH_STEPS, FINEST_MM, COARSEST_MM))
    i, j, k = (int(np.ceil(extent / step)) + 1 for extent in high - low)
    grid = Grid((k, j, i), (step, step, step), (float(low[0]), float(low[1]), float(low[2])))
    at = lesions.samples(grid, (slice(0, k), slice(0, j), slice(0, i)), [1, 1, 1], field)
    return lesion.level(visit, at), grid


def axes_of(level: FloatArray, grid: Grid) -> tuple[float, float]:
    """Return the longest in-plane diameter in mm and its perpendicular, as pipeline.measure.diameters defines both.

    The outline is the line where the level is 0, between the fine voxels, so that their size does not matter.
    """
    best = None
    for plane in level:
        for line in measure.find_contours(plane, 0.0):
            outline = line[:, ::-1] * grid.spacing_mm[0]
            if len(np.unique(outline, axis=0)) > 3:
                chord = diameters._longest((outline,))
                best = chord if best is None or chord.length_mm > best.length_mm else best
    if best is None:
        return 0.0, 0.0
    start, end = diameters._perpendicular(best)
    return best.length_mm, float(np.linalg.norm(end - start))


def volume_ml(level: FloatArray, grid: Grid) -> float:
    """Return the volume inside; a voxel at the surface counts by how deep it lies."""
    return float(np.clip(0.5 - level / grid.spacing_mm[0], 0, 1).sum(dtype=np.float64)) * grid.voxel_ml


def _true(lesion: Lesion, visit: int, field: Transform) -> TrueLesion:
    kind, bodies = lesion.looks[visit].kind.value, lesion.bodies[visit]
    if not bodies:
        return TrueLesion(lesion.name, lesion.fate, kind, lesion.where, 0.0, 0.0, 0.0, 0)
    level, grid = fine_level(lesion, visit, field)
    long, short = axes_of(level, grid)
    if len(bodies) > 1:
        parts = [replace(lesion, bodies=((body,),)) for body in bodies]
        long = sum(axes_of(*fine_level(part, 0, field))[0] for part in parts)
    return TrueLesion(lesion.name, lesion.fate, kind, lesion.where, long, short, volume_ml(level, grid), len(bodies))


def _grid(grid: Grid, slice_mm: float) -> Grid:
    if not slice_mm or abs(slice_mm - grid.spacing_mm[2]) < 0.01:
        return grid
    return grids.with_spacing(grid, (grid.spacing_mm[0], grid.spacing_mm[1], slice_mm))


def _moved(clean: Image, grid: Grid, field: Transform) -> FloatArray:
    """The background as the visit shows it; thicker slices are the mean of what they hold."""
    floating = Image(clean.array.astype(np.float32), clean.grid)
    if grid == clean.grid and field.displacement is None and np.array_equal(field.linear, np.eye(4)):
        return floating.array
    steps = max(1, round(grid.spacing_mm[2] / clean.grid.spacing_mm[2]))
    if steps == 1:
        return np.array(resample.resample(floating, grid, field).array, dtype=np.float32)
    fine = grids.with_spacing(grid, (grid.spacing_mm[0], grid.spacing_mm[1], grid.spacing_mm[2] / steps))
    moved = resample.resample(floating, fine, field).array
    usable = grid.shape[0] * steps
    moved = np.pad(moved, ((0, max(usable - moved.shape[0], 0)), (0, 0), (0, 0)), mode="edge")[:usable]
    return np.asarray(moved.reshape(grid.shape[0], steps, *moved.shape[1:]).mean(axis=1), dtype=np.float32)


def _add(array: FloatArray, painted: Painted) -> None:
    held = array[painted.window]
    array[painted.window] = held * (1 - painted.share) + painted.hu * painted.share


def distance_inside(mask: Mask, step_mm: float) -> Image:
    """Return on a grid of step_mm how deep in a mask each voxel lies in mm, negative outside."""
    grid = grids.with_spacing(mask.grid, step_mm)
    inside = resample.resample_mask(mask, grid).array
    depth = ndimage.distance_transform_edt(inside, grid.steps_mm)
    if not inside.all():
        depth = depth - ndimage.distance_transform_edt(~inside, grid.steps_mm)
    return Image(depth.astype(np.float32), grid)
