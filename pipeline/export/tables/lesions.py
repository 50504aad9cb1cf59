"""lesions.csv and the table of signed reads: one lesion at one visit."""

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from pipeline.export.column import Column, Layout, own
from pipeline.export.form import DATE, LENGTH, MARK, MOMENT, NUMBER, TEXT, TRUTH, choice, fixed
from pipeline.export.tables import common
from pipeline.model.lesion import Axis, Finding, Organ, Role, Source, State
from pipeline.model.terms import Phase

AXES = {
    "long": "longest diameter",
    "short": "perpendicular",
    "viable": "viable diameter",
    "viable_short": "viable perpendicular",
}
"""The axes of a finding by attribute: what each is."""

_ENDS = {1: "start", 2: "end"}
_DIRECTIONS = {"x": "to the left", "y": "to the back", "z": "to the head"}
"""LPS: where the coordinates of a point grow."""


def point_columns(axis: str) -> tuple[str, ...]:
    """Return the columns of the start and the end of an axis: long_x1, long_y1, long_z1, long_x2, ..."""
    return tuple(f"{axis}_{direction}{end}" for end in _ENDS for direction in _DIRECTIONS)


def _points(axis: str) -> tuple[Column[Finding], ...]:
    places = ((end, direction) for end in _ENDS for direction in _DIRECTIONS)
    return tuple(
        Column(
            name,
            "mm",
            f"{_ENDS[end].capitalize()} of the {AXES[axis]}: {direction} in LPS, growing {_DIRECTIONS[direction]}; "
            "empty where its points are not known",
            fixed(2, signed=True),
            _coordinate(axis, end, "xyz".index(direction)),
        )
        for name, (end, direction) in zip(point_columns(axis), places, strict=True)
    )


def _coordinate(axis: str, end: int, place: int) -> Callable[[Finding], float | None]:
    def value(finding: Finding) -> float | None:
        line: Axis | None = getattr(finding, axis)
        return None if line is None else float((line.start if end == 1 else line.end)[place])

    return value


def _order(f: Finding) -> tuple[Any, ...]:
    return f.subject, f.date, f.lesion, f.visit, f.reader, str(f.signed_at or "")


LESIONS: Layout[Finding] = Layout(
    "lesions.csv",
    "one lesion at one visit, as it counts; sorted by subject, date, lesion",
    (
        common.SUBJECT,
        own("visit", "", "Name of the visit in the protocol; in a read the date names it where this is empty", TEXT),
        own("date", "", "Day of the scan", DATE),
        own("lesion", "", "Name of the lesion: T01 target, NT01 non-target, NL01 new; one name for all visits", TEXT),
        own("role", "", "Role of the lesion in the read", choice(Role)),
        own(
            "state",
            "",
            "What the lesion is at this visit; only a reader says equivocal or, of a non-target lesion, "
            "unequivocal progression",
            choice(State),
        ),
        own("organ", "", "Where the lesion lies; empty in a read is the liver", choice(Organ, empty=Organ.LIVER)),
        own(
            "segment",
            "",
            "Liver segment or lobe as a reader wrote it; of a proposal a machine's guess from the liver's shape, "
            "marked (estimated), empty where the shape does not tell ([location](location.md))",
            TEXT,
        ),
        own(
            "phase",
            "",
            "Contrast phase it was measured on; empty in a read is unknown",
            choice(Phase, empty=Phase.UNKNOWN),
        ),
        own("series_uid", "", "Series Instance UID of the measured images", TEXT),
        own(
            "sop_uid",
            "",
            "SOP Instance UID of the slice that the longest diameter lies on; of a multi-frame image with /frames/ and "
            "the frame's number",
            TEXT,
        ),
        own("plane", "", "Plane of the diameters: axial, coronal, sagittal or oblique", TEXT),
        own(
            "long_axis_mm",
            "mm",
            "Longest diameter in the plane, as recorded; empty where it was not measured; 0 only of an absent lesion",
            LENGTH,
        ),
        own(
            "short_axis_mm",
            "mm",
            "Longest diameter perpendicular to it in that slice, as recorded; it counts of a lymph node; empty where "
            "it was not measured",
            LENGTH,
        ),
        own(
            "viable_axis_mm",
            "mm",
            "Longest diameter of the enhancing part (mRECIST), as recorded; empty where it was not measured",
            LENGTH,
        ),
        own(
            "viable_short_axis_mm",
            "mm",
            "Longest diameter perpendicular to the viable one ([EASL](easl.md)); empty where it is not known",
            LENGTH,
        ),
        own("volume_ml", "ml", "Volume of the lesion; empty where it was not outlined", fixed(1)),
        own(
            "viable_volume_ml",
            "ml",
            "Volume of the enhancing part ([qEASL](qeasl.md)); empty where it is not known",
            fixed(1),
        ),
        own(
            "density_hu",
            "HU",
            "Mean density in the portal venous phase ([Choi](choi.md)); empty where it is not known",
            NUMBER,
        ),
        *_points("long"),
        *_points("short"),
        *_points("viable"),
        *_points("viable_short"),
        Column(
            "source", "", "Who stands behind the row; of a read always signed", choice(Source), attrgetter("source")
        ),
        common.FLAGS,
        own("reader", "", "Who read and signed; empty of a proposal", TEXT),
        Column("accepted", "", "Whether the row counts; of a read it is decided anew", MARK, attrgetter("accepted")),
        own("for_reader", "", "Reader from whose signed reads a proposal was grown; empty of every other row", TEXT),
    ),
    order=_order,
)
"""Proposals and reads that count; lengths as recorded, points at 0.01 mm, volumes at 0.1 ml."""

SIGNED_LESIONS: Layout[Finding] = LESIONS.with_columns(
    own("signed_at", "", "When the reader signed; without a time zone it is UTC", MOMENT)
)
"""What a table of reads holds at the least: lesions.csv and the time of signing."""

READS: Layout[Finding] = replace(
    SIGNED_LESIONS.with_columns(
        own(
            "treated",
            "",
            "Whether embolization reached the lesion ([EASL](easl.md)); empty where it is not known",
            TRUTH,
        ),
        own(
            "nodule",
            "",
            "Whether a nodule in the lesion is new or grows ([Choi](choi.md)); empty where it is not known",
            TRUTH,
        ),
    ),
    file="reads.csv",
    one_row="one lesion on one day, as one reader signed it",
    required=("subject", "date", "lesion", "role", "state", "reader", "signed_at"),
    key=("subject", "visit", "date", "lesion", "reader", "signed_at"),
)
"""Signed reads made elsewhere (`--reads`); what only some criteria read stands at its end."""
