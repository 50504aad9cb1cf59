"""A merged target counts 0 where another one of the mass has its value, and only there."""

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.model import merged
from pipeline.model.lesion import Finding, Role, State


def _finding(lesion: str, state: State, mm: int | None) -> Finding:
    value = None if mm is None else Decimal(mm)
    return Finding("S-1", "W12", dt.date(2024, 1, 1), lesion, Role.TARGET, state, long_axis_mm=value)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ((State.MERGED, None), [(State.MERGED, 45)], True),
        ((State.MERGED, None), [(State.MERGED, None), (State.MERGED, 45)], True),
        ((State.MERGED, 45), [(State.MERGED, None)], False),  # it has the value itself
        ((State.MERGED, 20), [(State.MERGED, 45)], False),  # both state one: both count
        ((State.MERGED, None), [(State.MERGED, None)], False),  # the mass was not measured
        ((State.MERGED, None), [(State.PRESENT, 45)], False),  # the other one did not merge
        ((State.MERGED, None), [], False),
        ((State.NOT_EVALUABLE, None), [(State.MERGED, 45)], False),
    ],
)
def test_who_has_the_value(
    own: tuple[State, int | None], others: list[tuple[State, int | None]], expected: bool
) -> None:
    finding = _finding("T1", *own)
    around = [_finding(f"T{n}", *other) for n, other in enumerate(others, 2)]
    assert merged.counted_elsewhere(finding, around, lambda each: each.long_axis_mm) is expected
