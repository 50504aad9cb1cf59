"""The region of least energy: evidence per voxel against the length of a border along weak edges."""

import numpy as np

from pipeline.volume.arrays import FloatArray

STEP = 0.28
"""Step of both variables, without unit; stable below 1 / sqrt(12), twelve being the squared norm of the differences
(Chambolle and Pock 2011)."""


def edge_weights(array: FloatArray, contrast: float, smoothness: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the cost of a border between neighbors along k, j and i.

    The cost falls from `smoothness` in flat tissue to a twentieth of it where neighbors
    differ by much more than `contrast` (intensity units).
    """
    weights = []
    for axis in range(3):
        step = np.diff(array, axis=axis) / contrast
        cost = smoothness * np.maximum(np.exp(-(step**2) / 2), 0.05)
        weights.append(cost.astype(np.float32))
    return weights[0], weights[1], weights[2]


def cut(
    evidence: FloatArray, weights: tuple[FloatArray, FloatArray, FloatArray], start: FloatArray, rounds: int
) -> FloatArray:
    """Return the share (0 to 1) of each voxel in the region that minimizes the energy.

    Energy: sum of -evidence over the region plus the weights of the edges it cuts
    (evidence is a log odds, positive inside). The convex relaxation is solved by the
    primal-dual iteration of Chambolle and Pock 2011, whose
    solution is the minimal cut wherever it is 0 or 1. `start` is a first guess.
    """
    share = start.astype(np.float32).copy()
    ahead = share.copy()
    duals = [np.zeros_like(weight) for weight in weights]
    floors = [-weight for weight in weights]
    room = [np.empty_like(weight) for weight in weights]
    pull = (STEP * evidence).astype(np.float32)
    push = np.empty_like(pull)
    for _ in range(rounds):
        push[:] = pull
        for axis, (dual, weight, floor, spare) in enumerate(zip(duals, weights, floors, room, strict=True)):
            before, after = _halves(ahead, axis)
            np.subtract(after, before, out=spare)
            np.multiply(spare, STEP, out=spare)
            np.add(dual, spare, out=dual)
            np.minimum(dual, weight, out=dual)  # np.clip is several times slower with arrays as limits
            np.maximum(dual, floor, out=dual)
            np.multiply(dual, STEP, out=spare)
            low, high = _halves(push, axis)
            np.add(low, spare, out=low)
            np.subtract(high, spare, out=high)
        np.add(push, share, out=push)
        np.clip(push, 0.0, 1.0, out=push)
        np.multiply(push, 2.0, out=ahead)
        np.subtract(ahead, share, out=ahead)
        share, push = push, share
    return share


def _halves(array: FloatArray, axis: int) -> tuple[FloatArray, FloatArray]:
    """Return views without the last and without the first plane along an axis."""
    index = [slice(None)] * 3
    index[axis] = slice(None, -1)
    low = array[tuple(index)]
    index[axis] = slice(1, None)
    return low, array[tuple(index)]
