"""Series to volumes: what belongs together, what is apart, what is left out and why."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import grouping
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from pipeline.store import dicom
from tests.builders.dicom_series import header, headers


def _split(slices: Sequence[SliceHeader]) -> tuple[list[Volume], dict[str, str]]:
    volumes, left = grouping.split(slices)
    assert sorted(
        [item.path for volume in volumes for item in volume.slices] + [entry.path for entry in left]
    ) == sorted(item.path for item in slices)
    return list(volumes), {entry.path: entry.reason for entry in left}


def _only(slices: Sequence[SliceHeader]) -> Volume:
    (volume,), left = _split(slices)
    assert left == {}
    return volume


def test_a_regular_series_is_one_volume_without_flags() -> None:
    volume = _only(headers(12)[::-1])
    assert (volume.id, volume.acquisition, volume.flags) == ("S-001_2024-03-05_s4_a1", "1", ())
    assert volume.grid.shape == (12, 512, 512)
    assert volume.grid.spacing_mm == pytest.approx((0.7, 0.7, 2.5))
    assert [item.instance_number for item in volume.slices] == list(range(1, 13))
    assert volume.positions_mm[:2] == (2.5, 5.0)


def test_phases_in_one_series_are_told_apart_by_acquisition_number() -> None:
    later = [replace(item, instance_number=100 + n) for n, item in enumerate(headers(15, acquisition_number=3))]
    volumes, left = _split(headers(10, acquisition_number=2) + later)
    assert [(volume.acquisition, len(volume.slices), volume.flags) for volume in volumes] == [
        ("2", 10, ()),
        ("3", 15, ()),
    ]
    assert left == {}


def test_temporal_positions_make_volumes_of_their_own() -> None:
    slices = [
        replace(item, temporal_position=time, path=f"{time}/{item.path}", sop_uid=f"{time}.{item.sop_uid}")
        for time in (1, 2, 3)
        for item in headers(8, modality=Modality.MR)
    ]
    volumes, _ = _split(slices)
    assert [volume.acquisition for volume in volumes] == ["1", "2", "3"]
    assert [volume.id[-3:] for volume in volumes] == ["_a1", "_a2", "_a3"]


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ("study_date", (dt.date(2024, 3, 5), dt.date(2024, 6, 1))),
        ("echo_time_ms", (2.3, 4.6)),
        ("b_value", (50.0, 800.0)),
        ("image_type", (("ORIGINAL", "PRIMARY", "W"), ("ORIGINAL", "PRIMARY", "F"))),
        ("rows", (512, 256)),
        ("pixel_spacing_mm", ((0.7, 0.7), (0.8, 0.8))),
        ("frame_of_reference_uid", ("a", "b")),
    ],
)
def test_what_makes_another_image_makes_another_volume(change: str, values: tuple[object, object]) -> None:
    slices = [
        replace(item, path=f"{n}/{item.path}", sop_uid=f"{n}.{item.sop_uid}", **{change: value})
        for n, value in enumerate(values)
        for item in headers(8)
    ]
    volumes, left = _split(slices)
    assert [len(volume.slices) for volume in volumes] == [8, 8]
    assert len({volume.id for volume in volumes}) == 2
    assert left == {}


def test_pass_after_pass_without_acquisition_numbers_is_split_where_it_turns_back() -> None:
    first = headers(10, acquisition_number=None)
    second = [
        replace(item, instance_number=20 + n, path=f"b/{n:02d}", sop_uid=f"b{n}")
        for n, item in enumerate(headers(14, acquisition_number=None))
    ]
    volumes, left = _split(first + second)
    assert [(volume.acquisition, len(volume.slices)) for volume in volumes] == [("1", 10), ("2", 14)]
    assert left == {}


def test_passes_at_shifted_positions_are_not_interleaved() -> None:
    first = headers(10, acquisition_number=None)
    second = [
        replace(item, instance_number=20 + n, path=f"b/{n}", sop_uid=f"b{n}", position=(-180.0, -180.0, 2.5 * n + 3.03))
        for n, item in enumerate(headers(10, acquisition_number=None))
    ]
    volumes, _ = _split(first + second)
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(10, ()), (10, ())]


def test_slice_by_slice_dynamics_are_split_by_time() -> None:
    slices = [
        header(
            place,
            instance_number=place * 3 + time,
            trigger_time_ms=1000.0 * time,
            path=f"{place:02d}/{time}",
            sop_uid=f"{place}.{time}",
            modality=Modality.MR,
        )
        for place in range(1, 9)
        for time in range(3)
    ]
    volumes, left = _split(slices)
    assert [{item.trigger_time_ms for item in volume.slices} for volume in volumes] == [{0.0}, {1000.0}, {2000.0}]
    assert left == {}


def test_acquisition_numbers_that_change_within_a_pass_do_not_split_it() -> None:
    step_and_shoot = [header(n, acquisition_number=n) for n in range(1, 13)]
    odd_and_even = [header(n, acquisition_number=1 + n % 2, modality=Modality.MR) for n in range(1, 13)]
    assert len(_only(step_and_shoot).slices) == 12
    assert len(_only(odd_and_even).slices) == 12


def test_a_missing_slice_is_a_gap() -> None:
    slices = headers(12)
    del slices[5]
    volume = _only(slices)
    assert volume.flags == (Flag.GAP,)
    assert volume.grid.spacing_mm[2] == pytest.approx(2.5)


def test_uneven_steps_are_flagged() -> None:
    slices = headers(12)
    slices[5] = replace(slices[5], position=(-180.0, -180.0, 15.9))
    assert _only(slices).flags == (Flag.UNEVEN_SPACING,)


def test_rounded_positions_are_even() -> None:
    slices = [replace(item, position=(-180.0, -180.0, round(0.625 * n, 2))) for n, item in enumerate(headers(12))]
    assert _only(slices).flags == ()


def test_sheared_slices_are_gantry_tilt() -> None:
    slices = [
        replace(item, position=(-180.0, -180.0 + 0.5 * n, item.position[2])) for n, item in enumerate(headers(12))
    ]
    assert _only(slices).flags == (Flag.GANTRY_TILT,)


def test_a_coronal_volume_is_listed_as_not_axial() -> None:
    slices = [
        replace(item, orientation=(1.0, 0.0, 0.0, 0.0, 0.0, -1.0), position=(-180.0, 2.0 * n, 180.0))
        for n, item in enumerate(headers(12))
    ]
    assert _only(slices).flags == (Flag.NOT_AXIAL,)


def test_orientations_are_split_and_flagged() -> None:
    coronal = [
        replace(
            item,
            orientation=(1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
            position=(0.0, 2.0 * n, 0.0),
            path=f"c/{n}",
            sop_uid=f"c{n}",
        )
        for n, item in enumerate(headers(8))
    ]
    volumes, _ = _split(headers(12) + coronal)
    assert {volume.flags for volume in volumes} == {
        (Flag.MIXED_ORIENTATION,),
        (Flag.MIXED_ORIENTATION, Flag.NOT_AXIAL),
    }


def test_copies_and_doubles_are_left_out() -> None:
    slices = headers(12)
    copy = replace(slices[3], path="z/copy")
    double = replace(slices[4], path="z/double", sop_uid="other", instance_number=99)
    (volume,), left = _split([*slices, copy, double])
    assert volume.flags == (Flag.DUPLICATED_SLICES,)
    assert left == {"z/copy": "copy of series/1/004", "z/double": "same position as series/1/005"}


def test_a_wrong_patients_slice_is_left_out_and_makes_no_subject() -> None:
    slices = headers(12)
    slices[5] = replace(slices[5], subject="S-999")
    (volume,), left = _split(slices)
    assert (volume.subject, len(volume.slices)) == ("S-001", 11)
    assert volume.flags == (Flag.GAP, Flag.MIXED_PATIENTS)
    assert left == {slices[5].path: "slice of another patient in a series of S-001"}


def test_an_extra_slice_of_a_wrong_patient_leaves_the_volume_whole() -> None:
    stranger = header(5, subject="S-999", path="z/stranger", sop_uid="stranger")
    (volume,), left = _split([*headers(12), stranger])
    assert volume.flags == (Flag.MIXED_PATIENTS,)
    assert list(left) == ["z/stranger"]


def test_a_series_of_patients_in_like_numbers_belongs_to_nobody() -> None:
    mine = headers(8)
    theirs = [replace(item, subject="S-999", path=f"b/{item.path}", sop_uid=f"b{item.sop_uid}") for item in headers(6)]
    volumes, left = _split(mine + theirs)
    assert volumes == []
    assert set(left.values()) == {"series holds slices of several patients in like numbers"}


def test_single_slices_are_left_out_and_few_are_flagged() -> None:
    volumes, left = _split([header(1, series_uid="scout"), *headers(3, series_uid="few")])
    assert [volume.flags for volume in volumes] == [(Flag.SINGLE_SLICE,)]
    assert left == {"scout/1/001": "single slice, no volume (localizer or bolus timing)"}


def test_bolus_timing_at_one_position_is_no_volume() -> None:
    slices = [header(1, instance_number=n, path=f"{n}", sop_uid=f"{n}") for n in range(1, 9)]
    volumes, left = _split(slices)
    assert volumes == []
    assert len(left) == 8


def test_series_without_uid_are_told_apart_by_their_number() -> None:
    slices = [
        replace(
            item, series_uid="", series_number=number, path=f"{number}/{item.path}", sop_uid=f"{number}{item.sop_uid}"
        )
        for number in (4, 5)
        for item in headers(8)
    ]
    volumes, _ = _split(slices)
    assert [volume.id for volume in volumes] == ["S-001_2024-03-05_s4_a1", "S-001_2024-03-05_s5_a1"]


def test_ids_hold_no_characters_that_paths_forbid() -> None:
    assert _only(headers(8, subject="PENN/07 a")).id == "PENN-07-a_2024-03-05_s4_a1"


@given(st.randoms(use_true_random=False))
def test_order_of_files_changes_nothing(random: Random) -> None:
    slices = headers(6, acquisition_number=2) + headers(9, acquisition_number=3)
    shuffled = list(slices)
    random.shuffle(shuffled)
    assert grouping.split(shuffled) == grouping.split(slices)


@pytest.mark.real
@pytest.mark.parametrize(
    ("case", "found"),
    [
        (
            "HCC_007",
            {
                "HCC_007_1997-12-27_s2_a1": (18, 10.0),
                "HCC_007_1997-12-27_s4_a2": (75, 2.5),
                "HCC_007_1997-12-27_s4_a3": (75, 2.5),
                "HCC_007_1998-03-14_s2_a1": (20, 10.0),
                "HCC_007_1998-03-14_s4_a1": (79, 2.5),
                "HCC_007_1998-03-14_s4_a3": (115, 2.5),
            },
        ),
        ("HCC_011", {f"HCC_011_1998-05-23_s4_a{n}": (slices, 2.5) for n, slices in ((1, 79), (2, 79), (3, 87))}),
        ("HCC_015", {"HCC_015_1998-11-01_s103_a3": (62, 2.5), "HCC_015_1998-11-01_s4_a1": (61, 2.5)}),
    ],
)
def test_real_series_split_into_their_volumes(
    real_case: Callable[[str], Path], case: str, found: dict[str, tuple[int, float]]
) -> None:
    volumes, left = _split(dicom.read_headers(real_case(case))[0])
    assert {v.id: (len(v.slices), round(v.grid.spacing_mm[2], 4)) for v in volumes} == found
    assert left == {}
    assert {volume.flags for volume in volumes} == {()}


@pytest.mark.parametrize("step_mm", [1e-6, 0.005, 150.0, 20_000.0])
def test_even_slices_at_steps_of_no_scanner_are_left_out_and_the_series_beside_them_is_kept(step_mm: float) -> None:
    far = [replace(item, position=(0.0, 0.0, step_mm * number)) for number, item in enumerate(headers(12))]
    beyond = [replace(item, series_uid="1.2.9", path=f"far/{item.path}", sop_uid=f"9.{item.sop_uid}") for item in far]
    volumes, left = _split([*headers(12), *beyond])
    assert [len(volume.slices) for volume in volumes] == [12]
    assert len(left) == 12
    if step_mm > 1:
        assert {reason.partition(":")[0] for reason in left.values()} == {"no image of a patient"}
