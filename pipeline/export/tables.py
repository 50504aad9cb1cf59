"""The three result tables: lesions.csv, timepoints.csv, endpoint.csv.

Columns and their order are part of the product: ISO dates, '.' decimals, empty where a
value is not known. Lengths stand as recorded, points in LPS mm at 0.01, volumes in ml and
percentages at 0.1. Every table ends with reader and accepted (Y or empty).
"""

from collections.abc import Iterable
from decimal import Decimal

from pipeline.export.table import Table, day, mark, number, rounded
from pipeline.model import flags
from pipeline.model.endpoint import EndpointRow
from pipeline.model.lesion import Axis, Finding
from pipeline.model.response import Sums, TimePoint

AXES = ("long", "short", "viable")
POINT_COLUMNS = tuple(f"{axis}_{c}{end}" for axis in AXES for end in (1, 2) for c in "xyz")
"""Start and end point of each axis: long_x1, long_y1, long_z1, long_x2, ..."""

LESION_COLUMNS = (
    "subject",
    "visit",
    "date",
    "lesion",
    "role",
    "state",
    "organ",
    "segment",
    "phase",
    "series_uid",
    "sop_uid",
    "plane",
    "long_axis_mm",
    "short_axis_mm",
    "viable_axis_mm",
    "volume_ml",
    *POINT_COLUMNS,
    "source",
    "flags",
    "reader",
    "accepted",
)

TIMEPOINT_COLUMNS = (
    "subject",
    "visit",
    "date",
    "sum_mm",
    "baseline_mm",
    "nadir_mm",
    "pct_baseline",
    "pct_nadir",
    "viable_sum_mm",
    "viable_baseline_mm",
    "viable_nadir_mm",
    "viable_pct_baseline",
    "viable_pct_nadir",
    "target",
    "non_target",
    "new_lesion",
    "hepatic_recist11",
    "hepatic_mrecist",
    "overall_recist11",
    "liver_ml",
    "tumor_ml",
    "burden_pct",
    "flags",
    "provisional",
    "reader",
    "accepted",
)

ENDPOINT_COLUMNS = (
    "subject",
    "paramcd",
    "start_date",
    "date",
    "days",
    "cnsr",
    "event",
    "reason",
    "source_visit",
    "provisional",
    "reader",
    "accepted",
)


def lesion_rows(findings: Iterable[Finding]) -> Table:
    """Return lesions.csv, sorted by subject, date, lesion."""
    rows = sorted(findings, key=lambda f: (f.subject, f.date, f.lesion, f.visit, f.reader, str(f.signed_at or "")))
    return Table(LESION_COLUMNS, tuple(_lesion(finding) for finding in rows))


def timepoint_rows(timepoints: Iterable[TimePoint]) -> Table:
    """Return timepoints.csv, sorted by subject and date."""
    rows = sorted(timepoints, key=lambda tp: (tp.subject, tp.date, tp.visit, tp.reader))
    return Table(TIMEPOINT_COLUMNS, tuple(_timepoint(timepoint) for timepoint in rows))


def endpoint_rows(endpoints: Iterable[EndpointRow]) -> Table:
    """Return endpoint.csv, sorted by subject and parameter."""
    rows = sorted(endpoints, key=lambda row: (row.subject, row.paramcd, row.reader))
    return Table(ENDPOINT_COLUMNS, tuple(_endpoint(row) for row in rows))


def _lesion(f: Finding) -> tuple[str, ...]:
    return (
        f.subject,
        f.visit,
        day(f.date),
        f.lesion,
        f.role.value,
        f.state.value,
        f.organ.value,
        f.segment,
        f.phase.value,
        f.series_uid,
        f.sop_uid,
        f.plane,
        number(f.long_axis_mm),
        number(f.short_axis_mm),
        number(f.viable_axis_mm),
        rounded(f.volume_ml, 1),
        *_points(f.long),
        *_points(f.short),
        *_points(f.viable),
        f.source.value,
        flags.text(f.flags),
        f.reader,
        mark(f.accepted),
    )


def _points(axis: Axis | None) -> tuple[str, ...]:
    return ("",) * 6 if axis is None else tuple(rounded(float(c), 2) for c in (*axis.start, *axis.end))


def _timepoint(tp: TimePoint) -> tuple[str, ...]:
    return (
        tp.subject,
        tp.visit,
        day(tp.date),
        *_sums(tp.sums),
        *_sums(tp.viable),
        tp.target.response.value,
        tp.non_target.response.value,
        tp.new_lesion.value,
        tp.hepatic_recist11.response.value,
        tp.hepatic_mrecist.response.value,
        tp.overall_recist11.response.value,
        *(rounded(value, 1) for value in (tp.burden.liver_ml, tp.burden.tumor_ml, tp.burden.percent)),
        flags.text(tp.flags),
        mark(tp.provisional),
        tp.reader,
        mark(tp.accepted),
    )


def _sums(sums: Sums) -> tuple[str, ...]:
    lengths: tuple[Decimal | None, ...] = (sums.sum_mm, sums.baseline_mm, sums.nadir_mm)
    return (*map(number, lengths), rounded(sums.pct_baseline, 1), rounded(sums.pct_nadir, 1))


def _endpoint(row: EndpointRow) -> tuple[str, ...]:
    return (
        row.subject,
        row.paramcd,
        day(row.start_date),
        day(row.date),
        number(row.days),
        number(row.cnsr),
        row.event,
        row.reason,
        row.source_visit,
        mark(row.provisional),
        row.reader,
        mark(row.accepted),
    )
