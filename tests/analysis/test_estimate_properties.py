"""What holds for every sample: order and unit do not matter, curves are monotone, numbers are possible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis import estimates, interval_censored
from pipeline.analysis.estimates import Estimates, Group
from pipeline.analysis.interval_censored import Intervals
from pipeline.analysis.sample import Ending, Sample, pool

SUBJECT = st.tuples(st.integers(0, 12), st.sampled_from(list(Ending)))
ARM = st.lists(SUBJECT, min_size=1, max_size=9)
ARMS = st.lists(ARM, min_size=2, max_size=3)
INTERVAL = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20))


def _estimates(arms: list[list[tuple[int, Ending]]], scale: float = 1.0) -> Estimates:
    samples = tuple(
        Sample(np.array([d * scale for d, _ in arm]), np.array([e for _, e in arm], dtype=np.int64)) for arm in arms
    )
    groups = tuple(Group(str(number), sample) for number, sample in enumerate(samples))
    return estimates.estimate(Group("all", pool(samples)[0]), groups, competing=True)


def _numbers(found: Estimates) -> list[float]:
    tests = [test.statistic if test else -1.0 for test in (found.log_rank, found.gray)]
    ratios = [contrast.ratio.log_ratio if contrast.ratio else np.inf for contrast in found.contrasts]
    return [*tests, *ratios]


@given(ARMS, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_subjects_and_unit_of_time_do_not_matter(arms: list[list[tuple[int, Ending]]], random: object) -> None:
    shuffled = [random.sample(arm, len(arm)) for arm in arms]  # type: ignore[attr-defined]
    one, other = _estimates(arms), _estimates(shuffled, scale=2.0)
    assert _numbers(one) == pytest.approx(_numbers(other), rel=1e-7, abs=1e-7)
    assert one.whole.survival.survival == pytest.approx(other.whole.survival.survival)
    assert one.whole.median.days * 2 == pytest.approx(other.whole.median.days, nan_ok=True)


@given(ARMS)
@settings(max_examples=30, deadline=None)
def test_curves_are_monotone_and_probabilities_add_up(arms: list[list[tuple[int, Ending]]]) -> None:
    for group in _estimates(arms).arms:
        assert group.incidence is not None
        survival, incidence = group.survival.survival, group.incidence.incidence
        assert (np.diff(survival, prepend=1.0) <= 1e-12).all()
        assert (np.diff(incidence, prepend=0.0) >= -1e-12).all()
        assert (incidence <= 1 - survival + 1e-12).all()
        inside = ~np.isnan(group.incidence.ci_low)
        assert (group.incidence.ci_low[inside] <= incidence[inside] + 1e-12).all()
        assert (group.incidence.ci_high[inside] >= incidence[inside] - 1e-12).all()


@given(st.lists(INTERVAL, min_size=1, max_size=14))
@settings(max_examples=50, deadline=None)
def test_npmle_is_the_maximum(pairs: list[tuple[int, int | None]]) -> None:
    """The likelihood's derivative toward each innermost interval is 1 where there is mass and at most 1 elsewhere."""
    left = np.array([float(a) for a, _ in pairs])
    right = np.array([np.inf if b is None else float(a + b) for a, b in pairs])
    intervals = Intervals(left, right)
    found = interval_censored.estimate(intervals)
    assert found.probability.sum() == pytest.approx(1, abs=1e-9)
    mass = dict(zip(zip(found.left, found.right, strict=True), found.probability, strict=True))

    def holds(low: float, high: float, place: tuple[float, float]) -> bool:
        if low == high:
            return place == (low, low)
        return low <= place[0] and place[1] <= high and place != (low, low)

    chance = [sum(p for place, p in mass.items() if holds(a, b, place)) for a, b in zip(left, right, strict=True)]
    for place in zip(*interval_censored.innermost(intervals), strict=True):
        inside = [1 / c for a, b, c in zip(left, right, chance, strict=True) if holds(a, b, place)]
        derivative = sum(inside) / len(pairs)
        assert derivative <= 1 + 1e-8
        if mass.get(place, 0) > 1e-6:
            assert derivative == pytest.approx(1, abs=1e-4)
