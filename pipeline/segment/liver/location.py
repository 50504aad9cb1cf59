"""How likely liver is at a place in the trunk, before its intensity is looked at.

Only general anatomy in body coordinates, not fitted to any atlas: the liver fills the right
vault below the lung base, reaches past the spine in front only, ends about a hand's breadth
below the dome in the middle and lower down at the right wall.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.segment.liver.body import Body
from pipeline.volume.arrays import FloatArray, MaskArray, Window

UNSEEN_DOME_MM = 30.0
"""mm above a volume that does not reach the lungs where the dome is taken to lie; own choice."""
NEVER = -12.0
"""log odds of places without liver: outside the body and in the lungs; any value that no evidence outweighs."""


@dataclass(frozen=True)
class LocationPrior:
    """Log odds of liver per voxel; `core` (0 to 1) is where hardly any other organ can lie.

    below_dome is mm below the top of the right lung base per slice (or UNSEEN_DOME_MM above the volume
    where no lung base is seen).
    """

    odds: FloatArray
    core: FloatArray
    below_dome: FloatArray


@dataclass(frozen=True)
class SearchWindow:
    """The part of the coarse grid that can hold liver: smoothed intensities and what is known of each voxel."""

    array: FloatArray
    inside: MaskArray
    across: FloatArray
    depth: FloatArray
    odds: FloatArray
    core: FloatArray


def search_window(array: FloatArray, body: Body, prior: LocationPrior, window: Window) -> SearchWindow:
    """Return a window of the intensities, the body and the place prior."""
    return SearchWindow(
        array[window],
        body.inside[window],
        body.across[window],
        body.depth[window],
        prior.odds[window],
        prior.core[window],
    )


def prior(body: Body, step: float) -> LocationPrior:
    """Return the place prior of a trunk on a grid of isotropic step in mm."""
    below = _below_dome(body, step)[:, None, None].astype(np.float32)
    rear = _rear_limit(body, below)
    odds: NDArray[np.float64] = np.full(body.inside.shape, 1.0)
    left_limit = np.interp(below, [-20.0, 0.0, 30.0, 120.0, 190.0], [-0.1, 0.1, 0.55, 0.55, -0.4])
    odds += np.clip((left_limit - body.across) / 0.12, -8, 1)
    odds += np.clip((rear - body.back) / 0.06, -8, 1)
    odds += np.clip(body.depth / 2.0, -6, 0.5)
    odds -= np.clip((below - 140.0) / 20.0, 0, 4)
    odds -= np.clip((-8.0 - below) / 4.0, 0, 6)
    odds -= np.clip(body.roof / 6.0, 0, 4)
    odds -= _heart(body, step)
    core = _core(body, below, rear)
    odds += 1.5 * core
    odds[~body.inside | body.lungs] = NEVER
    return LocationPrior(odds.astype(np.float32), core, below[:, 0, 0].astype(np.float32))


def _below_dome(body: Body, step: float) -> NDArray[np.float64]:
    """Return mm below the right dome per slice."""
    slices = body.inside.shape[0]
    right = (body.lungs & (body.across < -0.2) & (body.back < 0.7)).any(axis=0)
    dome = slices - 1 + UNSEEN_DOME_MM / step
    if body.roof.max() > 0 and right.sum() * step**2 > 200.0:
        dome = float(np.percentile(-body.roof[0][right], 90)) / step
    out: NDArray[np.float64] = np.asarray((dome - np.arange(slices)) * step, dtype=np.float64)
    return out


def _rear_limit(body: Body, below: FloatArray) -> FloatArray:
    """Return the rear limit of the liver in the coordinate `back`.

    A line from the rear right wall over the vena cava to the front of the left side; lower
    down the middle belongs to duodenum, pancreas and kidney, and the limit moves forward.
    """
    lower = 0.2 * np.clip((below - 60.0) / 60.0, 0, 1)
    line = 0.55 - 0.55 * np.minimum(body.across, 0.1) - 0.25 * np.maximum(body.across - 0.1, 0)
    out: FloatArray = (line - lower * _step(body.across + 0.45, 0.05)).astype(np.float32)
    return out


def _heart(body: Body, step: float) -> NDArray[np.float64]:
    """Return the penalty in the middle and left above the level where the left lung comes to the front.

    There the heart lies between the lungs; the left lobe ends below it.
    """
    slices = body.inside.shape[0]
    front_left = (body.lungs & (body.across > 0.1) & (body.back < 0.5)).sum(axis=(1, 2)) * step**2 > 100.0
    if not front_left.any():
        return np.zeros((1, 1, 1))
    rise = (np.arange(slices) - int(front_left.argmax())) * step
    above = np.clip(rise / 2.0 + 3.0, 0, 8)
    lung_above = np.logical_or.accumulate(body.lungs[::-1], axis=0)[::-1]
    out: NDArray[np.float64] = above[:, None, None] * _step(body.across + 0.15, 0.04) * ~lung_above
    return out


def _core(body: Body, below: FloatArray, rear: FloatArray) -> FloatArray:
    """Return where little but liver can lie: at the right, under the dome, inside the wall, off the kidney."""
    limit = np.interp(below, [0.0, 60.0, 110.0], [-0.2, -0.35, -0.55])
    core = _step(limit - body.across, 0.06) * _step(below - 10.0, 6.0) * _step(110.0 - below, 12.0)
    core *= _step(rear - 0.05 - body.back, 0.05) * _step(body.depth, 3.0)
    kidney = _step(body.back - 0.5, 0.04) * _step(body.across + 0.55, 0.04) * _step(below - 45.0, 8.0)
    out: FloatArray = (core * (1 - kidney)).astype(np.float32)
    return out


def _step(distance: NDArray[np.floating], width: float) -> NDArray[np.float64]:
    """Return a smooth step from 0 to 1 at distance 0."""
    out: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(distance / width, -40, 40)))
    return out
