"""Signed reads made elsewhere, in the layout of lesions.csv plus the time of signing."""

from decimal import Decimal
from pathlib import Path

from pipeline.export.column import Layout
from pipeline.export.tables.lesions import AXES, READS, point_columns
from pipeline.model.lesion import Axis, Finding, Source, State
from pipeline.store import layout_rows
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.conversions import Conversions


def read(
    path: Path,
    layout: Layout[Finding] = READS,
    conversions: Conversions | None = None,
    faults: Faults | None = None,
) -> tuple[Finding, ...]:
    """Return the signed findings of a table of reads, of subjects without a fault.

    organ is liver and phase unknown where empty; source is always signed; accepted is
    decided anew. Lengths keep the decimals they were written with. A contradiction between state and lengths is a
    fault.

    Raises:
        InputError: as layout_rows.
    """
    with recorded(faults) as kept:
        rows = layout_rows.read(path, layout, conversions, kept)
        findings = tuple(kept.each(rows, lambda row: _finding(row, layout), layout_rows.SUBJECT))
    return tuple(finding for finding in findings if not kept.of(finding.subject))


def _finding(row: Row, layout: Layout[Finding]) -> Finding:
    axes = {axis: _axis(row, axis) for axis in AXES}
    finding = Finding(**(layout_rows.fields(row, layout) | axes), source=Source.SIGNED)
    _check(row, finding)
    return finding


def _check(row: Row, finding: Finding) -> None:
    lengths = {
        "long_axis_mm": finding.long_axis_mm,
        "short_axis_mm": finding.short_axis_mm,
        "viable_axis_mm": finding.viable_axis_mm,
        "viable_short_axis_mm": finding.viable_short_axis_mm,
        "viable_volume_ml": finding.viable_volume_ml,
    }
    for column, value in lengths.items():
        if finding.state is State.ABSENT and value:
            raise row.wrong(column, "0 or empty, for the lesion is absent")
        if finding.state is State.NOT_EVALUABLE and value is not None:
            raise row.wrong(column, "empty, for the lesion is not evaluable")
    if finding.state is State.PRESENT and finding.long_axis_mm == 0:
        raise row.wrong("long_axis_mm", "more than 0, or the state absent")
    if _exceeds(finding.short_axis_mm, finding.long_axis_mm):
        raise row.wrong("short_axis_mm", f"at most the long axis, {finding.long_axis_mm}")
    if _exceeds(finding.viable_short_axis_mm, finding.viable_axis_mm):
        raise row.wrong("viable_short_axis_mm", f"at most the viable axis, {finding.viable_axis_mm}")
    if _exceeds(finding.viable_volume_ml, finding.volume_ml):
        raise row.wrong("viable_volume_ml", f"at most the volume, {finding.volume_ml}")


def _exceeds(part: Decimal | None, whole: Decimal | None) -> bool:
    return part is not None and whole is not None and part > whole


def _axis(row: Row, axis: str) -> Axis | None:
    columns = point_columns(axis)
    values = [row.coordinate(column) for column in columns]
    known = [float(value) for value in values if value is not None]
    if not known:
        return None
    if len(known) < len(columns):
        empty = next(column for column, value in zip(columns, values, strict=True) if value is None)
        raise row.wrong(empty, f"a number, for other coordinates of the {axis} axis are given")
    return Axis((known[0], known[1], known[2]), (known[3], known[4], known[5]))
