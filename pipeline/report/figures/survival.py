"""Kaplan-Meier and cumulative incidence curves of a parameter."""

from math import isnan

import numpy as np

from pipeline.analysis.comparison import Comparison
from pipeline.analysis.estimates import Estimates, GroupEstimate
from pipeline.analysis.sample import Ending
from pipeline.model import parameters
from pipeline.report.figures import steps
from pipeline.report.figures.drawn import Drawn

_SMALLEST_P = 0.001
"""Smaller p values are written as p < 0.001, own choice, as journals print them."""


def kaplan_meier(estimates: Estimates, paramcd: str) -> Drawn:
    """Draw survival by arm (of all subjects where there are no arms) with hazard ratios and log-rank test."""
    curves = tuple(
        steps.Curve(
            name=group.group.name,
            legend=f"{_counts(group)}, {_median(group)}",
            start=1.0,
            time=group.survival.table.time,
            value=group.survival.survival,
            low=group.survival.ci_low,
            high=group.survival.ci_high,
            sample=group.group.sample,
            marks=np.unique(group.group.sample.days[group.group.sample.ending == Ending.CENSORED]),
        )
        for group in estimates.arms or (estimates.whole,)
    )
    lines = [
        *_ratios(estimates),
        *_test("log-rank", estimates.log_rank),
        "Shaded: 95 % confidence limits (log-log). |: censored.",
    ]
    return steps.draw(curves, steps.Captions(_title(paramcd), tuple(lines), _days(paramcd), _name(paramcd)))


def cumulative_incidence(estimates: Estimates, paramcd: str) -> Drawn:
    """Draw the incidence of the event, with the competing event accounted for, and Gray's test."""
    curves = tuple(
        steps.Curve(
            name=group.group.name,
            legend=_counts(group),
            start=0.0,
            time=group.incidence.table.time,
            value=group.incidence.incidence,
            low=group.incidence.ci_low,
            high=group.incidence.ci_high,
            sample=group.group.sample,
            marks=np.zeros(0),
        )
        for group in estimates.arms or (estimates.whole,)
        if group.incidence
    )
    lines = [*_test("Gray's test", estimates.gray), "Death without the event competes. Shaded: 95 % confidence limits."]
    return steps.draw(curves, steps.Captions(_title(paramcd), tuple(lines), _days(paramcd), "Cumulative incidence"))


def _title(paramcd: str) -> str:
    label = parameters.LABELS.get(paramcd)
    return paramcd if label is None else f"{label.removesuffix(' (days)')} ({paramcd})"


def _name(paramcd: str) -> str:
    label = parameters.LABELS.get(paramcd)
    return "Survival" if label is None else label.split(" from ")[0].removesuffix(" (days)")


def _days(paramcd: str) -> str:
    known = parameters.BY_CODE.get(paramcd)
    return "Days" if known is None else f"Days from {known.clock.value}"


def _counts(group: GroupEstimate) -> str:
    sample = group.group.sample
    counted = f"{group.group.name}: n = {sample.size}, events {int(sample.events.sum())}"
    competing = int((sample.ending == Ending.COMPETING).sum())
    return f"{counted}, competing {competing}" if group.incidence else counted


def _median(group: GroupEstimate) -> str:
    median = group.median
    if isnan(median.days):
        return "median not reached"
    low, high = (f"{limit:.0f}" if not isnan(limit) else "not estimable" for limit in (median.ci_low, median.ci_high))
    if isnan(median.ci_low) and isnan(median.ci_high):
        return f"median {median.days:.0f} days (95 % CI not estimable)"
    return f"median {median.days:.0f} days (95 % CI {low} to {high})"


def _ratios(estimates: Estimates) -> list[str]:
    reference = estimates.arms[0].group.name if estimates.arms else ""
    return [
        f"Hazard ratio, {contrast.arm} against {reference}: "
        + (
            f"{ratio.ratio:.2f} (95 % CI {ratio.ci_low:.2f} to {ratio.ci_high:.2f})"
            if (ratio := contrast.ratio)
            else "not estimable"
        )
        for contrast in estimates.contrasts
    ]


def _test(name: str, test: Comparison | None) -> list[str]:
    if test is None:
        return []
    p = f"p < {_SMALLEST_P}" if test.p < _SMALLEST_P else f"p = {test.p:.3f}"
    return [f"{name[0].upper()}{name[1:]}: {p}"]
