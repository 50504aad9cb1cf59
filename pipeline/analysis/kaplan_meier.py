"""Kaplan-Meier survival with log-log confidence limits and the median.

Kaplan & Meier, JASA 1958;53:457. Greenwood's variance; limits on the log(-log) scale
(Kalbfleisch & Prentice 2002, 1.4). The estimate and its limits are those of lifelines; the
median is our own, because lifelines takes the first time at or below one half, where R's
survival takes the middle of a stretch on which the curve is exactly one half.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
from lifelines import KaplanMeierFitter

from pipeline.analysis.sample import Floats, RiskTable, Sample, tabulate

LEVEL = 0.95
"""Coverage of all confidence limits, as trials report them (CONSORT 2010, item 17a)."""
_HALF = 0.5
"""The survival at which the median lies."""
_SAME = 1.5e-8
"""Two probabilities nearer than this are equal (square root of the double's precision, as in R)."""


@dataclass(frozen=True, eq=False)
class Survival:
    """Survival after each distinct time of `table`, with 95 % limits.

    Limits are nan where survival is 0 or 1. Censored and competing
    endings alike leave the risk set: with competing events this is no probability of the
    event (see cumulative_incidence).
    """

    table: RiskTable
    survival: Floats
    ci_low: Floats
    ci_high: Floats


@dataclass(frozen=True)
class Median:
    """Median time in days with 95 % limits (Brookmeyer & Crowley 1982); nan where not reached."""

    days: float
    ci_low: float
    ci_high: float


def estimate(sample: Sample) -> Survival:
    """Estimate survival of one group; an empty group gives an empty curve."""
    table = tabulate(sample)
    if not sample.size:
        return Survival(table, table.time, table.time, table.time)
    fitted = KaplanMeierFitter(alpha=1 - LEVEL).fit(sample.days, sample.events)
    last = len(table.time)
    survival = fitted.survival_function_.to_numpy()[-last:, 0]
    limits = fitted.confidence_interval_.to_numpy()[-last:]
    limits = np.where(((survival > 0) & (survival < 1))[:, None], limits, nan)
    return Survival(table, survival, limits[:, 0], limits[:, 1])


def median(curve: Survival) -> Median:
    """Return when survival, and each of its limits, comes down to one half."""
    return Median(
        *(_crossing(curve.table.time, curve_of) for curve_of in (curve.survival, curve.ci_low, curve.ci_high))
    )


def _crossing(time: Floats, probability: Floats) -> float:
    """Return the first time at or below one half; the middle of the stretch where it is exactly that.

    Where the curve ends on one half, the stretch ends with the last time.
    """
    (reached,) = np.nonzero(probability <= _HALF + _SAME)
    if not len(reached):
        return nan
    first = reached[0]
    if abs(probability[first] - _HALF) > _SAME:
        return float(time[first])
    (below,) = np.nonzero(probability < _HALF - _SAME)
    return float((time[first] + time[below[0] if len(below) else -1]) / 2)
