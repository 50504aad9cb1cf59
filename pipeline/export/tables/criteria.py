"""criteria.csv: what the exploratory criteria say of the liver."""

from typing import Any

from pipeline.export.column import Layout, own
from pipeline.export.form import DATE, MARK, NUMBER, TEXT, fixed
from pipeline.export.table import day
from pipeline.export.tables import common
from pipeline.model.response import CriterionRow


def _order(row: CriterionRow) -> tuple[Any, ...]:
    return row.subject, row.criterion, day(row.date), row.visit


CRITERIA: Layout[CriterionRow] = Layout(
    "criteria.csv",
    "one criterion at one visit, or the burden; sorted by subject, criterion, date and visit",
    (
        common.SUBJECT,
        own("visit", "", "Name of the visit in the protocol", TEXT),
        own("date", "", "Day of the last scan of the visit; empty where it is not known", DATE),
        own("criterion", "", "Name of the [criterion](criteria.md), irecist, or burden", TEXT),
        own("unit", "", "Unit of value, baseline and nadir: mm, mm2 or ml; percent of a burden", TEXT),
        own(
            "value",
            "as in unit",
            "Sum over the targets in the liver, or the burden; empty where a target was not measured",
            NUMBER,
        ),
        own(
            "baseline",
            "as in unit",
            "Baseline sum that the visit is compared with; empty at the baseline and of a burden",
            NUMBER,
        ),
        own(
            "nadir",
            "as in unit",
            "Least complete sum from the baseline on that the visit is compared with; empty there and of a burden",
            NUMBER,
        ),
        own(
            "pct_baseline",
            "%",
            "Change from baseline; empty where a sum is, or the reference is 0",
            fixed(1, signed=True),
        ),
        own("pct_nadir", "%", "Change from nadir; empty where a sum is, or the reference is 0", fixed(1, signed=True)),
        own(
            "answer",
            "",
            "Overall response in the liver, of a burden its [class](burden.md); empty where nothing was to classify",
            TEXT,
        ),
        own("rule", "", "Identifier of the rule that decided", TEXT),
        own("sentence", "", "Why, in one sentence with the compared numbers", TEXT),
        own("citation", "", "Source of the rule, in keys that `sources.csv` explains", TEXT),
        own(
            "provisional",
            "",
            "Whether an unsigned finding of this or an earlier visit stands behind the row; nobody signs a burden",
            MARK,
        ),
        common.READER,
    ),
    order=_order,
)
"""Sums stand as they were computed; percentages at 0.1."""
