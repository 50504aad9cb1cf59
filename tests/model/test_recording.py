"""A diameter is recorded at 0.1 mm, half up (rule book, section 2, "Recording")."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.recording import record_ml, record_mm


@pytest.mark.parametrize(
    ("measured", "recorded"),
    [
        (0.0, "0.0"),
        (10.0, "10.0"),
        (23.44, "23.4"),
        (23.45, "23.5"),
        (0.05, "0.1"),
        (2.675, "2.7"),
        (9.949999, "9.9"),
        (9.95, "10.0"),
        (1e-9, "0.0"),
        (117.6, "117.6"),
    ],
)
def test_half_up_at_the_shortest_decimal_form(measured: float, recorded: str) -> None:
    assert str(record_mm(measured)) == recorded


@pytest.mark.parametrize("measured", [-0.1, float("nan"), float("inf"), float("-inf")])
def test_what_is_no_length_is_refused(measured: float) -> None:
    with pytest.raises(ValueError, match="expected a finite number >= 0"):
        record_mm(measured)


@given(st.floats(0, 500, allow_nan=False))
def test_recording_moves_a_length_by_at_most_half_a_step_and_is_final(measured: float) -> None:
    once = record_mm(measured)
    assert abs(once - Decimal(repr(measured))) <= Decimal("0.05")
    assert once.as_tuple().exponent == -1
    assert record_mm(float(once)) == once


@given(st.floats(0, 500), st.floats(0, 500))
def test_the_longer_is_never_recorded_as_the_shorter(a: float, b: float) -> None:
    assert record_mm(min(a, b)) <= record_mm(max(a, b))


@pytest.mark.parametrize(
    ("measured", "recorded"), [(0.0, "0.00"), (0.005, "0.01"), (668.745, "668.75"), (12.3449, "12.34")]
)
def test_volumes_are_recorded_at_a_hundredth_of_a_ml_half_up(measured, recorded):
    assert str(record_ml(measured)) == recorded


@pytest.mark.parametrize("measured", [-0.1, float("nan"), float("inf")])
def test_a_volume_that_cannot_be_is_refused(measured):
    with pytest.raises(ValueError, match="ml; expected a finite number >= 0"):
        record_ml(measured)
