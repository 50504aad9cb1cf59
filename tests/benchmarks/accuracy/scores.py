"""Shares, means and errors with their 95 % intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

Z = 1.959964
"""Quantile of the normal distribution for 95 %."""
DRAWS = 2000
"""Bootstrap draws."""


@dataclass(frozen=True)
class Score:
    """A value with its 95 % interval and the number it rests on; the value is NaN without any."""

    value: float
    low: float
    high: float
    n: int


def share(hits: Sequence[bool]) -> Score:
    """Return a share with Wilson's interval."""
    n = len(hits)
    if not n:
        return Score(float("nan"), float("nan"), float("nan"), 0)
    p = sum(hits) / n
    center, half = p + Z**2 / (2 * n), Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return Score(p, (center - half) / (1 + Z**2 / n), (center + half) / (1 + Z**2 / n), n)


def bootstrap(
    values: Sequence[float], groups: Sequence[str], of: Callable[[np.ndarray], float], seed: int = 1
) -> Score:
    """Return a statistic with the interval of a bootstrap over groups: values of one case fall or rise together."""
    array, names = np.array(values, dtype=float), np.array(groups)
    if not len(array):
        return Score(float("nan"), float("nan"), float("nan"), 0)
    parts = [array[names == name] for name in sorted(set(groups))]
    rng = np.random.default_rng(seed)
    drawn = [of(np.concatenate([parts[i] for i in rng.integers(len(parts), size=len(parts))])) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Score(float(of(array)), float(low), float(high), len(array))


def mean(values: np.ndarray) -> float:
    """Return the mean."""
    return float(values.mean())


def rms(values: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((values**2).mean()))


def agreement(differences: Sequence[float]) -> tuple[float, float, float]:
    """Return bias and 95 % limits of agreement (Bland and Altman 1986)."""
    array = np.array(differences, dtype=float)
    if len(array) < 2:
        return (float("nan"),) * 3
    bias, sd = float(array.mean()), float(array.std(ddof=1))
    return bias, bias - Z * sd, bias + Z * sd


def reliability(
    confidences: Sequence[float], right: Sequence[bool], edges: Sequence[float]
) -> list[tuple[float, float, Score]]:
    """Return for each bin its lower edge, the mean confidence in it, and the share that was right."""
    bins = []
    for low, high in pairwise(edges):
        inside = [(c, r) for c, r in zip(confidences, right, strict=True) if low <= c < high]
        if inside:
            bins.append((low, float(np.mean([c for c, _ in inside])), share([r for _, r in inside])))
    return bins


def brier(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean square of confidence against truth; NaN without any."""
    if not confidences:
        return float("nan")
    return float(np.mean((np.array(confidences) - np.array(right, dtype=float)) ** 2))
