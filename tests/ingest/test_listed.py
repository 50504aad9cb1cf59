"""A list of visits against the headers: what it names, what contradicts it, what it leaves out."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline.ingest import checks, grouping, listed, visits
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag
from pipeline.model.standard_protocol import STANDARD
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit
from pipeline.model.visit_list import ListedVisit, VisitList
from tests.builders.dicom_series import headers

DAY, LATER = dt.date(2024, 3, 5), dt.date(2024, 5, 28)


def _row(number: int, **cells: Any) -> ListedVisit:
    values = {"subject": "S-001", "study_uid": "", "series_uid": "", "folder": "", "visit": "BASELINE", "date": DAY}
    return ListedVisit(number, **{**values, **cells})


def _slices(study: str, **changes: Any) -> list[SliceHeader]:
    """Six slices of one series below the folder of their study, without a date."""
    own = {"study_uid": study, "series_uid": f"{study}.1", "study_date": None, **changes}
    return [replace(item, path=f"top/{study}/{number}") for number, item in enumerate(headers(6, **own))]


def _assigned(slices: list[SliceHeader], *rows: ListedVisit) -> tuple[tuple[Volume, ...], list[str]]:
    assigned = listed.assign(slices, VisitList("", rows))
    return grouping.split(assigned.headers)[0], [fault.text for fault in assigned.faults]


def _told(volumes: tuple[Volume, ...]) -> list[tuple[str, dt.date | None]]:
    return [(volume.listed.visit, volume.date) for volume in volumes]


TWO = [*_slices("1"), *_slices("2")]


@pytest.mark.parametrize(
    "images", [{"study_uid": "2"}, {"series_uid": "2.1"}, {"folder": "top/2"}, {"folder": "top/2", "study_uid": "2"}]
)
def test_a_row_names_images_by_study_series_or_folder(images: dict[str, str]) -> None:
    volumes, faults = _assigned(TWO, _row(2, study_uid="1"), _row(3, **images, visit="W12", date=LATER))
    assert faults == []
    assert _told(volumes) == [("BASELINE", DAY), ("W12", LATER)]
    assert [volume.id for volume in volumes] == ["S-001_2024-03-05_s4_a1", "S-001_2024-05-28_s4_a1"]
    assert all(volume.flags == () for volume in volumes)


def test_series_before_study_before_deeper_folder_before_folder() -> None:
    rows = [
        _row(2, folder="top", visit="W36", date=dt.date(2024, 11, 1)),
        _row(3, folder="top/2", visit="W24", date=dt.date(2024, 8, 20)),
        _row(4, study_uid="1"),
        _row(5, series_uid="3.1", visit="W12", date=LATER),
        _row(6, study_uid="3", visit="W48", date=dt.date(2025, 1, 2)),
    ]
    volumes, faults = _assigned([*TWO, *_slices("3"), *_slices("4")], *rows)
    assert [visit for visit, _ in _told(volumes)] == ["BASELINE", "W12", "W24", "W36"]
    assert faults == []


@pytest.mark.parametrize(
    ("shallow", "deep"), [(".", "a"), ("1:a", "a/b"), ("1:longer", "1:longer/b"), ("a/b", "1:a/b/c")]
)
def test_a_folder_is_deeper_by_its_names_not_by_its_letters(shallow: str, deep: str) -> None:
    where = deep.removeprefix("1:")
    first = [replace(item, path=f"{where}/{number}") for number, item in enumerate(_slices("1"))]
    second = [replace(item, source=1) for item in _slices("2", subject="S-002")]
    rows = (_row(2, folder=shallow, visit="W12"), _row(3, folder=deep))
    volumes, _ = _assigned([*first, *second], *rows, _row(4, study_uid="2", subject="S-002"))
    assert _told(volumes)[0] == ("BASELINE", DAY)


def test_the_list_counts_against_the_header_and_the_difference_is_flagged() -> None:
    rules = STANDARD
    near = DAY + dt.timedelta(days=rules.schedule.same_visit_days)
    far = near + dt.timedelta(days=1)
    for header, flags in ((near, ()), (far, (Flag.DATE_CONFLICT,))):
        (volume,), faults = _assigned(_slices("1", study_date=header), _row(2, study_uid="1"))
        assert (volume.date, faults) == (DAY, [])
        assert checks.against_protocol(volume, rules) == flags


def test_a_row_without_a_date_takes_that_of_the_header() -> None:
    (volume,), faults = _assigned(_slices("1", study_date=LATER), _row(2, study_uid="1", date=None))
    assert (_told((volume,)), faults) == ([("BASELINE", LATER)], [])


def test_every_fault_is_named_at_once_and_sound_rows_go_on() -> None:
    slices = [*TWO, *_slices("3"), *_slices("4", subject="S-002"), *_slices("5"), *_slices("6", subject="S-003")]
    volumes, faults = _assigned(
        slices,
        _row(2, study_uid="1"),
        _row(3, study_uid="2", visit="W12", date=LATER),
        _row(4, study_uid="2", visit="W24", date=LATER),
        _row(5, study_uid="3", visit="W36", date=None),
        _row(6, study_uid="4", visit="W48", date=LATER),
        _row(7, study_uid="none"),
    )
    assert faults == [
        (
            "rows that name the same images differ (row 3: S-001, W12, 2024-05-28; row 4: S-001, W24, 2024-05-28). "
            "Keep one of them."
        ),
        "row 5, column date: found nothing, and the headers of series 3.1 hold no date. Give the day of the scan.",
        (
            "row 6: found subject S-001, the headers of series 4.1 hold S-002; allowed: the same. Correct the row, or "
            "the headers."
        ),
        "row 7: names no image (study_uid none). Correct it, or remove the row.",
    ]
    told = {volume.slices[0].study_uid: (volume.listed.visit, Flag.NOT_LISTED in volume.flags) for volume in volumes}
    assert told == {
        "1": ("BASELINE", False),
        "2": ("", True),
        "3": ("", True),
        "4": ("", True),
        "5": ("", True),
        "6": ("", False),
    }


def test_images_without_a_subject_get_that_of_the_row() -> None:
    (volume,), faults = _assigned(_slices("1", subject="NOID-0123abcd"), _row(2, study_uid="1"))
    assert (volume.subject, faults) == ("S-001", [])


def test_a_subject_without_a_visit_named_baseline_is_named() -> None:
    _, faults = _assigned(
        TWO, _row(2, study_uid="1", visit="Screening"), _row(3, study_uid="2", visit="W12", date=LATER)
    )
    assert faults == ["S-001: no visit is named BASELINE (found Screening, W12). Name its baseline so."]


def test_names_are_given_to_all_visits_of_a_subject_or_to_none() -> None:
    _, faults = _assigned(TWO, _row(2, study_uid="1"), _row(3, study_uid="2", visit="", date=LATER))
    assert faults == ["row 3, column visit: found nothing, the other visits of S-001 have names. Name all."]


def test_two_visits_on_one_day_are_named() -> None:
    volumes, faults = _assigned(TWO, _row(2, study_uid="1"), _row(3, study_uid="2", visit="W12"))
    assert faults == ["rows 2, 3: S-001 has two visits on 2024-03-05 (BASELINE, W12). Give each visit days of its own."]
    assert all(Flag.NOT_LISTED in volume.flags for volume in volumes)


def test_a_folder_of_the_second_source() -> None:
    slices = [*_slices("1"), *[replace(item, source=1) for item in _slices("2")]]
    volumes, faults = _assigned(slices, _row(2, folder="1:top"), _row(3, folder="2:top", visit="W12", date=LATER))
    assert (faults, _told(volumes)) == ([], [("BASELINE", DAY), ("W12", LATER)])


def _visits(volumes: tuple[Volume, ...]) -> tuple[Visit, ...]:
    return visits.assign("S-001", volumes, (), STANDARD, frozenset({Phase.PORTAL_VENOUS}))


def test_visits_have_the_names_and_days_of_the_list() -> None:
    volumes, _ = _assigned(
        [*TWO, *_slices("3")],
        _row(2, study_uid="1"),
        _row(3, study_uid="2", visit="Week 12", date=LATER),
        _row(4, study_uid="3", visit="Week 12", date=LATER + dt.timedelta(days=30)),
    )
    named = _visits(volumes)
    assert [(visit.name, visit.date, len(visit.volumes)) for visit in named] == [
        ("BASELINE", DAY, 1),
        ("Week 12", LATER + dt.timedelta(days=30), 2),
    ]
    assert all(visit.listed for visit in named)


def test_without_names_the_schedule_names_the_days_of_the_list() -> None:
    volumes, faults = _assigned(TWO, _row(2, study_uid="1", visit=""), _row(3, study_uid="2", visit="", date=LATER))
    assert faults == []
    assert [visit.name for visit in _visits(volumes)] == ["BASELINE", "V02"]


def test_an_image_that_the_list_leaves_out_is_in_no_visit() -> None:
    volumes, _ = _assigned([*_slices("1"), *_slices("2", study_date=LATER)], _row(2, study_uid="1"))
    assert [visit.name for visit in _visits(volumes)] == ["BASELINE"]
