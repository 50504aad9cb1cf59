"""The part of its input that the liver network computes at full resolution, and how padding counts beside it.

The network normalizes each of its layers by mean and deviation over the whole padded input (instance normalization,
Ulyanov et al. 2016, arXiv:1607.08022). So padding is no waste that could be cut off: without it the averages, and with
them the outline, are others (Dice 0.53 instead of 0.96 on HCC_011). But its results are known. The network is therefore
handed the body with a rim of padding, and counts: how many voxels of the whole each voxel of the part stands for
(tools/networks/onnx_graph.py). Before the networks join, this is exact; after it, features of the padding that came
from deep layers are taken from the rim.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AXES = ("slices", "rows", "columns")
"""Names of the array's axes in the network's inputs."""
POOLED = 3
"""Voxels along each axis that the network's first pooling takes together."""
DEEPEST = 27
"""Voxels along each axis of a voxel of the network's deepest level: sizes of the whole are multiples of it."""
LOST = 13
"""Voxels at each end of an axis that the network gives no answer for."""
RIM = 15
"""Voxels of padding around the body, a multiple of three. Own choice: with 15 the outline agrees with that of the whole
input by a Dice of 0.9965 and more at 0.58 of its time, with 9 by 0.985 (HCC_007 and 015)."""
STANDS_FOR_PADDING = 4
"""Index of the voxel from a cut end that counts for the padding beyond it; clear of the end and of the body."""


@dataclass(frozen=True)
class Side:
    """One axis of a frame: `size` voxels from `start` on, of `whole`; start and size are multiples of three."""

    whole: int
    start: int
    size: int

    @property
    def inner(self) -> tuple[int, int]:
        """Where the answer begins and ends in the part: not in the network's rim, not at a cut end."""
        first = max(LOST - self.start, 1 if self.start else 0)
        after = self.whole - self.start - self.size
        return first, self.size - max(LOST - after, 1 if after else 0)

    def shares(self, first: int, last: int, lost: int) -> NDArray[np.float32]:
        """Share of the whole, less what is lost at its ends, that each voxel first..last of the part stands for."""
        counts = np.ones(last - first, dtype=np.float64)
        before, after = self.start + first - lost, self.whole - lost - self.start - last
        for missing, ends in ((before, counts), (after, counts[::-1])):
            if missing:
                ends[:STANDS_FOR_PADDING] = 0
                ends[STANDS_FOR_PADDING] += missing + STANDS_FOR_PADDING
        shares: NDArray[np.float32] = (counts / counts.sum()).astype(np.float32)[:, None]
        return shares

    @property
    def spread(self) -> NDArray[np.int64]:
        """Pooled voxel of the part for each pooled voxel of the whole; ends stay ends."""
        count, last = self.whole // POOLED, self.size // POOLED - 1
        at = np.arange(count) - self.start // POOLED
        if self.start:
            at = np.maximum(at, 1)
        if self.start + self.size < self.whole:
            at = np.minimum(at, last - 1)
        at[0], at[-1] = 0, last
        return at.astype(np.int64)


@dataclass(frozen=True)
class Frame:
    """A box of the whole input, by its sides along (slices, rows, columns)."""

    sides: tuple[Side, Side, Side]

    def inputs(self) -> dict[str, NDArray[np.float32] | NDArray[np.int64]]:
        """What the network is given beside the image."""
        given: dict[str, NDArray[np.float32] | NDArray[np.int64]] = {}
        for name, side in zip(AXES, self.sides, strict=True):
            given[f"outer_{name}"] = side.shares(0, side.size, 0)
            given[f"inner_{name}"] = side.shares(*side.inner, LOST)
            given[f"spread_{name}"] = side.spread
        starts, ends = zip(*(side.inner for side in self.sides), strict=True)
        offsets = [side.start - LOST for side in self.sides]
        given["fine_from"], given["fine_to"] = np.array(starts, np.int64), np.array(ends, np.int64)
        given["deep_from"] = np.array([at + by for at, by in zip(starts, offsets, strict=True)], np.int64)
        given["deep_to"] = np.array([at + by for at, by in zip(ends, offsets, strict=True)], np.int64)
        return given
