"""The result tables: exact columns, exact cells."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipeline.assess.timepoints import assess
from pipeline.endpoint.hpfs import derive
from pipeline.export import manifest
from pipeline.export.column import Layout
from pipeline.export.table import Table, rounded
from pipeline.export.tables.endpoints import ENDPOINTS
from pipeline.export.tables.lesions import LESIONS
from pipeline.export.tables.timepoints import TIMEPOINTS
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.lesion import Axis, Finding, Organ, Role, Source, State
from pipeline.model.terms import Phase
from pipeline.model.visit import Burden
from tests.builders import histories, trials

FINDING = Finding(
    "S-001",
    "W12",
    dt.date(2024, 3, 25),
    "T01",
    Role.TARGET,
    State.PRESENT,
    Organ.LIVER,
    "VIII",
    Phase.PORTAL_VENOUS,
    series_uid="1.2.3",
    sop_uid="1.2.3.4",
    plane="axial",
    long_axis_mm=Decimal("23.40"),
    short_axis_mm=Decimal(11),
    volume_ml=Decimal("6.25"),
    long=Axis((-0.001, 12.345, -100.0), (20.0, 1.005, -100.0)),
    source=Source.ADOPTED,
    flags=(Flag.PHASE_SWITCH, Flag.LOW_CONFIDENCE),
    accepted=True,
)


OF_THE_ISSUE = {
    LESIONS.file: "subject,visit,date,lesion,role,state,organ,segment,phase,series_uid,sop_uid,plane,"
    "long_axis_mm,short_axis_mm,viable_axis_mm,volume_ml,"
    "long_x1,long_y1,long_z1,long_x2,long_y2,long_z2,short_x1,short_y1,short_z1,short_x2,short_y2,short_z2,"
    "viable_x1,viable_y1,viable_z1,viable_x2,viable_y2,viable_z2,source,flags,reader,accepted,for_reader",
    TIMEPOINTS.file: "subject,visit,date,sum_mm,baseline_mm,nadir_mm,pct_baseline,pct_nadir,viable_sum_mm,"
    "viable_baseline_mm,viable_nadir_mm,viable_pct_baseline,viable_pct_nadir,target,non_target,new_lesion,"
    "hepatic_recist11,hepatic_mrecist,overall_recist11,liver_ml,tumor_ml,burden_pct,flags,provisional,reader,accepted",
    ENDPOINTS.file: "subject,paramcd,start_date,date,days,cnsr,event,reason,source_visit,provisional,reader,accepted",
}
"""The columns that others read by name; a table may have more."""


@pytest.mark.parametrize("layout", [LESIONS, TIMEPOINTS, ENDPOINTS], ids=lambda layout: layout.file)
def test_a_table_has_the_columns_of_the_issue_in_order(layout: Layout[Any]) -> None:
    own = OF_THE_ISSUE[layout.file].split(",")
    assert [name for name in layout.names if name in own] == own


def shown(layout: Layout[Any], rows: Iterable[Any]) -> list[str]:
    """The rows of a table in the columns of the issue."""
    table = layout.table(rows)
    places = [table.columns.index(name) for name in OF_THE_ISSUE[layout.file].split(",")]
    return [",".join(row[place] for place in places) for row in table.rows]


def test_a_lesion_row_shows_lengths_as_recorded_and_points_without_minus_zero() -> None:
    (row,) = shown(LESIONS, [FINDING])
    assert row == (
        "S-001,W12,2024-03-25,T01,target,present,liver,VIII,portal venous,1.2.3,1.2.3.4,axial,23.40,11,,6.3,"
        "0.00,12.35,-100.00,20.00,1.01,-100.00,,,,,,,,,,,,,adopted,PHASE_SWITCH;LOW_CONFIDENCE,,Y,"
    )


def test_lesion_rows_are_sorted_by_subject_date_lesion() -> None:
    findings = [
        replace(FINDING, subject="S-002"),
        replace(FINDING, lesion="T02"),
        FINDING,
        replace(FINDING, lesion="T09", date=dt.date(2024, 1, 1)),
    ]
    for order in (findings, findings[::-1]):
        assert [tuple(row.split(",")[place] for place in (0, 3)) for row in shown(LESIONS, order)] == [
            ("S-001", "T09"),
            ("S-001", "T01"),
            ("S-001", "T02"),
            ("S-002", "T01"),
        ]


def test_time_point_and_endpoint_rows() -> None:
    visits, findings = histories.lesions("T1=100/80 | T1=60/80* NL1=eq")
    burdens = {"W12": Burden(Decimal("1500.04"), Decimal("30.05"), None)}
    points = assess("S-001", visits, findings, burdens, trials.retnet())
    assert shown(TIMEPOINTS, points[::-1]) == [
        "S-001,BASELINE,2024-01-01,100,,,,,80,,,,,,,no,,,,,,,,,R1,Y",
        "S-001,W12,2024-03-25,60,100,100,-40.0,-40.0,80,80,80,0.0,0.0,PR,,equivocal,PR,SD,PR,1500.0,30.1,,,Y,R1,Y",
    ]
    start = Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 1, 2))
    endpoints = derive("S-001", points, visits, [start], trials.retnet())
    assert shown(ENDPOINTS, endpoints) == [
        "S-001,HPFS,2024-01-02,2024-03-25,84,1,,NO PROGRESSION AT LAST ADEQUATE ASSESSMENT,W12,Y,R1,Y",
        "S-001,HPFSR,,,,,,NO START DATE,,,,Y",
    ]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(0.125, 2, "0.13"), (-0.125, 2, "-0.13"), (-0.004, 2, "0.00"), (Decimal("1E+3"), 1, "1000.0"), (None, 1, "")],
)
def test_numbers_are_rounded_half_up_without_exponent(value: float | None, places: int, text: str) -> None:
    assert rounded(value, places) == text


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="row of 1 cells in a table of 2 columns"):
        Table(("a", "b"), (("1",),))


def test_manifest_is_sorted_and_has_neither_clock_nor_names_of_inputs() -> None:
    found = manifest.build(
        inputs=["2", "", "1", "1"],
        protocol=("RETNET", "1.0", "abc"),
        versions={"numpy": "2", "hepatrack": "1"},
        seeds={"register": 7},
        tables={"lesions.csv": "3"},
        cut=dt.date(2024, 3, 31),
        as_of=dt.datetime(2024, 5, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    )
    assert list(found["versions"]) == ["hepatrack", "numpy"]
    assert found == {
        "layout": 3,
        "cut": "2024-03-31",
        "as_of": "2024-05-01T10:00:00+00:00",
        "inputs": {"files": 4, "unhashed": 1, "sha256": ["1", "1", "2"]},
        "protocol": {"name": "RETNET", "version": "1.0", "sha256": "abc"},
        "seeds": {"register": 7},
        "tables": {"lesions.csv": "3"},
        "versions": {"hepatrack": "1", "numpy": "2"},
    }
