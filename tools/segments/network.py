"""A small network from the features of a place to the probability of each segment, learned with NumPy alone."""

from itertools import pairwise

import numpy as np
from livers import LabelMap, bulged, cut, roughened

from pipeline.measure.couinaud import ShapeLayer, ShapeModel
from pipeline.measure.liver_shape import FEATURES, describe

WIDTH = 48
"""Units of each of the two hidden layers."""
PLACES = 1200
"""Places that are drawn from each version of a liver."""
VERSIONS = 4
"""Versions of each liver: as it is, and three that are bent, cut or roughened at random."""
EPOCHS, BATCH, FASTEST, DECAY = 8, 4096, 6e-3, 1e-2
"""Rounds, places in a step, highest learning rate, and weight decay of AdamW; own choice, tried on the eight folds."""


Drawn = tuple[np.ndarray, np.ndarray]
"""Features of places (N, FEATURES) and their segments, 0 to 7."""


def draw(labels: LabelMap, rng: np.random.Generator) -> Drawn:
    """Return places of a liver and of its changed versions."""
    drawn = [_places(version, rng) for version in versions(labels, rng)]
    return np.concatenate([pair[0] for pair in drawn]), np.concatenate([pair[1] for pair in drawn])


def learn(drawn: list[Drawn], rng: np.random.Generator) -> ShapeModel:
    """Return the network that was learned from the places of these livers."""
    features, labels = np.concatenate([pair[0] for pair in drawn]), np.concatenate([pair[1] for pair in drawn])
    mean, spread = features.mean(axis=0), features.std(axis=0)
    layers = _descended((features - mean) / spread, labels, rng)
    first = layers[0][0] / spread[:, None]
    layers[0] = (first, layers[0][1] - mean @ first)
    return ShapeModel(
        tuple(ShapeLayer(weights.astype(np.float32), bias.astype(np.float32)) for weights, bias in layers)
    )


def versions(labels: LabelMap, rng: np.random.Generator) -> list[LabelMap]:
    """Return a liver as it is and changed at random."""
    made = [labels]
    while len(made) < VERSIONS:
        changed = labels
        for change, chance in ((bulged, 0.6), (cut, 0.4), (roughened, 0.4)):
            if rng.random() < chance:
                changed = change(changed, rng)
        made.append(changed)
    return made


def _places(labels: LabelMap, rng: np.random.Generator) -> Drawn:
    liver = labels > 0
    features, truth = describe(liver), labels[liver].astype(np.int64) - 1
    some = rng.integers(len(truth), size=PLACES)
    return features[some], truth[some]


def _descended(
    features: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """AdamW on the cross entropy, the learning rate rising over a third of the steps and falling to zero."""
    sizes = (FEATURES, WIDTH, WIDTH, 8)
    values = []
    for before, after in pairwise(sizes):
        start = rng.standard_normal((before, after)) * np.sqrt(2 / before)
        values += [start.astype(np.float32), np.zeros(after, dtype=np.float32)]
    moments = [(np.zeros_like(v), np.zeros_like(v)) for v in values]
    steps = EPOCHS * (len(labels) // BATCH)
    for step in range(steps):
        if step % (len(labels) // BATCH) == 0:
            order, at = rng.permutation(len(labels)), 0
        some, at = order[at : at + BATCH], at + BATCH
        rate = np.float32(FASTEST) * np.float32(min(3 * step / steps, 1.5 * (1 - step / steps), 1.0))
        for n, slope in enumerate(_slopes(values, features[some], labels[some])):
            first = 0.9 * moments[n][0] + 0.1 * slope
            second = 0.999 * moments[n][1] + 0.001 * slope**2
            moments[n] = first, second
            scaled = (first / (1 - 0.9 ** (step + 1))) / (np.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8)
            values[n] = values[n] - rate * (scaled + (DECAY * values[n] if values[n].ndim > 1 else 0))
    return list(zip(values[::2], values[1::2], strict=True))


def _slopes(values: list[np.ndarray], features: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """The derivative of the mean cross entropy by every weight and bias."""
    first = np.maximum(features @ values[0] + values[1], 0)
    second = np.maximum(first @ values[2] + values[3], 0)
    score = second @ values[4] + values[5]
    wrong = np.exp(score - score.max(axis=1, keepdims=True))
    wrong /= wrong.sum(axis=1, keepdims=True)
    wrong[np.arange(len(labels)), labels] -= 1
    wrong /= len(labels)
    to_second = (wrong @ values[4].T) * (second > 0)
    to_first = (to_second @ values[2].T) * (first > 0)
    return [
        features.T @ to_first,
        to_first.sum(axis=0),
        first.T @ to_second,
        to_second.sum(axis=0),
        second.T @ wrong,
        wrong.sum(axis=0),
    ]
