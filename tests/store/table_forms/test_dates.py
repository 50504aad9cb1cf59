"""Each form of a date has one ISO text, worked out by hand; a date with two readings has none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.table_forms import dates, numeric_dates, sas_dates

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2039, 12, 31))
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("05JAN2024", "2024-01-05"),
        ("5jan2024", "2024-01-05"),
        ("05-Jan-2024", "2024-01-05"),
        ("05 January 2024", "2024-01-05"),
        ("January 5, 2024", "2024-01-05"),
        ("05JAN2024:10:30:00", "2024-01-05T10:30:00"),
        ("05JAN2024:10:30:00.00", "2024-01-05T10:30:00"),
        ("05JAN2024:00:00:00", "2024-01-05"),
        ("JAN2024", "2024-01"),
        ("UN-JAN-2024", "2024-01"),
        ("UNUNK2024", "2024"),
        ("23376", "2024-01-01"),  # 64 years of 365 days and 16 leap days from 1960 to 2020
        ("23376.0", "2024-01-01"),
        ("14610", "2000-01-01"),
        ("2024/01/05", "2024-01-05"),
        ("2024-1-5", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("2024-01-05 10:30", "2024-01-05T10:30"),
        ("2024-01-05 00:00:00", "2024-01-05"),
        ("25/04/2024", "2024-04-25"),
        ("04/25/2024", "2024-04-25"),
        ("04.04.2024", "2024-04-04"),
        ("2024-01-UN", "2024-01"),
        ("2024-UN-UN", "2024"),
        ("2024---15", "2024"),  # SDTMIG 3.4, section 4.4.2: the month is not known
    ],
)
def test_a_form_has_one_reading(text: str, iso: str) -> None:
    made = dates.converted(text)
    assert made is not None
    assert made[0] == iso


@pytest.mark.parametrize("text", ["2024-01-05", "2024-01", "2024", "2024-01-05T10:30", "2024-01-05T00:00:00"])
def test_iso_dates_stay_as_they_are(text: str) -> None:
    assert dates.converted(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2024", "it may be 2024-03-04 or 2024-04-03; write the one that is meant"),
        ("05.01.2024", "it may be 2024-01-05 or 2024-05-01"),
        ("45292", "a number of days, of a spreadsheet 2024-01-01 or 2028-01-02; format the column as yyyy-mm-dd"),
        ("05JAN24", "its year has two digits"),
        ("01/02/24", "its year has two digits"),
        ("12000", "as days of SAS would be 1992-11-08"),
        ("30FEB2024", ""),
        ("05MAI2024", ""),
        ("31/13/2024", ""),
        ("20241301", ""),
        ("soon", ""),
    ],
)
def test_what_cannot_be_told_is_left_with_the_reason(text: str, why: str) -> None:
    assert dates.converted(text) is None
    assert why in dates.allowed(text)
    assert bool(numeric_dates.doubt(text)) is bool(why)


@given(DAYS)
def test_every_form_of_a_day_reads_as_that_day(day: dt.date) -> None:
    month = MONTHS[day.month - 1]
    forms = [
        f"{day:%d}{month}{day.year}",
        f"{day.day}-{month.title()}-{day.year}",
        f"{day:%d}{month}{day.year}:00:00:00",
        str((day - dt.date(1960, 1, 1)).days),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
    ]
    assert [dates.converted(form) for form in forms] == [(day.isoformat(), _name(form)) for form in forms]


def _name(form: str) -> str:
    made = dates.converted(form)
    return "" if made is None else made[1]


@given(DAYS)
def test_a_date_with_the_year_last_is_read_only_where_it_has_one_reading(day: dt.date) -> None:
    made = numeric_dates.of_text(f"{day:%d/%m/%Y}")
    assert made == (day.isoformat() if day.day > 12 or day.day == day.month else None)


@given(DAYS)
def test_a_count_of_a_spreadsheet_is_never_one_of_sas(day: dt.date) -> None:
    assert sas_dates.of_count(str((day - dt.date(1899, 12, 30)).days)) is None
