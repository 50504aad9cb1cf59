"""The model of Couinaud's segments that comes with hepatrack, from its file (pipeline.measure.couinaud)."""

import json
from functools import cache

import numpy as np

from pipeline.engines import shipped
from pipeline.measure.couinaud import ShapeLayer, ShapeModel


@cache
def load() -> ShapeModel:
    """Return the model.

    Raises:
        EngineError: the file is missing, or differs from what was checked.
    """
    layers = json.loads(shipped.SEGMENTS.content())["layers"]
    return ShapeModel(
        tuple(
            ShapeLayer(np.array(layer["weights"], dtype=np.float32), np.array(layer["bias"], dtype=np.float32))
            for layer in layers
        )
    )
