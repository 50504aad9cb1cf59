"""Guess the Couinaud segment of a lesion from the shape of the liver's outline.

Segments are bounded by hepatic and portal veins, which an outline does not show: what comes out is a guess with a
probability, never a finding. How often it is right: docs/methods/location.md.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.measure import liver_shape
from pipeline.measure.liver_shape import Places
from pipeline.model.grid import IN_FILES_MM
from pipeline.model.image import Mask
from pipeline.volume.arrays import FloatArray

SEGMENTS = tuple(range(1, 9))
"""Couinaud's segments; the caudate lobe is 1."""
LEFT = (2, 3, 4)
"""Segments of the left lobe."""
RIGHT = (5, 6, 7, 8)
"""Segments of the right lobe; the caudate lobe (1) belongs to neither."""


@dataclass(frozen=True)
class ShapeLayer:
    """One layer of a network: weights (inputs, outputs) and bias (outputs)."""

    weights: FloatArray
    bias: FloatArray


@dataclass(frozen=True)
class ShapeModel:
    """What was learned of the shapes of livers: layers from the features of a place to a score of each segment.

    Raises:
        ValueError: the layers do not lead from the features of `liver_shape` to eight segments.
    """

    layers: tuple[ShapeLayer, ...]

    def __post_init__(self) -> None:
        sizes = [layer.weights.shape for layer in self.layers]
        expected = list(pairwise([liver_shape.FEATURES, *(len(layer.bias) for layer in self.layers)]))
        if sizes != expected or not sizes or sizes[-1][1] != len(SEGMENTS):
            raise ValueError(f"layers {sizes}; expected to lead from {liver_shape.FEATURES} features to 8 segments")

    def probabilities(self, places: Places) -> FloatArray:
        """Return the probability of each segment (N, 8) at places (N, features)."""
        values = places
        for layer in self.layers[:-1]:
            values = np.maximum(values @ layer.weights + layer.bias, 0.0)
        scores = values @ self.layers[-1].weights + self.layers[-1].bias
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: FloatArray = shares / shares.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True)
class Guess:
    """The probability of segments 1 to 8 for a lesion; of no liver's shape and no lesion none, with the reason."""

    probabilities: tuple[float, ...] = ()
    reason: str = ""

    def of(self, *segments: int) -> float:
        """Return the probability that it is one of these segments."""
        return sum(self.probabilities[segment - 1] for segment in segments)

    @property
    def ranked(self) -> tuple[int, ...]:
        """The segments from the likeliest down; equal ones in their order."""
        return tuple(sorted(SEGMENTS[: len(self.probabilities)], key=lambda segment: -self.of(segment)))


def guess(lesion: Mask, liver: Mask, model: ShapeModel) -> Guess:
    """Return the segment that most of a lesion lies in, by probability: the mean over its places.

    The lesion belongs to the liver's shape, also where it bulges out of the outline. Both masks lie on one grid of any
    orientation and spacing. Too little liver to have its shape, or an empty lesion: no answer but a reason.

    Raises:
        ValueError: the masks lie on different grids.
    """
    if not lesion.grid.same_as(liver.grid, IN_FILES_MM):
        raise ValueError(f"lesion on {lesion.grid}, liver on {liver.grid}; expected the same grid")
    if not lesion.array.any():
        return Guess(reason="there is no lesion")
    if liver.volume_ml < liver_shape.LEAST_ML:
        return Guess(reason=f"the liver has {liver.volume_ml:.0f} ml; expected at least {liver_shape.LEAST_ML:.0f}")
    whole = liver_shape.shape(Mask(liver.array | lesion.array, liver.grid))
    at = liver_shape.voxels_of(lesion, whole)
    shares = model.probabilities(liver_shape.describe(whole.array)[at])
    return Guess(tuple(float(share) for share in shares.mean(axis=0)))
