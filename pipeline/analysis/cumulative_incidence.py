"""Cumulative incidence of an event that a competing event can prevent (Aalen-Johansen).

Estimate: Kalbfleisch & Prentice 2002, 8.2.4; Aalen & Johansen 1978. Variance: Aalen 1978,
with the hypergeometric correction for ties, as cmprsk's cuminc reports it. Own code, because
lifelines' AalenJohansenFitter moves tied times apart at random.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.stats import norm

from pipeline.analysis.kaplan_meier import LEVEL
from pipeline.analysis.sample import Counts, Floats, RiskTable, Sample, tabulate

_ROUNDING = 1e-12
"""A sum of probabilities this near to 1 is 1."""


@dataclass(frozen=True, eq=False)
class Incidence:
    """Probability of the event by each distinct time of `table`, its standard error and 95 % limits.

    Limits are on the log(-log) scale (Choudhury 2002); nan where the incidence is 0 or 1.
    """

    table: RiskTable
    incidence: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats


def estimate(sample: Sample) -> Incidence:
    """Estimate the cumulative incidence of one group; an empty group gives an empty curve."""
    table = tabulate(sample)
    before, after = free_of_both(table)
    incidence = np.cumsum(before * table.events / table.at_risk)
    se = np.sqrt(_variance(table, incidence, before, after))
    inside = (incidence > 0) & (incidence < 1 - _ROUNDING)
    low, high = np.full_like(incidence, nan), np.full_like(incidence, nan)
    some = incidence[inside]
    spread = np.exp(norm.ppf((1 + LEVEL) / 2) * se[inside] / (some * np.log(some)))
    low[inside], high[inside] = some ** (1 / spread), some**spread
    return Incidence(table, incidence, se, low, high)


def free_of_both(table: RiskTable) -> tuple[Floats, Floats]:
    """Return the probability of having had neither event just before, and just after, each time."""
    after = np.cumprod(1 - (table.events + table.competing) / table.at_risk)
    return np.asarray(np.concatenate([[1.0], after])[:-1]), np.asarray(after)


def tie_corrected(counts: Counts, at_risk: Floats) -> Floats:
    """Return d (n - d) / (n - 1), the hypergeometric variance of d events in n subjects; d where d is 0 or 1."""
    tied = np.divide(counts - 1, at_risk - 1, out=np.zeros(np.broadcast(counts, at_risk).shape), where=counts > 1)
    return np.asarray(counts * (1 - tied))


def _variance(table: RiskTable, incidence: Floats, before: Floats, after: Floats) -> Floats:
    """Sum, over the times s up to t, what the counts at s contribute to the variance of I(t).

    An event at s adds to the incidence and takes from those who can still have it, whose later
    incidence is (I(t) - I(s)) / S(s): its weight is the square of one less that. A competing
    event only takes. Both squares are multiplied out in powers of I(t), so that one pass does.
    """
    n = table.at_risk.astype(np.float64)
    unit = (before / n) ** 2
    per = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    past = incidence * per
    own = unit * tie_corrected(table.events, n)
    other = unit * tie_corrected(table.competing, n) * (after > 0)
    constant = np.cumsum(own * (1 + past) ** 2 + other * past**2)
    linear = np.cumsum(own * per * (1 + past) + other * per * past)
    square = np.cumsum((own + other) * per**2)
    return np.asarray(np.maximum(constant - 2 * incidence * linear + incidence**2 * square, 0.0))
