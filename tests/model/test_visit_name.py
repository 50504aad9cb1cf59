"""VISITNUM is a function of VISIT over a study, whatever scans a subject has."""

from decimal import Decimal

import pytest

from pipeline.model import visit_name
from pipeline.model.protocol import Schedule

EVERY_84 = Schedule()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("BASELINE", "1"),
        ("W12", "2"),
        ("W24", "3"),
        ("W48", "5"),
        ("W144", "13"),
        ("U045", "1.045"),  # between BASELINE and W12
        ("U097", "2.013"),  # 13 days after W12 was due
        ("U180", "3.012"),
        ("V02", "102"),
        ("V11", "111"),
        ("WEEK 9", "201"),
    ],
)
def test_a_name_has_one_number(name: str, number: str) -> None:
    assert visit_name.numbers([("BASELINE", name)], EVERY_84)[name] == Decimal(number)


def test_w48_is_the_fifth_visit_also_of_who_missed_two() -> None:
    numbers = visit_name.numbers([("BASELINE", "W12", "W24"), ("BASELINE", "W12", "W48")], EVERY_84)
    assert (numbers["W24"], numbers["W48"]) == (3, 5)


def test_a_schedule_of_eight_weeks_has_its_own_names() -> None:
    schedule = Schedule(every_days=56, window_days=7)
    numbers = visit_name.numbers([("BASELINE", "W08", "U060", "W16")], schedule)
    assert numbers == {"BASELINE": 1, "W08": 2, "U060": Decimal("2.004"), "W16": 3}


def test_names_that_the_schedule_does_not_give_are_numbered_by_their_earliest_place() -> None:
    numbers = visit_name.numbers([("BASELINE", "C3", "C5"), ("BASELINE", "C5"), ("BASELINE", "A9", "C3")], EVERY_84)
    assert numbers == {"BASELINE": 1, "A9": 201, "C3": 202, "C5": 203}
