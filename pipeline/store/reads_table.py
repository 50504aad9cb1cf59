"""Signed reads made elsewhere, in the layout of lesions.csv plus the time of signing."""

from decimal import Decimal
from pathlib import Path

from pipeline.export.tables import LESION_COLUMNS
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.lesion import Axis, Finding, Organ, Role, Source, State
from pipeline.model.terms import Phase
from pipeline.store import csv_rows
from pipeline.store.csv_rows import Row

REQUIRED = ("subject", "date", "lesion", "role", "state", "reader", "signed_at")
"""Columns that every table of reads must have; the others of lesions.csv may be left out."""

CRITERIA_COLUMNS = ("viable_short_axis_mm", "viable_volume_ml", "density_hu", "treated", "nodule")
"""Columns that lesions.csv has not and that EASL, qEASL and Choi read; all may be left out."""

_OPTIONAL = (*(column for column in LESION_COLUMNS if column not in REQUIRED), *CRITERIA_COLUMNS)
_KEY = ("subject", "visit", "date", "lesion", "reader", "signed_at")


def read(path: Path) -> tuple[Finding, ...]:
    """Return the signed findings of a table of reads.

    organ is liver and phase unknown where empty; source is always signed; accepted is
    decided anew. Lengths keep the decimals they were written with.

    Raises:
        InputError: see csv_rows; also a contradiction between state and lengths.
    """
    rows = csv_rows.read(path, REQUIRED, _OPTIONAL)
    csv_rows.unique(rows, _KEY)
    return tuple(_finding(row) for row in rows)


def _finding(row: Row) -> Finding:
    finding = Finding(
        subject=row.required("subject"),
        visit=row.text("visit"),
        date=row.date("date"),
        lesion=row.required("lesion"),
        role=row.choice("role", Role),
        state=row.choice("state", State),
        organ=row.choice("organ", Organ) if row.text("organ") else Organ.LIVER,
        segment=row.text("segment"),
        phase=row.choice("phase", Phase) if row.text("phase") else Phase.UNKNOWN,
        series_uid=row.text("series_uid"),
        sop_uid=row.text("sop_uid"),
        plane=row.text("plane"),
        long_axis_mm=row.length("long_axis_mm"),
        short_axis_mm=row.length("short_axis_mm"),
        viable_axis_mm=row.length("viable_axis_mm"),
        volume_ml=row.length("volume_ml"),
        long=_axis(row, "long"),
        short=_axis(row, "short"),
        viable=_axis(row, "viable"),
        source=Source.SIGNED,
        flags=_flags(row),
        reader=row.required("reader"),
        signed_at=row.moment("signed_at"),
        viable_short_axis_mm=row.length("viable_short_axis_mm"),
        viable_volume_ml=row.length("viable_volume_ml"),
        density_hu=row.coordinate("density_hu"),
        treated=row.truth("treated"),
        nodule=row.truth("nodule"),
    )
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


def _axis(row: Row, name: str) -> Axis | None:
    columns = [f"{name}_{c}{end}" for end in (1, 2) for c in "xyz"]
    values = [row.coordinate(column) for column in columns]
    known = [float(value) for value in values if value is not None]
    if not known:
        return None
    if len(known) < len(columns):
        empty = next(column for column, value in zip(columns, values, strict=True) if value is None)
        raise row.wrong(empty, f"a number, for other coordinates of the {name} axis are given")
    return Axis((known[0], known[1], known[2]), (known[3], known[4], known[5]))


def _flags(row: Row) -> Flags:
    names = [name.strip() for name in row.text("flags").split(";") if name.strip()]
    unknown = [name for name in names if name not in Flag.__members__]
    if unknown:
        raise row.wrong("flags", f"names joined by ';' of: {', '.join(Flag.__members__)}")
    return ordered(*(Flag[name] for name in names))
