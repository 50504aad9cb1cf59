"""criteria.csv: what the exploratory criteria say of the liver."""

from operator import attrgetter
from typing import Any

from pipeline.export.column import Column, Layout
from pipeline.export.form import DATE, MARK, NUMBER, TEXT, fixed
from pipeline.export.table import day
from pipeline.model.response import CriterionRow


def _order(row: CriterionRow) -> tuple[Any, ...]:
    return row.subject, row.criterion, day(row.date), row.visit


CRITERIA: Layout[CriterionRow] = Layout(
    "criteria.csv",
    "one criterion at one visit, or the burden; sorted by subject, criterion, date and visit",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, attrgetter("subject")),
        Column("visit", "", "Name of the visit in the protocol", TEXT, attrgetter("visit")),
        Column("date", "", "Day of the last scan of the visit; empty where it is not known", DATE, attrgetter("date")),
        Column(
            "criterion", "", "Name of the [criterion](criteria.md), irecist, or burden", TEXT, attrgetter("criterion")
        ),
        Column(
            "unit",
            "",
            "Unit of value, baseline and nadir: mm, mm2 or ml; percent of a burden",
            TEXT,
            attrgetter("unit"),
        ),
        Column(
            "value",
            "as in unit",
            "Sum over the targets in the liver, or the burden; empty where a target was not measured",
            NUMBER,
            attrgetter("value"),
        ),
        Column(
            "baseline",
            "as in unit",
            "Baseline sum that the visit is compared with; empty at the baseline and of a burden",
            NUMBER,
            attrgetter("baseline"),
        ),
        Column(
            "nadir",
            "as in unit",
            "Least complete sum from the baseline on that the visit is compared with; empty there and of a burden",
            NUMBER,
            attrgetter("nadir"),
        ),
        Column(
            "pct_baseline",
            "%",
            "Change from baseline; empty where a sum is, or the reference is 0",
            fixed(1, signed=True),
            attrgetter("pct_baseline"),
        ),
        Column(
            "pct_nadir",
            "%",
            "Change from nadir; empty where a sum is, or the reference is 0",
            fixed(1, signed=True),
            attrgetter("pct_nadir"),
        ),
        Column(
            "answer",
            "",
            "Overall response in the liver, of a burden its [class](burden.md); empty where nothing was to classify",
            TEXT,
            attrgetter("answer"),
        ),
        Column("rule", "", "Identifier of the rule that decided", TEXT, attrgetter("rule")),
        Column("sentence", "", "Why, in one sentence with the compared numbers", TEXT, attrgetter("sentence")),
        Column("citation", "", "Source of the rule", TEXT, attrgetter("citation")),
        Column(
            "provisional",
            "",
            "Whether an unsigned finding of this or an earlier visit stands behind the row; nobody signs a burden",
            MARK,
            attrgetter("provisional"),
        ),
        Column(
            "reader", "", "Who read; several are joined by `;`; empty where nobody signed", TEXT, attrgetter("reader")
        ),
    ),
    order=_order,
)
"""Sums stand as they were computed; percentages at 0.1."""
