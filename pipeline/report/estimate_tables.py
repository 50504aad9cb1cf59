"""Estimates as tables: estimates.csv, curve.csv, npmle.csv.

Numbers have 12 significant digits; an empty cell is a number that does not exist.
"""

from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np

from pipeline.analysis.comparison import Comparison
from pipeline.analysis.estimates import Contrast, Estimates, GroupEstimate
from pipeline.analysis.interval_censored import Mass
from pipeline.analysis.sample import Ending
from pipeline.export.table import Table

ESTIMATE_COLUMNS = (
    "paramcd",
    "group",
    "reference",
    "method",
    "statistic",
    "time",
    "estimate",
    "ci_low",
    "ci_high",
    "se",
    "df",
    "p",
    "n",
    "events",
    "note",
)
CURVE_COLUMNS = (
    "paramcd",
    "group",
    "time",
    "at_risk",
    "events",
    "censored",
    "competing",
    "survival",
    "ci_low",
    "ci_high",
    "cif",
    "cif_se",
    "cif_ci_low",
    "cif_ci_high",
)
NPMLE_COLUMNS = ("paramcd", "group", "left", "right", "probability", "survival")

NO_TEST = "the data cannot tell: too few events while more than one arm is at risk"
CAUSE_SPECIFIC = "competing events are censored: not the day by which half of the subjects have the event"
NO_RATIO = "no finite ratio: an arm has no event while the other is at risk"

_DIGITS = 12
_SHOWN = 4
"""Significant digits in the table, and on a screen."""


def number(value: float | None, digits: int = _DIGITS) -> str:
    """Return a number with 12 significant digits and no exponent; empty for None, nan and infinity."""
    if value is None or not isfinite(value):
        return ""
    shown = format(Decimal(f"{value:.{digits}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def estimates(found: Estimates, paramcd: str, left_out: int) -> Table:
    """Return one row per statistic: counts and curves of each group, then the comparisons of arms."""
    rows: list[dict[str, str]] = [_row(statistic="left_out", group=found.whole.group.name, estimate=left_out)]
    for group in (found.whole, *found.arms):
        rows.extend(_of_group(group))
    if found.arms:
        rows.append(_test("log-rank", found.log_rank))
        if found.whole.incidence:
            rows.append(_test("gray", found.gray))
        rows.extend(_ratio(contrast, found.arms[0].group.name) for contrast in found.contrasts)
    return Table(
        ESTIMATE_COLUMNS, tuple(tuple((row | {"paramcd": paramcd})[c] for c in ESTIMATE_COLUMNS) for row in rows)
    )


def curve(found: Estimates, paramcd: str) -> Table:
    """Return one row per group and distinct time: counts, survival and, with competing events, incidence."""
    return Table(
        CURVE_COLUMNS,
        tuple((paramcd, group.group.name, *row) for group in (found.whole, *found.arms) for row in _curve(group)),
    )


def npmle(found: Estimates, paramcd: str) -> Table | None:
    """Return one row per group and innermost interval; None where no group has intervals."""
    rows = [
        (paramcd, group.group.name, *map(number, row))
        for group in (found.whole, *found.arms)
        if group.mass
        for row in zip(group.mass.left, group.mass.right, group.mass.probability, group.mass.survival, strict=True)
    ]
    return Table(NPMLE_COLUMNS, tuple(rows)) if rows else None


def _row(**cells: Any) -> dict[str, str]:
    texts = {name: value if isinstance(value, str) else number(value) for name, value in cells.items()}
    return dict.fromkeys(ESTIMATE_COLUMNS, "") | {"method": "counts"} | texts


def _of_group(estimate: GroupEstimate) -> Iterator[dict[str, str]]:
    sample = estimate.group.sample
    about = {"group": estimate.group.name, "n": sample.size, "events": int(sample.events.sum())}
    yield _row(**about, statistic="subjects", estimate=sample.size)
    for ending in Ending:
        counted = int((sample.ending == ending).sum())
        yield _row(**about, statistic=ending.name.lower(), estimate=counted)
    middle = estimate.median
    yield _row(
        **about,
        method="kaplan-meier",
        statistic="median",
        estimate=middle.days,
        ci_low=middle.ci_low,
        ci_high=middle.ci_high,
        note=CAUSE_SPECIFIC if estimate.incidence else "",
    )
    if estimate.incidence and sample.size:
        last = estimate.incidence
        yield _row(
            **about,
            method="aalen-johansen",
            statistic="incidence",
            time=last.table.time[-1],
            estimate=last.incidence[-1],
            ci_low=last.ci_low[-1],
            ci_high=last.ci_high[-1],
            se=last.se[-1],
        )
    if estimate.mass and estimate.group.intervals:
        yield from _of_mass(estimate.mass, {"group": about["group"], "n": len(estimate.group.intervals.left)})


def _of_mass(mass: Mass, about: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Tell the likelihood and between which days survival comes down to one half."""
    yield _row(**about, method="npmle", statistic="log_likelihood", estimate=mass.log_likelihood)
    (halved,) = np.nonzero(mass.survival <= 0.5)
    if len(halved):
        yield _row(**about, method="npmle", statistic="median_after", estimate=mass.left[halved[0]])
        yield _row(**about, method="npmle", statistic="median_by", estimate=mass.right[halved[0]])


def _test(method: str, test: Comparison | None) -> dict[str, str]:
    if test is None:
        return _row(method=method, statistic="chi_square", note=NO_TEST)
    return _row(method=method, statistic="chi_square", estimate=test.statistic, df=test.freedom, p=test.p)


def _ratio(contrast: Contrast, reference: str) -> dict[str, str]:
    about = {"group": contrast.arm, "reference": reference, "method": "cox", "statistic": "hazard_ratio"}
    ratio = contrast.ratio
    if ratio is None:
        return _row(**about, note=NO_RATIO)
    return _row(
        **about,
        estimate=ratio.ratio,
        ci_low=ratio.ci_low,
        ci_high=ratio.ci_high,
        se=ratio.log_se,
        p=ratio.p,
        note="se is that of the log ratio",
    )


def _curve(estimate: GroupEstimate) -> Iterator[tuple[str, ...]]:
    table, survival, incidence = estimate.survival.table, estimate.survival, estimate.incidence
    for i in range(len(table.time)):
        counts = (table.at_risk[i], table.events[i], table.censored[i], table.competing[i])
        alive = (survival.survival[i], survival.ci_low[i], survival.ci_high[i])
        failed = (
            (incidence.incidence[i], incidence.se[i], incidence.ci_low[i], incidence.ci_high[i])
            if incidence
            else (None,) * 4
        )
        yield (number(table.time[i]), *(str(int(n)) for n in counts), *map(number, alive), *map(number, failed))


def summary(found: Estimates, paramcd: str, left_out: int) -> list[str]:
    """Return what a person wants to read first, one line each; arms only where the estimates have them."""
    table = estimates(found, paramcd, left_out)
    shown = ("left_out", "subjects", "event", "median", "incidence", "chi_square", "hazard_ratio")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return [_line(row) for row in rows if row["statistic"] in shown]


def _line(row: dict[str, str]) -> str:
    short = {name: number(float(row[name]), _SHOWN) for name in ("estimate", "ci_low", "ci_high", "p") if row[name]}
    against = f" against {row['reference']}" if row["reference"] else ""
    limits = f" (95 % CI {short['ci_low']} to {short.get('ci_high', 'not estimable')})" if row["ci_low"] else ""
    p = f", p {short['p']}" if row["p"] else ""
    group = f" {row['group']}" if row["group"] else ""
    at = f" at {row['time']} days" if row["time"] else ""
    found = short.get("estimate") or row["note"] or "not reached"
    return f"{row['paramcd']}{group}{against}: {row['method']} {row['statistic']}{at} {found}{limits}{p}"
