"""Numbers of other programs have one value, or none where a comma may set off thousands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.table_forms import numbers


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("23,4", "", "23.4"),
        ("-0,5", "", "-0.5"),
        ("0,123", "", "0.123"),
        ("1.234,5", "", "1234.5"),
        ("1,234.5", "", "1234.5"),
        (".5", "", "0.5"),
        ("5.", "", "5"),
        ("+5", "", "5"),
        ("1E-7", "", "0.0000001"),
        ("1e+05", "", "100000"),
        ("1,234", "", None),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        ("1.234", "", None),
        ("23.4", "", None),
        ("12", ",", None),
        ("T01", "", None),
        ("1,2,3", "", None),
        ("1e999", "", None),
    ],
)
def test_a_number_is_read(text: str, mark: str, value: str | None) -> None:
    assert numbers.of_text(text, mark) == value


@pytest.mark.parametrize(
    ("text", "mark"),
    [("23,4", ","), ("23.4", "."), ("1,234", ""), ("1.234", ""), ("0,123", ","), ("12", ""), ("x", "")],
)
def test_the_decimal_mark_shows_itself(text: str, mark: str) -> None:
    assert numbers.decimal_mark(text) == mark


def test_a_comma_before_three_digits_is_told_with_both_readings() -> None:
    assert numbers.doubt("1,234") == "it may be 1.234 or 1234; write the one that is meant"
    assert not numbers.doubt("23.4")


@given(st.decimals(0, 999, places=1))
def test_a_decimal_comma_reads_as_the_point(value: Decimal) -> None:
    assert numbers.of_text(str(value).replace(".", ",")) == str(value)


@pytest.mark.parametrize(
    ("text", "exact"), [("11.200000000000001", "11.2"), ("11.2", None), ("1234567890123456", None)]
)
def test_noise_behind_what_a_double_holds_is_rounded(text: str, exact: str | None) -> None:
    assert numbers.without_noise(text) == exact
