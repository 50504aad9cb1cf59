"""Which date an image has, where de-identification took it or put another in its place."""

import datetime as dt

from pipeline.ingest import dates, grouping
from pipeline.model.catalog import Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from tests.builders.dicom_series import headers

DAY, LATER, JANUARY = dt.date(2024, 3, 5), dt.date(2024, 6, 1), dt.date(2000, 1, 1)


def _volumes(*studies: tuple[str, dt.date | None], modality: Modality = Modality.CT) -> tuple[Volume, ...]:
    """Six slices of each study (uid and date), all of series number 4."""
    slices = [
        item
        for uid, date in studies
        for item in headers(6, study_uid=uid, series_uid=f"series of {uid}", study_date=date, modality=modality)
    ]
    return grouping.split(slices)[0]


def test_without_dates_studies_stay_apart_and_are_flagged() -> None:
    one, other = _volumes(("1.2", None), ("1.3", None))
    assert one.id != other.id
    assert one.id.startswith("S-001_nodate-")
    assert (one.date, one.flags) == (None, (Flag.NO_DATE,))
    assert {one.examination, other.examination} == {"1.2", "1.3"}


def test_the_name_of_an_undated_volume_does_not_depend_on_the_others() -> None:
    (alone,) = _volumes(("1.3", None))
    assert alone.id in {volume.id for volume in _volumes(("1.2", None), ("1.3", None))}


def test_undated_volumes_come_last() -> None:
    assert [volume.date for volume in _volumes(("1.2", None), ("1.3", DAY))] == [DAY, None]


def test_a_first_of_january_of_all_studies_is_a_placeholder() -> None:
    assert [volume.date for volume in _volumes(("1.2", JANUARY), ("1.3", JANUARY))] == [None, None]


def test_a_first_of_january_of_one_study_is_a_date() -> None:
    assert [volume.date for volume in _volumes(("1.2", JANUARY))] == [JANUARY]
    assert [volume.date for volume in _volumes(("1.2", JANUARY), ("1.3", DAY))] == [JANUARY, DAY]


def test_one_date_of_all_studies_is_kept_and_flagged() -> None:
    volumes = _volumes(("1.2", DAY), ("1.3", DAY))
    assert [(volume.date, volume.flags) for volume in volumes] == [(DAY, (Flag.SHARED_DATE,))] * 2


def test_two_studies_of_one_day_beside_another_visit_are_usual() -> None:
    assert all(volume.flags == () for volume in _volumes(("1.2", DAY), ("1.3", DAY), ("1.4", LATER)))


def test_a_slice_without_a_date_has_that_of_its_study() -> None:
    slices = [*headers(4), *headers(3, 5, study_date=None)]
    assert {item.study_date for item in dates.settled(slices)} == {DAY}
    (volume,), _ = grouping.split(slices)
    assert (len(volume.slices), volume.date) == (7, DAY)


def test_no_date_is_taken_from_a_study_with_two() -> None:
    slices = [*headers(4), *headers(4, 5, study_date=LATER), *headers(3, 9, study_date=None)]
    assert [item.study_date for item in dates.settled(slices)][-3:] == [None] * 3
