"""One pass or several: an even pass is one volume whatever tags differ in it, passes that differ are never joined."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.ingest import grouping
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from tests.builders.dicom_series import STEP_MM, header, headers


def _split(slices: list[SliceHeader]) -> tuple[list[Volume], dict[str, str]]:
    volumes, left = grouping.split(slices)
    paths = [item.path for volume in volumes for item in volume.slices] + [entry.path for entry in left]
    assert sorted(paths) == sorted(item.path for item in slices)
    return list(volumes), {entry.path: entry.reason for entry in left}


def _only(slices: list[SliceHeader]) -> Volume:
    (volume,), left = _split(slices)
    assert left == {}
    return volume


def _halves(count: int = 20, **later: object) -> list[SliceHeader]:
    """An even pass whose upper half differs in some tags."""
    return [replace(item, **later) if n >= count // 2 else item for n, item in enumerate(headers(count))]


def test_one_contiguous_ct_with_two_acquisition_numbers_is_one_volume() -> None:
    volume = _only(_halves(acquisition_number=2))
    assert (len(volume.slices), volume.flags) == (20, (Flag.JOINED_ACQUISITIONS,))


@pytest.mark.parametrize(
    ("change", "flags"),
    [
        ({"frame_of_reference_uid": "other"}, (Flag.MIXED_UIDS,)),
        ({"study_uid": "other"}, (Flag.MIXED_UIDS,)),
        ({"study_date": dt.date(2024, 3, 6)}, (Flag.MIXED_DATES,)),
        ({"image_type": ("ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI")}, (Flag.MIXED_TAGS,)),
        ({"echo_time_ms": 2.31, "modality": Modality.MR}, (Flag.MIXED_TAGS,)),
        ({"pixel_spacing_mm": (0.70004, 0.7)}, ()),
    ],
)
def test_a_tag_that_changes_within_an_even_pass_does_not_split_it(
    change: dict[str, object], flags: tuple[Flag, ...]
) -> None:
    slices = [
        replace(item, modality=change.get("modality", Modality.CT), echo_time_ms=item.echo_time_ms or 2.3)
        for item in _halves(**change)
    ]
    volume = _only(slices)
    assert (len(volume.slices), volume.flags) == (20, flags)
    assert volume.date == dt.date(2024, 3, 5)


def test_a_frame_of_reference_for_each_slice_is_one_volume() -> None:
    slices = [replace(item, frame_of_reference_uid=f"frame{n}") for n, item in enumerate(headers(20))]
    assert _only(slices).flags == (Flag.MIXED_UIDS,)


@pytest.mark.parametrize("phases", [3, 25, 60])
def test_any_number_of_dynamic_phases_by_trigger_time_are_kept(phases: int) -> None:
    slices = [
        header(
            place,
            modality=Modality.MR,
            instance_number=1,
            trigger_time_ms=4000.0 * time,
            path=f"{time}.{place}",
            sop_uid=f"{time}.{place}",
        )
        for time in range(phases)
        for place in range(8)
    ]
    volumes, left = _split(slices)
    assert left == {}
    assert sorted(item.trigger_time_ms for volume in volumes for item in volume.slices[:1]) == [
        4000.0 * time for time in range(phases)
    ]
    assert {len(volume.slices) for volume in volumes} == {8}


def test_two_halves_of_a_ct_that_were_scanned_in_two_phases_stay_apart_and_are_named() -> None:
    first = [replace(item, acquisition_time="100000") for item in headers(10)]
    second = [
        replace(
            item, acquisition_time="100045", acquisition_number=2, path=f"b/{item.path}", sop_uid=f"b{item.sop_uid}"
        )
        for item in headers(10, first=11)
    ]
    volumes, left = _split(first + second)
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(10, (Flag.SPLIT_SERIES,))] * 2
    assert left == {}


def test_two_phases_at_positions_half_a_step_apart_stay_apart() -> None:
    later = [
        replace(
            item,
            acquisition_number=2,
            position=(-180.0, -180.0, item.position[2] + STEP_MM / 2),
            path=f"b/{item.path}",
            sop_uid=f"b{item.sop_uid}",
        )
        for item in headers(12)
    ]
    volumes, left = _split(headers(12) + later)
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, ()), (12, ())]
    assert left == {}


def test_the_same_pixels_under_other_uids_are_one_volume_and_the_copies_are_named() -> None:
    copies = [replace(item, path=f"z/{item.path}", sop_uid=f"new{item.sop_uid}") for item in headers(12)]
    volumes, left = grouping.split(headers(12) + copies, lambda item: str(item.position))
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, (Flag.DUPLICATED_SLICES,))]
    assert {entry.reason for entry in left} == {
        f"same pixels under another SOP Instance UID as {item.path}" for item in headers(12)
    }


def test_other_pixels_under_one_sop_uid_are_no_copy() -> None:
    second = [replace(item, path=f"b/{item.path}", instance_number=20 + n) for n, item in enumerate(headers(12))]
    volumes, left = grouping.split(headers(12) + second, lambda item: item.path)
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, (Flag.REPEATED_SOP_UID,))] * 2
    assert left == ()


def test_slices_that_all_lie_at_one_position_say_so() -> None:
    slices = [replace(item, position=(0.0, 0.0, 0.0)) for item in headers(30)]
    volumes, left = _split(slices)
    assert volumes == []
    assert set(left.values()) == {
        "single slice, no volume: all 30 slices lie at one position (bolus timing, or positions are lost)"
    }


def _later(slices: list[SliceHeader], name: str, **changes: object) -> list[SliceHeader]:
    """The same slices as other files with other tags."""
    return [replace(item, path=f"{name}/{item.path}", sop_uid=f"{name}{item.sop_uid}", **changes) for item in slices]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kernel": ("B30f",)}, {"kernel": ("B70f",)}),
        ({"image_type": ("ORIGINAL", "PRIMARY", "M", "WATER")}, {"image_type": ("ORIGINAL", "PRIMARY", "M", "FAT")}),
        ({"b_value": 50.0}, {"b_value": 800.0}),
        ({"echo_time_ms": 1.2}, {"echo_time_ms": 2.4}),
        ({"series_number": 3}, {"series_number": 4}),
        ({"study_date": dt.date(2024, 3, 5)}, {"study_date": dt.date(2024, 6, 5)}),
        (
            {"acquisition_number": 1, "contrast_agent": None},
            {"acquisition_number": 2, "contrast_agent": "IOMEPROL"},
        ),
    ],
)
@pytest.mark.parametrize("place", ["same positions", "beside"])
def test_images_that_differ_in_kind_or_time_never_merge(
    first: dict[str, object], second: dict[str, object], place: str
) -> None:
    mr = {"modality": Modality.MR} if {"image_type", "b_value", "echo_time_ms"} & set(first) else {}
    other = headers(10, first=11 if place == "beside" else 1)
    volumes, left = _split(
        [*(replace(item, **mr, **first) for item in headers(10)), *_later(other, "b", **mr, **second)]
    )
    assert [len(volume.slices) for volume in volumes] == [10, 10]
    assert left == {}
    assert all((Flag.SPLIT_SERIES in volume.flags) == (place == "beside") for volume in volumes)


def test_a_contrast_tag_that_appears_within_one_acquisition_splits_nothing() -> None:
    volume = _only(_halves(contrast_agent="IOMEPROL"))
    assert (volume.flags, volume.varies) == ((Flag.MIXED_TAGS,), ("ContrastBolusAgent",))


def test_phases_that_were_each_scanned_in_two_halves_are_joined_in_the_order_of_time() -> None:
    halves = [
        _later(headers(8, first=first), f"{n}", acquisition_number=n, acquisition_time=time, modality=Modality.MR)
        for n, first, time in ((1, 1, "100000"), (2, 9, "100020"), (3, 1, "100100"), (4, 9, "100120"))
    ]
    volumes, left = _split([item for half in halves for item in half])
    assert [{item.acquisition_number for item in volume.slices} for volume in volumes] == [{1, 2}, {3, 4}]
    assert left == {}


def test_halves_of_phases_that_no_time_tells_apart_stay_split_and_are_named() -> None:
    halves = [
        _later(headers(8, first=first), f"{n}", acquisition_number=n) for n, first in ((1, 1), (2, 9), (3, 1), (4, 9))
    ]
    volumes, left = _split([item for half in halves for item in half])
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(8, (Flag.SPLIT_SERIES,))] * 4
    assert left == {}


def test_a_seam_with_a_missing_slice_is_no_even_pass() -> None:
    volumes, _ = _split(headers(10) + _later(headers(10, first=12), "b", acquisition_number=2))
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(10, (Flag.SPLIT_SERIES,))] * 2


def test_bolus_tracking_beside_a_pass_is_left_out_and_the_pass_is_whole() -> None:
    tracking = [
        replace(item, instance_number=n, path=f"b/{n}", sop_uid=f"b{n}", acquisition_number=7)
        for n, item in enumerate(headers(1, first=5) * 6)
    ]
    volumes, left = _split(headers(12) + tracking)
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, ())]
    assert set(left) == {f"b/{n}" for n in range(6)}


def test_a_series_uid_for_each_slice_is_one_volume() -> None:
    slices = [replace(item, series_uid=f"series{n}") for n, item in enumerate(headers(20))]
    volume = _only(slices)
    assert (volume.flags, volume.varies) == ((Flag.MIXED_UIDS,), ("SeriesInstanceUID",))


def test_single_slices_of_several_series_that_lie_anywhere_are_no_volume() -> None:
    slices = [
        replace(item, series_uid=f"s{n}", position=(0.0, 0.0, z))
        for n, (item, z) in enumerate(zip(headers(6), (0.0, 3.0, 40.0, 41.0, 90.0, 133.0), strict=True))
    ]
    volumes, left = _split(slices)
    assert volumes == []
    assert len(left) == 6


def test_an_aborted_last_phase_keeps_the_others_whole() -> None:
    phases = [
        _later(headers(10), f"{n}", trigger_time_ms=4000.0 * n, instance_number=1, modality=Modality.MR)
        for n in range(30)
    ]
    phases[-1] = phases[-1][:4]
    volumes, left = _split([item for phase in phases for item in phase])
    assert sorted(len(volume.slices) for volume in volumes) == [4, *[10] * 29]
    assert left == {}


def test_a_copy_whose_pixels_cannot_be_read_says_that_they_were_not_compared() -> None:
    slices = headers(12)
    copy = replace(slices[3], path="z/copy")
    _, left = grouping.split([*slices, copy], lambda item: "" if item.path == "z/copy" else item.path)
    assert [entry.reason for entry in left] == ["pixels that cannot be compared, same SOP Instance UID as series/1/004"]


def test_a_second_export_that_counts_its_slices_on_is_a_duplicate_too() -> None:
    second = [replace(item, instance_number=12 + n) for n, item in enumerate(_later(headers(12), "z"), start=1)]
    volumes, left = grouping.split(headers(12) + second, lambda item: str(item.position))
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, (Flag.DUPLICATED_SLICES,))]
    assert {entry.path for entry in left} == {item.path for item in second}


def test_equal_pixels_of_two_acquisitions_are_no_duplicates() -> None:
    second = _later(headers(12), "z", acquisition_number=2)
    volumes, left = grouping.split(headers(12) + second, lambda item: str(item.position))
    assert [(len(volume.slices), volume.flags) for volume in volumes] == [(12, ())] * 2
    assert left == ()


@pytest.mark.parametrize("modality", list(Modality))
@pytest.mark.parametrize(
    ("before", "after"), [("100500", "100500"), ("235955.5", "000003"), ("235955", "235955"), ("", "")]
)
def test_a_scan_past_midnight_is_one_volume_whether_its_times_run_on_or_stay(
    modality: Modality, before: str, after: str
) -> None:
    slices = _halves(study_date=dt.date(2024, 3, 6), acquisition_time=after)
    slices = [replace(item, modality=modality, acquisition_time=item.acquisition_time or before) for item in slices]
    volume = _only(slices)
    assert (volume.date, volume.flags) == (dt.date(2024, 3, 5), (Flag.MIXED_DATES,))


def test_halves_of_two_days_at_other_times_are_two_scans() -> None:
    slices = _halves(study_date=dt.date(2024, 3, 6), acquisition_time="153000")
    volumes, _ = _split([replace(item, acquisition_time=item.acquisition_time or "091500") for item in slices])
    assert [(volume.date.day, volume.flags) for volume in volumes if volume.date] == [
        (5, (Flag.SPLIT_SERIES,)),
        (6, (Flag.SPLIT_SERIES,)),
    ]


def test_an_mr_of_two_breath_holds_over_midnight_is_one_volume() -> None:
    slices = _halves(study_date=dt.date(2024, 3, 6), acquisition_time="000001")
    slices = [
        replace(each, modality=Modality.MR, acquisition_time=each.acquisition_time or "235900") for each in slices
    ]
    assert _only(slices).flags == (Flag.MIXED_DATES,)


def test_one_slice_that_is_there_twice_cuts_no_pass_in_two() -> None:
    double = replace(header(6), path="z/double", sop_uid="other")
    (volume,), left = _split([*headers(20), double])
    assert (len(volume.slices), volume.flags) == (20, (Flag.DUPLICATED_SLICES,))
    assert left == {"z/double": "same position as series/1/006"}


def test_phases_that_lie_a_hair_apart_are_told_by_time() -> None:
    slices = [
        replace(
            item,
            path=f"{phase}/{item.path}",
            sop_uid=f"{phase}.{item.sop_uid}",
            trigger_time_ms=4000.0 * phase,
            position=(-180.0, -180.0, item.position[2] + 0.02 * phase),
            modality=Modality.MR,
        )
        for phase in range(4)
        for item in headers(8)
    ]
    volumes, left = _split(slices)
    assert [len(volume.slices) for volume in volumes] == [8] * 4
    assert left == {}
