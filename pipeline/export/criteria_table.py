"""criteria.csv: what the exploratory criteria say of the liver, one row per criterion and visit."""

from collections.abc import Iterable

from pipeline.export.table import Table, day, mark, number, rounded
from pipeline.model.response import CriterionRow

COLUMNS = (
    "subject",
    "visit",
    "date",
    "criterion",
    "unit",
    "value",
    "baseline",
    "nadir",
    "pct_baseline",
    "pct_nadir",
    "answer",
    "rule",
    "sentence",
    "citation",
    "provisional",
    "reader",
)


def criterion_rows(rows: Iterable[CriterionRow]) -> Table:
    """Return criteria.csv, sorted by subject, criterion, date and visit.

    Sums stand as they were computed, percentages at 0.1; empty where a value is not known.
    """
    found = sorted(rows, key=lambda row: (row.subject, row.criterion, day(row.date), row.visit))
    return Table(COLUMNS, tuple(_cells(row) for row in found))


def _cells(row: CriterionRow) -> tuple[str, ...]:
    return (
        row.subject,
        row.visit,
        day(row.date),
        row.criterion,
        row.unit,
        number(row.value),
        number(row.baseline),
        number(row.nadir),
        rounded(row.pct_baseline, 1),
        rounded(row.pct_nadir, 1),
        row.answer,
        row.rule,
        row.sentence,
        row.citation,
        mark(row.provisional),
        row.reader,
    )
