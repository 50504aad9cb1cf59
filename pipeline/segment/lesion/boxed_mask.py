"""A mask kept in the box around it, so that work on one lesion does not touch the whole image."""

from dataclasses import dataclass

import numpy as np

from pipeline.segment.lesion.smooth import spread_out
from pipeline.volume.arrays import VOXELS, MaskArray, StepsMm, Window
from pipeline.volume.region import bounding_box


@dataclass(frozen=True)
class BoxedMask:
    """A mask in a window of a whole array."""

    window: Window
    mask: MaskArray

    @staticmethod
    def of(mask: MaskArray, window: Window | None = None) -> "BoxedMask":
        """A mask of at least one voxel, cut to its box; window is where the given mask lies."""
        inner = bounding_box(mask, 0.0, VOXELS)
        return BoxedMask(inner if window is None else shifted(inner, window), mask[inner])

    @property
    def size(self) -> int:
        """Voxels in the mask."""
        return int(np.count_nonzero(self.mask))

    def on(self, window: Window) -> MaskArray:
        """The mask in another window; what lies outside that is cut off."""
        out = np.zeros([side.stop - side.start for side in window], dtype=np.bool_)
        pairs = list(zip(self.window, window, strict=True))
        if any(a.stop <= b.start or b.stop <= a.start for a, b in pairs):
            return out
        common = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in pairs]
        target = tuple(slice(c.start - b.start, c.stop - b.start) for c, b in zip(common, window, strict=True))
        source = tuple(slice(c.start - a.start, c.stop - a.start) for c, a in zip(common, self.window, strict=True))
        out[target] = self.mask[source]
        return out

    def grown(self, margin_mm: float, steps_mm: StepsMm, shape: tuple[int, ...]) -> Window:
        """The window widened by a margin, inside an array of this shape."""
        sides = []
        for side, step, n in zip(self.window, steps_mm, shape, strict=True):
            extra = int(np.ceil(margin_mm / step))
            sides.append(slice(max(side.start - extra, 0), min(side.stop + extra, n)))
        return sides[0], sides[1], sides[2]

    def joined(self, other: "BoxedMask") -> "BoxedMask":
        """Both masks in the smallest window that holds both."""
        sides = [
            slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(self.window, other.window, strict=True)
        ]
        window = (sides[0], sides[1], sides[2])
        return BoxedMask(window, self.on(window) | other.on(window))

    def magnified(self, factor: int, shape: tuple[int, ...]) -> "BoxedMask":
        """The region of a pooled array on the array of this shape it was pooled from."""
        if factor == 1:
            return self
        k, j, i = self.window
        sides = [slice(s.start * factor, min(s.stop * factor, n)) for s, n in zip((j, i), shape[1:], strict=True)]
        window = (k, sides[0], sides[1])
        return BoxedMask(window, spread_out(self.mask, factor, tuple(s.stop - s.start for s in window)))


def shifted(inner: Window, outer: Window) -> Window:
    """A window given inside another one, in the whole array."""
    sides = [slice(a.start + b.start, a.stop + b.start) for a, b in zip(inner, outer, strict=True)]
    return sides[0], sides[1], sides[2]


def inside(window: Window, outer: Window) -> Window:
    """A window of the whole array as seen from another one that holds it."""
    sides = [slice(a.start - b.start, a.stop - b.start) for a, b in zip(window, outer, strict=True)]
    return sides[0], sides[1], sides[2]
