"""Intervals and agreement by hand."""

from math import isnan, sqrt

import numpy as np
import pytest

from tests.benchmarks.accuracy import overlap, scores
from tests.benchmarks.accuracy.phantom import GRID


def test_wilson() -> None:
    """9 of 10: 0.596 to 0.982 (Newcombe 1998, method 3, by the formula)."""
    found = scores.share([True] * 9 + [False])
    assert (round(found.low, 3), found.value, round(found.high, 3), found.n) == (0.596, 0.9, 0.982, 10)
    assert scores.share([]).n == 0
    assert isnan(scores.share([]).value)


def test_bootstrap_keeps_the_values_of_a_group_together() -> None:
    """Two groups, each constant: a draw is one, the other or both, never a mixture within."""
    found = scores.bootstrap([1.0] * 5 + [3.0] * 5, ["a"] * 5 + ["b"] * 5, scores.mean)
    assert (found.low, found.value, found.high) == (1.0, 2.0, 3.0)


def test_limits_of_agreement() -> None:
    """Bias 1 mm, standard deviation sqrt(2): 1 plus and minus 2.77 mm."""
    bias, low, high = scores.agreement([0.0, 2.0])
    assert bias == 1.0
    assert high - bias == pytest.approx(1.959964 * sqrt(2))
    assert bias - low == pytest.approx(high - bias)


def test_reliability_and_brier() -> None:
    sure, right = [0.55, 0.55, 0.95], [True, False, True]
    low, high = scores.reliability(sure, right, (0.5, 0.9, 1.01))
    assert (low[0], low[1], low[2].value, low[2].n) == (0.5, 0.55, 0.5, 2)
    assert (high[2].value, high[2].n) == (1.0, 1)
    assert scores.brier(sure, right) == pytest.approx((0.45**2 + 0.55**2 + 0.05**2) / 3)


def test_surfaces_of_shifted_boxes() -> None:
    """Two equal boxes a voxel (1.2 mm) apart: Dice 9/10; surfaces nearer than the shift, for sides slide on sides."""
    one = np.zeros(GRID.shape, dtype=bool)
    one[10:20, 40:60, 40:50] = True
    other = np.roll(one, 1, axis=2)
    assert overlap.dice(one, other) == pytest.approx(0.9)
    assert 0 < overlap.surface_mm(one, other, GRID) < 1.2
    assert overlap.surface_mm(one, one, GRID) == 0
    assert isnan(overlap.surface_mm(one, np.zeros_like(one), GRID))
