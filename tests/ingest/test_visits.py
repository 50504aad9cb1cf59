"""Scan dates to visits by the protocol's schedule."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import checks, geometry, visits
from pipeline.model import visit_name
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Phase
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit
from pipeline.store import protocols
from tests.builders import trials
from tests.builders.dicom_series import headers

ANCHOR = dt.date(2024, 3, 5)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return protocols.load(Path(__file__).resolve().parents[2] / "configs" / "protocols" / "retnet.yaml")


def _volume(day: int, phase: Phase = Phase.ARTERIAL, flags: Flags = (), subject: str = "S-001") -> Volume:
    date = ANCHOR + dt.timedelta(days=day)
    slices = tuple(headers(10, subject=subject, study_date=date))
    name = f"{subject}_{date}_{phase.value}"
    return Volume(
        name,
        subject,
        date,
        slices[0].modality,
        "series",
        "1",
        slices,
        geometry.grid(slices),
        flags,
        PhaseCall(phase, 0.9),
    )


def _scans(*days: int) -> list[Volume]:
    return [_volume(day, phase) for day in days for phase in (Phase.ARTERIAL, Phase.PORTAL_VENOUS)]


def _embolized(*days: int) -> list[Event]:
    return [Event("S-001", EventKind.EMBOLIZATION, ANCHOR + dt.timedelta(days=day)) for day in days]


def _named(found: tuple[Visit, ...]) -> list[tuple[str, int, Flags]]:
    return [(visit.name, (visit.date - ANCHOR).days, visit.flags) for visit in found]


WANTED = frozenset({Phase.PORTAL_VENOUS, Phase.ARTERIAL})
OUT = (Flag.OUTSIDE_WINDOW,)
SCHEDULED = [
    ("on schedule", (-10, 84, 168), [("BASELINE", -10, ()), ("W12", 84, ()), ("W24", 168, ())]),
    ("edges of the window", (-28, 70, 182), [("BASELINE", -28, ()), ("W12", 70, ()), ("W24", 182, ())]),
    ("a day outside", (-29, 69, 99), [("BASELINE", -29, OUT), ("U069", 69, OUT), ("U099", 99, OUT)]),
    ("on the day of embolization", (0, 84), [("BASELINE", 0, ()), ("W12", 84, ())]),
    (
        "earlier scans",
        (-90, -40, -5, 84),
        [("PRE090", -90, OUT), ("PRE040", -40, OUT), ("BASELINE", -5, ()), ("W12", 84, ())],
    ),
    ("no baseline", (84, 168), [("W12", 84, ()), ("W24", 168, ())]),
    ("two in one window", (-5, 74, 86), [("BASELINE", -5, ()), ("U074", 74, OUT), ("W12", 86, ())]),
    ("two as near", (-5, 80, 88), [("BASELINE", -5, ()), ("W12", 80, ()), ("U088", 88, OUT)]),
    ("days of one visit", (-9, -5, 80, 84), [("BASELINE", -5, ()), ("W12", 84, ())]),
    ("never across the anchor", (-2, 30), [("BASELINE", -2, ()), ("U030", 30, OUT)]),
    ("a missed visit", (-5, 252), [("BASELINE", -5, ()), ("W36", 252, ())]),
]


@pytest.mark.parametrize(("days", "names"), [item[1:] for item in SCHEDULED], ids=[item[0] for item in SCHEDULED])
def test_visits_are_named_by_the_windows(
    protocol: Protocol, days: tuple[int, ...], names: list[tuple[str, int, Flags]]
) -> None:
    assert _named(visits.assign("S-001", _scans(*days), _embolized(0), protocol, WANTED)) == names


def test_a_scan_soon_after_the_anchor_is_no_part_of_the_baseline(protocol: Protocol) -> None:
    found = visits.assign("S-001", _scans(-2, 3), _embolized(0), protocol, WANTED)
    assert _named(found) == [
        ("BASELINE", -2, ()),
        ("U003", 3, (Flag.OUTSIDE_WINDOW, Flag.EARLY_AFTER_EMBOLIZATION)),
    ]


def test_without_the_anchor_visits_are_named_by_date(protocol: Protocol) -> None:
    other = Event("S-002", EventKind.EMBOLIZATION, ANCHOR)
    found = visits.assign("S-001", [*_scans(0, 77, 200), _volume(5, subject="S-002")], [other], protocol, WANTED)
    assert [visit.name for visit in found] == ["BASELINE", "V02", "V03"]


def test_the_first_of_several_embolizations_is_the_anchor(protocol: Protocol) -> None:
    found = visits.assign("S-001", _scans(-5, 84, 168), _embolized(60, 0), protocol, WANTED)
    assert _named(found)[1:] == [("W12", 84, (Flag.EARLY_AFTER_EMBOLIZATION,)), ("W24", 168, ())]


def test_a_visit_without_the_phases_of_the_criteria_is_flagged(protocol: Protocol) -> None:
    scans = [*_scans(-5), _volume(84, Phase.PORTAL_VENOUS)]
    found = visits.assign("S-001", scans, _embolized(0), protocol, WANTED)
    assert [visit.flags for visit in found] == [(), (Flag.MISSING_PHASE,)]


def test_a_visit_whose_volumes_are_all_blocked_is_not_completed(protocol: Protocol) -> None:
    scans = [*_scans(-5), replace(_volume(84), flags=(Flag.GAP,))]
    found = visits.assign("S-001", scans, _embolized(0), protocol, WANTED)
    assert [visit.completed for visit in found] == [True, False]
    assert [len(visit.volumes) for visit in found] == [2, 1]


def test_thick_slices_are_judged_by_step_and_thickness(protocol: Protocol) -> None:
    volume = _volume(0)
    assert checks.against_protocol(volume, protocol) == ()
    thick = replace(volume, slices=tuple(headers(10, slice_thickness_mm=7.5)))
    assert checks.against_protocol(thick, protocol) == (Flag.THICK_SLICES,)
    wide = replace(volume, grid=replace(volume.grid, spacing_mm=(0.7, 0.7, 10.0)))
    assert checks.against_protocol(wide, protocol) == (Flag.THICK_SLICES,)


@given(
    st.lists(st.lists(st.integers(-120, 1500), min_size=1, max_size=9, unique=True), min_size=1, max_size=4),
    st.sampled_from([56, 84]),
)
def test_numbers_rise_with_the_days_and_no_two_names_share_one(subjects: list[list[int]], every: int) -> None:
    schedule = trials.retnet().schedule.model_copy(update={"every_days": every})
    changed = trials.retnet().model_copy(update={"schedule": schedule})
    named = []
    for days in subjects:
        given_names = visits.assign("S-001", [_volume(day) for day in days], _embolized(0), changed, frozenset())
        named.append([visit.name for visit in given_names if not visit.name.startswith("PRE")])
    numbers = visit_name.numbers(named, schedule)
    assert len(set(numbers.values())) == len(numbers)
    assert all([numbers[name] for name in names] == sorted(numbers[name] for name in names) for names in named)
