"""What the lesion network is asked about a liver: all of it at once, in pieces only where that needs too much memory.

The network looks 44 mm and more beyond what it answers for, and normalizes over all that it is given, so that pieces
differ at their seams: a tumor of 11 cm that was cut came out with half of it missing (HCC_007). What lies beyond the
liver's box is padding; of that the network is given a rim, and counts the rest (frame.py says how).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.segment.network.frame import AXES
from pipeline.volume.arrays import VOXELS, MaskArray, Window
from pipeline.volume.region import bounding_box

LOST = (44, 88, 88)
"""Voxels along (slices, rows, columns) by which an answer is smaller than its input, half of them at each end."""
RULE = (2, 4, 4)
"""Voxels along (slices, rows, columns) that sizes of an answer leave when divided by eight (STEP)."""
STEP = 8
"""Voxels along each axis of a voxel of the network's deepest level."""
CUT = (16, 36, 36)
"""Voxels at an end along (slices, rows, columns) that are counted instead of computed where nothing but padding lies
there; what stays beside the liver is 6 and 8, more than the first pooling sees."""
FIRST = (0, 2, 2)
"""Voxels along (slices, rows, columns) that the first convolution narrows an array by."""
FINE = (2, 4, 4)
"""Voxels likewise that all convolutions before the first pooling narrow it by."""
KEPT = (40, 80, 80)
"""Voxels likewise by which what skips the other levels is narrower than what enters the first pooling."""
POOLED = 2
"""Voxels along each axis that a pooling takes together."""
MOST_VOXELS = 6_000_000
"""Voxels of an input at most: about 2.5 GB while the network runs; own choice, above a liver of 2 liters."""


@dataclass(frozen=True)
class Piece:
    """Some of the liver: where it is, and the window around that whose size fits the network; that may leave the array.

    cuts: voxels along (slices, rows, columns), before and after, that are padding alone and counted only.
    """

    held: Window
    answer: Window
    cuts: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]

    @property
    def asked(self) -> Window:
        """What the network is given."""
        k, j, i = (
            slice(side.start - lost // 2 + before, side.stop + lost // 2 - after)
            for side, lost, (before, after) in zip(self.answer, LOST, self.cuts, strict=True)
        )
        return k, j, i

    @property
    def within_answer(self) -> Window:
        """The liver's place in the answer."""
        k, j, i = (
            slice(held.start - answer.start, held.stop - answer.start)
            for held, answer in zip(self.held, self.answer, strict=True)
        )
        return k, j, i

    def inputs(self) -> dict[str, NDArray[np.float32] | NDArray[np.int64]]:
        """What the network is given beside the image."""
        given: dict[str, NDArray[np.float32] | NDArray[np.int64]] = {}
        starts, ends = [], []
        for axis, (before, after) in enumerate(self.cuts):
            size = self.asked[axis].stop - self.asked[axis].start
            whole = size + before + after
            counts = np.ones(size - FIRST[axis])
            counts[0] += before
            counts[-1] += after
            given[f"outer_{AXES[axis]}"] = (counts / counts.sum()).astype(np.float32)[:, None]
            last = (size - FINE[axis]) // POOLED - 1
            at = np.arange((whole - FINE[axis]) // POOLED) - before // POOLED
            given[f"spread_{AXES[axis]}"] = np.clip(at, 0, last).astype(np.int64)
            starts.append(KEPT[axis] // 2 - before)
            ends.append(whole - FINE[axis] - KEPT[axis] // 2 - before)
        given["fine_from"], given["fine_to"] = np.array(starts, np.int64), np.array(ends, np.int64)
        return given


def pieces(grown: MaskArray) -> Iterator[Piece]:
    """Yield pieces that hold every voxel of a liver once; each is halved until it needs at most MOST_VOXELS."""
    k, j, i = grown.shape
    yield from _pieces(grown, (slice(0, k), slice(0, j), slice(0, i)))


def _pieces(grown: MaskArray, window: Window) -> Iterator[Piece]:
    if not grown[window].any():
        return
    inner = bounding_box(grown[window], 0, VOXELS)
    k, j, i = (
        slice(outer.start + side.start, outer.start + side.stop) for outer, side in zip(window, inner, strict=True)
    )
    held = (k, j, i)
    sizes = [side.stop - side.start for side in held]
    piece = Piece(held, _fitted(held), _cuts(held, grown.shape))
    if math.prod(side.stop - side.start for side in piece.asked) <= MOST_VOXELS or max(sizes) == 1:
        yield piece
        return
    axis = int(np.argmax(np.array(sizes) / LOST))
    middle = (held[axis].start + held[axis].stop) // 2
    for half in (slice(held[axis].start, middle), slice(middle, held[axis].stop)):
        a, b, c = (half if other == axis else held[other] for other in range(3))
        yield from _pieces(grown, (a, b, c))


def _fitted(held: Window) -> Window:
    """The least window around a piece whose size is RULE and a multiple of STEP."""
    sides = []
    for side, rule in zip(held, RULE, strict=True):
        size = side.stop - side.start
        fitted = max(math.ceil((size - rule) / STEP), 0) * STEP + rule
        start = side.start - (fitted - size) // 2
        sides.append(slice(start, start + fitted))
    return sides[0], sides[1], sides[2]


def _cuts(held: Window, shape: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """What can be cut off: ends beyond which the array has nothing more."""
    k, j, i = (
        (cut if side.start == 0 else 0, cut if side.stop == size else 0)
        for side, size, cut in zip(held, shape, CUT, strict=True)
    )
    return k, j, i
