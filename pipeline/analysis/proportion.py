"""A proportion with its exact interval (Clopper and Pearson 1934), as binom.test of R gives it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proportion:
    """How many of how many, their share and its exact interval; share and limits are None of none."""

    count: int
    of: int
    share: float | None
    lower: float | None
    upper: float | None


def clopper_pearson(count: int, of: int, level: float) -> Proportion:
    """Return the exact two-sided interval of a binomial proportion at a level of confidence (0.95).

    The limits are quantiles of beta distributions; at 0 and at all of them one limit is 0 or 1.
    """
    if of == 0:
        return Proportion(count, of, None, None, None)
    from scipy import stats  # noqa: PLC0415  scipy takes longer to import than a derivation without rates takes

    interval = stats.binomtest(count, of).proportion_ci(level, method="exact")
    return Proportion(count, of, count / of, float(interval.low), float(interval.high))
