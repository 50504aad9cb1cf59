"""Hazard ratio of one group against another: Cox regression with Efron's ties.

Cox 1972; Efron 1977; Wald limits and test on the log scale. Own code: lifelines' Newton steps
run away in arms of a few subjects (one of one against one of nine), where a root of the score,
which only falls, cannot be missed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm

from pipeline.analysis.kaplan_meier import LEVEL
from pipeline.analysis.sample import Floats, Sample, at_risk

_EXACT = 1e-14
"""Width to which the root of the score is closed in, on the log scale."""


@dataclass(frozen=True)
class HazardRatio:
    """Hazard of the group over that of the reference, its 95 % limits, and log scale with Wald p."""

    ratio: float
    ci_low: float
    ci_high: float
    log_ratio: float
    log_se: float
    p: float


def compare(reference: Sample, group: Sample) -> HazardRatio | None:
    """Estimate the hazard ratio of a group against a reference; None where it is 0, infinite or unknown.

    The partial likelihood has a maximum only if each group has an event while somebody of
    the other is at risk. Competing endings count as censored: the ratio is cause-specific.
    """
    if not (_event_beside(reference, group) and _event_beside(group, reference)):
        return None
    odds = _log_odds(reference, group)
    events = int(group.events.sum())

    def score(log_ratio: float) -> float:
        return float(events - expit(odds + log_ratio).sum())

    reach = 1.0
    while score(-reach) < 0 or score(reach) > 0:
        reach *= 2
    log_ratio = float(brentq(score, -reach, reach, xtol=_EXACT))
    share = expit(odds + log_ratio)
    se = float(1 / np.sqrt((share * (1 - share)).sum()))
    low, high = np.exp(log_ratio + np.array([-1, 1]) * norm.ppf((1 + LEVEL) / 2) * se)
    return HazardRatio(
        ratio=float(np.exp(log_ratio)),
        ci_low=float(low),
        ci_high=float(high),
        log_ratio=log_ratio,
        log_se=se,
        p=float(2 * norm.sf(abs(log_ratio) / se)),
    )


def _log_odds(reference: Sample, group: Sample) -> Floats:
    """Return, for each event of both, the log of who could have it: the group's weight over the reference's.

    Efron: of d events at one time the l-th (from 0) finds the d subjects reduced by l / d.
    """
    time, total = np.unique(
        np.concatenate([sample.days[sample.events] for sample in (reference, group)]), return_counts=True
    )
    taken = np.concatenate([np.arange(d) / d for d in total])
    weights = []
    for sample in (reference, group):
        failing = np.bincount(np.searchsorted(time, sample.days[sample.events]), minlength=len(time))
        weights.append(np.repeat(at_risk(sample, time), total) - taken * np.repeat(failing, total))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(weights[1]) - np.log(weights[0]))


def _event_beside(group: Sample, other: Sample) -> bool:
    return bool(group.events.any() and other.size and group.days[group.events].min() <= other.days.max())
