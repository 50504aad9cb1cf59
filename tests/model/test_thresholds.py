"""A sum is PD or PR exactly where its thresholds say, alone and in an array."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assess import registry
from pipeline.model.criteria import Criterion
from pipeline.model.standard_protocol import STANDARD
from pipeline.model.terms import Phase
from pipeline.model.thresholds import Thresholds, fallen

RECIST11 = Criterion(phases=(Phase.PORTAL_VENOUS,)).thresholds
STEP = Decimal("0.1")
TENTHS = [Decimal(tenths) / 10 for tenths in range(1, 1500)]

thresholds = st.builds(
    Thresholds,
    response_percent=st.integers(1, 99),
    progression_percent=st.integers(1, 400),
    progression_min=st.integers(0, 200).map(lambda tenths: Decimal(tenths) / 10),
    progression_above=st.booleans(),
)
sums = st.integers(0, 5000).map(lambda tenths: Decimal(tenths) / 10)


@pytest.mark.parametrize(
    ("total", "nadir", "expected"),
    [
        ("120", "100", True),
        ("119.9", "100", False),
        ("30", "25", True),
        ("29.9", "25", False),
        ("29.8", "24.8", True),
        ("29.7", "24.8", False),  # +19.8 %, 4.9 mm
        ("24", "20", False),  # +20 %, 4 mm only
        ("5", "0", True),
        ("4.9", "0", False),
        ("101.64", "84.7", True),
        ("101.6399", "84.7", False),
        ("90", "100", False),
    ],
)
def test_progression_needs_20_percent_and_5_mm_over_nadir(total: str, nadir: str, expected: bool) -> None:
    assert RECIST11.progressed(Decimal(total), Decimal(nadir)) is expected


@pytest.mark.parametrize(
    ("total", "baseline", "expected"),
    [("70", "100", True), ("70.1", "100", False), ("59.29", "84.7", True), ("59.3", "84.7", False), ("0", "0", True)],
)
def test_response_begins_30_percent_below_baseline(total: str, baseline: str, expected: bool) -> None:
    assert RECIST11.responded(Decimal(total), Decimal(baseline)) is expected


def test_every_exact_change_on_the_grid_is_met() -> None:
    """The 149 exact -30 % and 299 exact +20 % changes of a grid of 0.1 mm, where floats miss 22 and 107 of them."""
    shrinks = [base for base in TENTHS if base * 7 % 1 == 0]
    grows = [base for base in TENTHS if base * 2 % 1 == 0]
    assert (len(shrinks), len(grows)) == (149, 299)
    percents = RECIST11.percents_alone
    for base in shrinks:
        at = base * Decimal("0.7")
        assert (percents.responded(at, base), percents.responded(at + STEP, base)) == (True, False)
    for base in grows:
        at = base * Decimal("1.2")
        assert (percents.progressed(at, base), percents.progressed(at - STEP, base)) == (True, False)


@pytest.mark.parametrize(
    ("name", "total", "reference", "progressed", "responded"),
    [
        ("who", "125", "100", True, False),
        ("who", "124.9", "100", False, False),
        ("who", "50", "100", False, True),
        ("easl", "125", "100", False, False),  # above +25 %, not at it
        ("easl", "125.1", "100", True, False),
        ("vrecist", "173", "100", True, False),
        ("vrecist", "172.9", "100", False, False),
        ("vrecist", "35", "100", False, True),
        ("choi", "11", "10", True, False),
        ("choi", "9", "10", False, True),
        ("easl", "0.1", "0", True, False),
        ("who", "0", "0", False, True),
    ],
)
def test_other_thresholds(name: str, total: str, reference: str, progressed: bool, responded: bool) -> None:
    rule = registry.get(name).rules(STANDARD).thresholds
    assert rule.progressed(Decimal(total), Decimal(reference)) is progressed
    assert rule.responded(Decimal(total), Decimal(reference)) is responded


@given(thresholds, sums, sums)
def test_the_least_progression_bounds_it(rule: Thresholds, nadir: Decimal, total: Decimal) -> None:
    least = rule.progression_from(nadir)
    if total != least:
        assert rule.progressed(total, nadir) is (total > least)
    tiny = Decimal("0.0001")
    assert rule.progressed(least + tiny, nadir)
    assert not rule.progressed(least - tiny, nadir)
    passed_only = rule.progression_above and (least - nadir) * 100 == nadir * rule.progression_percent
    assert rule.progressed(least, nadir) is not (passed_only or least == nadir)


@given(thresholds, sums, sums)
def test_the_greatest_response_bounds_it(rule: Thresholds, baseline: Decimal, total: Decimal) -> None:
    greatest = rule.response_to(baseline)
    assert rule.responded(greatest, baseline)
    assert rule.responded(total, baseline) is (total <= greatest)
    assert rule.responded(total, baseline) is fallen(total, baseline, rule.response_percent)


@given(thresholds, st.lists(st.tuples(sums, sums), min_size=1, max_size=30))
def test_an_array_is_judged_as_its_elements(rule: Thresholds, pairs: list[tuple[Decimal, Decimal]]) -> None:
    totals, references = (np.array([int(value * 10) for value in side]) for side in zip(*pairs, strict=True))
    steps = Thresholds(
        rule.response_percent, rule.progression_percent, int(rule.progression_min * 10), rule.progression_above
    )
    assert steps.progressed(totals, references).tolist() == [rule.progressed(*pair) for pair in pairs]
    assert steps.responded(totals, references).tolist() == [rule.responded(*pair) for pair in pairs]
