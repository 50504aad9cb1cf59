"""Hazard ratio of one group against another: Cox regression with Efron's ties.

Cox 1972; Efron 1977; Wald limits and test on the log scale. The numbers are those of
lifelines, iterated until the Newton step vanishes.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceWarning

from pipeline.analysis.kaplan_meier import LEVEL
from pipeline.analysis.sample import Sample, pool

_DECREMENT = 1e-20
"""Newton's decrement at which the iteration ends; R's stop, a small change of the likelihood, leaves 1e-7 open."""


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
    joined, place = pool((reference, group))
    table = pd.DataFrame({"days": joined.days, "event": joined.events, "group": place.astype(np.float64)})
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.filterwarnings("ignore", "Column", ConvergenceWarning)  # guesses at separation, which is ruled out
        model = CoxPHFitter(alpha=1 - LEVEL).fit(
            table, "days", "event", fit_options={"precision": _DECREMENT, "r_precision": 0.0, "max_steps": 200}
        )
    row = model.summary.loc["group"]
    return HazardRatio(
        ratio=float(row["exp(coef)"]),
        ci_low=float(row["exp(coef) lower 95%"]),
        ci_high=float(row["exp(coef) upper 95%"]),
        log_ratio=float(row["coef"]),
        log_se=float(row["se(coef)"]),
        p=float(row["p"]),
    )


def _event_beside(group: Sample, other: Sample) -> bool:
    return bool(group.events.any() and other.size and group.days[group.events].min() <= other.days.max())
