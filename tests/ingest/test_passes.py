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
        ({"image_type": ("ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI")}, ()),
        ({"echo_time_ms": 2.31, "modality": Modality.MR}, ()),
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
