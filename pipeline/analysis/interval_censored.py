"""Survival from intervals (L, R] in which the event happened: the NPMLE of Turnbull by EM-ICM.

Turnbull, JRSS B 1976;38:290; Wellner & Zhan, JASA 1997;92:945. Own code: lifelines' npmle
takes a jump at L to be inside (L, R].
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from pipeline.analysis.sample import Booleans, Floats

_GAP = 1e-10
"""The estimate is the maximum once no direction raises the mean log-likelihood by more than this per unit of mass."""
_ROUNDS = 20_000
"""The most steps of EM and ICM before the estimate is given up as not settling; own choice."""
_NO_MASS = 1e-12
"""A probability up to this is none; own choice, far below 1 / subjects."""
_HALVINGS = 20
"""How often a step is halved until the likelihood rises; own choice: a millionth of a step is none."""


@dataclass(frozen=True, eq=False)
class Intervals:
    """Where the event of each subject lies: after left, at or before right, in days.

    right is inf where it has not happened; left equal to right is an exactly known day.

    Raises:
        ValueError: the two differ in length, or one is not 0 <= left <= right with a finite left.
    """

    left: Floats
    right: Floats

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape or self.left.ndim != 1:
            raise ValueError(f"{self.left.shape} left and {self.right.shape} right ends; expected one of each")
        if not (np.isfinite(self.left) & (self.left >= 0) & (self.left <= self.right)).all():
            raise ValueError("expected 0 <= left <= right and a finite left")


@dataclass(frozen=True, eq=False)
class Mass:
    """Probability of the event in each innermost interval (left, right]; left equals right for an exact day.

    Within an interval the data do not say when. survival is that after its right end. A last interval with right
    inf holds who may never have the event.
    """

    left: Floats
    right: Floats
    probability: Floats
    survival: Floats
    log_likelihood: float


def estimate(intervals: Intervals) -> Mass:
    """Estimate the distribution that makes the intervals most likely; empty for no subject."""
    left, right = innermost(intervals)
    inside = _contains(intervals, left, right)
    probability = _maximize(inside) if len(left) else left
    kept = probability > _NO_MASS
    left, right, probability = left[kept], right[kept], probability[kept]
    survival = np.maximum(1 - np.cumsum(probability), 0.0)
    likelihood = float(np.log(inside[:, kept] @ probability).sum()) if len(left) else 0.0
    return Mass(left, right, probability, survival, likelihood)


def innermost(intervals: Intervals) -> tuple[Floats, Floats]:
    """Return the intervals that can hold mass: a left end followed at once by a right end.

    Ends at one day sort so: an exact day opens, intervals close, then intervals open.
    """
    exact = intervals.left == intervals.right
    days = np.concatenate([intervals.left, intervals.right])
    opens = np.repeat([True, False], len(exact))
    rank = np.concatenate([np.where(exact, 0, 2), np.ones(len(exact))])
    order = np.lexsort((rank, days))
    days, opens = days[order], opens[order]
    (at,) = np.nonzero(opens[:-1] & ~opens[1:])
    return days[at], days[at + 1]


def _contains(intervals: Intervals, left: Floats, right: Floats) -> Booleans:
    """Tell which innermost interval (column) lies in which subject's interval (row)."""
    low, high = intervals.left[:, None], intervals.right[:, None]
    exact = low == high
    point = left == right
    return np.asarray(
        np.where(exact, point & (left == low), (left >= low) & (right <= high) & ~(point & (left == low)))
    )


def _maximize(inside: Booleans) -> Floats:
    """Return the masses of maximum likelihood: a step of EM, then one of ICM, until no direction is better."""
    hits = inside.astype(np.float64)
    mass = np.full(hits.shape[1], 1 / hits.shape[1])
    for _ in range(_ROUNDS):
        gain = hits.T @ (1 / (hits @ mass)) / len(hits)
        if gain.max() <= 1 + _GAP:
            return mass
        mass = _convex_minorant(hits, mass * gain)
    raise ArithmeticError(f"NPMLE of {len(hits)} intervals: no maximum after {_ROUNDS} rounds")


def _convex_minorant(hits: Floats, mass: Floats) -> Floats:
    """Move the distribution function to the isotonic regression of its Newton step, as far as the likelihood rises."""
    if len(mass) < 2:
        return mass
    change = hits[:, :-1] - hits[:, 1:]
    share = change / (hits @ mass)[:, None]
    curvature = (share**2).sum(axis=0)
    before = np.cumsum(mass)[:-1]
    target = isotonic_regression(before + share.sum(axis=0) / curvature, weights=curvature).x
    aim = np.diff(np.clip(target, 0, 1), prepend=0.0, append=1.0)
    before_step = np.log(hits @ mass).sum()
    for step in 0.5 ** np.arange(_HALVINGS):
        tried = mass + step * (aim - mass)
        reached = hits @ tried
        if (reached > 0).all() and np.log(reached).sum() > before_step:
            return np.asarray(tried)
    return mass
