"""Estimates as tables: estimates.csv, curve.csv, npmle.csv; and as lines for a screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from pipeline.analysis.comparison import Comparison
from pipeline.analysis.estimates import Contrast, Estimates, GroupEstimate
from pipeline.analysis.interval_censored import Mass
from pipeline.analysis.sample import Ending
from pipeline.export.table import Table
from pipeline.report.estimate_columns import CURVE, ESTIMATES, NPMLE, CurveStep, InnermostInterval, Statistic, number

NO_TEST = "the data cannot tell: too few events while more than one arm is at risk"
CAUSE_SPECIFIC = "competing events are censored: not the day by which half of the subjects have the event"
NO_RATIO = "no finite ratio: an arm has no event while the other is at risk"

_SHOWN = 4
"""Significant digits on a screen: own choice."""


def estimates(estimated: Estimates, paramcd: str, left_out: int) -> Table:
    """Return one row per statistic: counts and curves of each group, then the comparisons of arms."""
    return ESTIMATES.table(_statistics(estimated, paramcd, left_out))


def curve(estimated: Estimates, paramcd: str) -> Table:
    """Return one row per group and distinct time: counts, survival and, with competing events, incidence."""
    return CURVE.table(step for group in (estimated.whole, *estimated.arms) for step in _curve(paramcd, group))


def npmle(estimated: Estimates, paramcd: str) -> Table | None:
    """Return one row per group and innermost interval; None where no group has intervals."""
    intervals = [
        InnermostInterval(paramcd, group.group.name, *interval)
        for group in (estimated.whole, *estimated.arms)
        if (mass := group.mass)
        for interval in zip(mass.left, mass.right, mass.probability, mass.survival, strict=True)
    ]
    return NPMLE.table(intervals) if intervals else None


def _statistics(estimated: Estimates, paramcd: str, left_out: int) -> Iterator[Statistic]:
    yield Statistic(paramcd, "left_out", estimated.whole.group.name, estimate=left_out)
    for group in (estimated.whole, *estimated.arms):
        yield from _of_group(paramcd, group)
    if estimated.arms:
        yield _test(paramcd, "log-rank", estimated.log_rank)
        if estimated.whole.incidence:
            yield _test(paramcd, "gray", estimated.gray)
        for contrast in estimated.contrasts:
            yield _ratio(paramcd, contrast, estimated.arms[0].group.name)


def _of_group(paramcd: str, estimate: GroupEstimate) -> Iterator[Statistic]:
    group, sample = estimate.group, estimate.group.sample
    about = partial(Statistic, paramcd, group=group.name, n=sample.size, events=int(sample.events.sum()))
    yield about(statistic="subjects", estimate=sample.size)
    for ending in Ending:
        yield about(statistic=ending.name.lower(), estimate=int((sample.ending == ending).sum()))
    median = estimate.median
    yield about(
        method="kaplan-meier",
        statistic="median",
        estimate=median.days,
        ci_low=median.ci_low,
        ci_high=median.ci_high,
        note=CAUSE_SPECIFIC if estimate.incidence else "",
    )
    if estimate.incidence and sample.size:
        last = estimate.incidence
        yield about(
            method="aalen-johansen",
            statistic="incidence",
            time=last.table.time[-1],
            estimate=last.incidence[-1],
            ci_low=last.ci_low[-1],
            ci_high=last.ci_high[-1],
            se=last.se[-1],
        )
    if estimate.mass and group.intervals:
        size = len(group.intervals.left)
        yield from _of_mass(estimate.mass, partial(Statistic, paramcd, group=group.name, method="npmle", n=size))


def _of_mass(mass: Mass, about: Callable[..., Statistic]) -> Iterator[Statistic]:
    """Tell the likelihood and between which days survival comes down to one half."""
    yield about(statistic="log_likelihood", estimate=mass.log_likelihood)
    (halved,) = np.nonzero(mass.survival <= 0.5)
    if len(halved):
        yield about(statistic="median_after", estimate=mass.left[halved[0]])
        yield about(statistic="median_by", estimate=mass.right[halved[0]])


def _test(paramcd: str, method: str, test: Comparison | None) -> Statistic:
    about = partial(Statistic, paramcd, "chi_square", method=method)
    return about(note=NO_TEST) if test is None else about(estimate=test.statistic, df=test.freedom, p=test.p)


def _ratio(paramcd: str, contrast: Contrast, reference: str) -> Statistic:
    about = partial(Statistic, paramcd, "hazard_ratio", contrast.arm, reference, "cox")
    ratio = contrast.ratio
    if ratio is None:
        return about(note=NO_RATIO)
    return about(
        estimate=ratio.ratio,
        ci_low=ratio.ci_low,
        ci_high=ratio.ci_high,
        se=ratio.log_se,
        p=ratio.p,
        note="se is that of the log ratio",
    )


def _curve(paramcd: str, estimate: GroupEstimate) -> Iterator[CurveStep]:
    table, survival, incidence = estimate.survival.table, estimate.survival, estimate.incidence
    for i, time in enumerate(table.time):
        step = CurveStep(
            paramcd,
            estimate.group.name,
            time,
            at_risk=int(table.at_risk[i]),
            events=int(table.events[i]),
            censored=int(table.censored[i]),
            competing=int(table.competing[i]),
            survival=survival.survival[i],
            ci_low=survival.ci_low[i],
            ci_high=survival.ci_high[i],
        )
        yield (
            step
            if incidence is None
            else replace(
                step,
                cif=incidence.incidence[i],
                cif_se=incidence.se[i],
                cif_ci_low=incidence.ci_low[i],
                cif_ci_high=incidence.ci_high[i],
            )
        )


def summary(estimated: Estimates, paramcd: str, left_out: int) -> list[str]:
    """Return what a person wants to read first, one line each; arms only where the estimates have them."""
    shown = ("left_out", "subjects", "event", "median", "incidence", "chi_square", "hazard_ratio")
    return [_line(row) for row in _statistics(estimated, paramcd, left_out) if row.statistic in shown]


def _line(row: Statistic) -> str:
    low, high, p = (number(value, _SHOWN) for value in (row.ci_low, row.ci_high, row.p))
    against = f" against {row.reference}" if row.reference else ""
    limits = f" (95 % CI {low} to {high or 'not estimable'})" if low else ""
    group = f" {row.group}" if row.group else ""
    at = f" at {number(row.time)} days" if number(row.time) else ""
    value = number(row.estimate, _SHOWN) or row.note or "not reached"
    return f"{row.paramcd}{group}{against}: {row.method} {row.statistic}{at} {value}{limits}{f', p {p}' if p else ''}"
