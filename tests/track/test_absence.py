"""A small hypervascular lesion is not called gone where no arterial phase could show it."""

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.model.lesion import Finding, Role, State
from pipeline.track import absence


def finding(long: str | None, viable: str | None) -> Finding:
    lengths = [None if value is None else Decimal(value) for value in (long, viable)]
    return Finding(
        "S-1",
        "BASELINE",
        dt.date(2021, 1, 4),
        "NT01",
        Role.NON_TARGET,
        State.PRESENT,
        long_axis_mm=lengths[0],
        viable_axis_mm=lengths[1],
    )


@pytest.mark.parametrize(
    ("seen", "before", "arterial", "recorded"),
    [
        (State.ABSENT, finding("8.0", "7.5"), False, State.TOO_SMALL),
        (State.ABSENT, finding("8.0", "7.5"), True, State.ABSENT),
        (State.ABSENT, finding("8.0", "0"), False, State.ABSENT),
        (State.ABSENT, finding("10.0", "9.0"), False, State.ABSENT),
        (State.ABSENT, finding("9.9", "9.0"), False, State.TOO_SMALL),
        (State.ABSENT, finding(None, None), False, State.ABSENT),
        (State.ABSENT, None, False, State.ABSENT),
        (State.PRESENT, finding("8.0", "7.5"), False, State.PRESENT),
    ],
)
def test_state(seen, before, arterial, recorded):
    assert absence.state(seen, before, arterial) is recorded
