"""Outline the lesion at a reader's mark."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.lesion import Axis
from pipeline.model.prompt import LesionQuestion, PointPrompt
from pipeline.segment.lesion.shape import longest_in_plane_mm
from pipeline.segment.lesion.smooth import gaussian
from pipeline.segment.prompt import expected, place, sphere, tissue
from pipeline.segment.prompt.expected import ExpectedSurface
from pipeline.segment.prompt.place import SHELL_MM, Place
from pipeline.segment.prompt.sphere import Vectors
from pipeline.segment.prompt.surface import Surfaces
from pipeline.volume import resample
from pipeline.volume.arrays import FloatArray, MaskArray, Window
from pipeline.volume.region import bounding_box, part_at

DEPARTURES = np.linspace(-1.0, 0.8, 73)
"""Logarithms of radius over expected radius that are weighed: from 0.37 to 2.2 times."""
WEIGHT = 0.04
"""Weight of the log odds of a mm of a ray; own choice, tuned on inserted lesions."""
FIRST_INSIDE, FIRST_OUTSIDE = 0.6, 1.35
"""Share of the expected radius up to which tissue is the lesion's, and from which on it is not; own choice."""
TUBE_LENGTH, TUBE_WIDTH = 0.9, 0.15
"""Half length and radius of the tube along a drawn axis over half of it: its tissue is the lesion's; own choice."""
INSIDE, OUTSIDE = 0.9, 1.15
"""The same once a surface is found; own choice."""
ROUNDS = 3
"""Times that the lesion's tissue is learned, from the last surface each; own choice."""
AGREES_WITHIN = 0.2
"""Share by which the long axis of a mask may differ from the drawn one; beyond, the mask is scaled to it."""
POINT_ROUNDS = 3
"""Times that a lesion known by a point alone is outlined, each from the last one's place and size; own choice."""
NETWORK_AT_MM = 3.0
"""mm around a point within which the network's lesion is taken for the one that is meant; own choice."""
NETWORK_LESION = 0.5
"""Probability from which on a voxel is the network's lesion."""


def outline(question: LesionQuestion) -> Mask | None:
    """Return the lesion at a mark on the image's grid; None where the mark lies outside the image.

    1. Expected is a surface: by the mark (an ellipsoid around an axis, a box's, a ball around a point), by the shape
       of the earlier lesion carried by its transform where there is one, else around a point by the network's lesion.
    2. What is lesion and what surrounds it is learned from the image inside and outside that surface, with the
       earlier scan's intensities as a memory, and the network's probability where it sees a lesion in the middle.
    3. The surface that rays through that evidence and the expectation agree on (surface) takes its place; repeated.
    4. A long axis that differs by more than 20 % from the drawn one is corrected to it.

    Where nothing can be seen the expected surface is left. The liver's outline bounds nothing: it only says where the
    network was asked.
    """
    grid = question.image.grid
    start = expected.by_mark(question.prompt, grid)
    if not ((start.center >= -0.5) & (start.center < np.array(grid.shape) - 0.5)).all():
        return None
    known = _known(question, start)
    if known is not None:
        start = expected.by_region(start, known, grid.steps_mm)
    region, window = _outlined(question, start)
    if isinstance(question.prompt, PointPrompt) and known is None:
        for _ in range(POINT_ROUNDS - 1):
            region, window = _outlined(question, _again(start, region, window, grid))
    whole = np.zeros(grid.shape, dtype=np.bool_)
    whole[window] = region
    return Mask(whole, grid)


def _known(question: LesionQuestion, start: ExpectedSurface) -> MaskArray | None:
    """The lesion as carried from the earlier scan, or as the network sees it at a point; None without either."""
    grid = question.image.grid
    if question.earlier is not None:
        carried = resample.resample_mask(question.earlier.lesion, grid, question.earlier.transform).array
        if carried.any():
            return carried
    if not isinstance(question.prompt, PointPrompt) or question.share is None:
        return None
    lesions = question.share.array >= NETWORK_LESION
    box = place.window(start.center, NETWORK_AT_MM, grid.shape, grid.steps_mm)
    far = np.linalg.norm(place.offsets(lesions[box].shape, start.center - _low(box), grid.steps_mm), axis=-1)
    near = np.where(lesions[box], far, np.inf)
    if float(near.min()) > NETWORK_AT_MM:
        return None
    k, j, i = (int(n) for n in np.array(np.unravel_index(np.argmin(near), near.shape)) + _low(box).astype(int))
    return part_at(lesions, (k, j, i))


def _again(start: ExpectedSurface, region: MaskArray, window: Window, grid: Grid) -> ExpectedSurface:
    """The ball of the region's size at its center."""
    at = np.argwhere(region)
    if not len(at):
        return start
    radius = float(np.cbrt(3 / (4 * np.pi) * len(at) * np.prod(grid.steps_mm)))
    shift = (expected.SHIFT_SD,) * 3
    return replace(start, center=at.mean(axis=0) + _low(window), semi_mm=np.full(3, radius), shift_sd=shift)


def _outlined(question: LesionQuestion, start: ExpectedSurface) -> tuple[MaskArray, Window]:
    """The lesion in a window of the image."""
    grid = question.image.grid
    around = place.around(start, question.image, question.liver, question.share)
    radius = _radius(around, start, place.remembered(question.earlier, question.image))
    region, window = _within(radius, start, grid)
    if isinstance(question.prompt, Axis) and _in_slice(question.prompt, grid):
        off = _ratio(region, question.prompt, grid)
        if abs(off - 1) > AGREES_WITHIN:
            scaled, around_it = _within(radius / max(off, 0.5), start, grid)
            if abs(_ratio(scaled, question.prompt, grid) - 1) < AGREES_WITHIN:
                region, window = scaled, around_it
    if not region.any():
        at = np.rint(start.center - _low(window)).astype(np.int64)
        region[tuple(np.clip(at, 0, np.array(region.shape) - 1))] = True
    return region, window


def _radius(around: Place, start: ExpectedSurface, earlier: tissue.Samples | None) -> Vectors:
    """Table of the lesion's radius in mm."""
    rays = sphere.directions()
    surfaces = Surfaces(start, rays)
    radius = surfaces.mean_mm
    inside, outside = FIRST_INSIDE, FIRST_OUTSIDE
    along = _along(around, start)
    for _ in range(ROUNDS):
        reach = radius[around.cell]
        core = (around.far < inside * reach) | along
        shell = (around.far > outside * reach) & (around.far < outside * reach + SHELL_MM)
        odds = tissue.log_odds(around.values, core, shell, float(np.prod(around.steps_mm)), earlier)
        if around.network is not None:
            odds = odds + around.network
        radius = surfaces.agreed(_cost(odds, around, start, rays), DEPARTURES)
        inside, outside = INSIDE, OUTSIDE
    return radius


def _along(around: Place, start: ExpectedSurface) -> MaskArray:
    """What the drawn axis crosses: lesion up to its ends, a rim too."""
    if start.ends_sd is None:
        return np.zeros(around.far.shape, dtype=np.bool_)
    forth = around.toward @ start.frame[0]
    aside = np.sqrt(np.maximum(around.far**2 - forth**2, 0))
    half = float(start.semi_mm[0])
    return np.asarray((np.abs(forth) < TUBE_LENGTH * half) & (aside < TUBE_WIDTH * half))


def _cost(odds: FloatArray, around: Place, start: ExpectedSurface, rays: Vectors) -> Vectors:
    """Minus the log odds of each ray up to each radius; smoothed over a third of the rays' distance."""
    mean = start.mean_mm(rays)
    apart = float(mean.mean()) * np.sqrt(4 * np.pi / len(rays))
    smooth = gaussian(odds, min(apart / 3, 2.0), around.steps_mm)
    radius = mean[:, None] * np.exp(DEPARTURES)
    far = np.concatenate([np.linspace(0.05, 0.95, 10) * radius[:, :1], radius], axis=1)
    at = rays[:, None, :] * far[..., None] / np.array(around.steps_mm) + around.center
    sampled = ndimage.map_coordinates(smooth, at.reshape(-1, 3).T, order=1, cval=0.0).reshape(far.shape)
    gained = np.cumsum((sampled[:, 1:] + sampled[:, :-1]) / 2 * np.diff(far, axis=1), axis=1)
    return np.asarray(-WEIGHT * gained[:, -len(DEPARTURES) :])


def _within(radius: Vectors, start: ExpectedSurface, grid: Grid) -> tuple[MaskArray, Window]:
    """What lies within a table of radii around the center, in a window of the image."""
    window = place.window(start.center, float(radius.max()), grid.shape, grid.steps_mm)
    toward = place.offsets(tuple(s.stop - s.start for s in window), start.center - _low(window), grid.steps_mm)
    return np.asarray(np.linalg.norm(toward, axis=-1) <= sphere.looked_up(radius, toward)), window


def _in_slice(axis: Axis, grid: Grid) -> bool:
    """Whether an axis was drawn in an acquired slice, to half a slice."""
    ends = grid.to_index(np.array([axis.start, axis.end]))
    return bool(abs(ends[1, 2] - ends[0, 2]) <= 0.5)


def _ratio(region: MaskArray, drawn: Axis, grid: Grid) -> float:
    """Long axis of a region over the drawn one, to a pixel."""
    if not region.any():
        return 0.0
    steps = grid.steps_mm
    return longest_in_plane_mm(region[bounding_box(region, 0, steps)], steps) / max(drawn.length_mm, min(steps))


def _low(window: Window) -> Vectors:
    return np.array([float(side.start) for side in window])
