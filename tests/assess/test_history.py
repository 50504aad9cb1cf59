"""The order of the visits: by number where they are numbered, else by date."""

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.assess import history
from pipeline.assess.criteria import irecist
from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.visit import BASELINE, Visit

EARLY, LATE = dt.date(2024, 1, 1), dt.date(2024, 6, 1)


def visit(name: str, date: dt.date | None = None, number: str | None = None) -> Visit:
    return Visit("S-001", name, date, (), number=None if number is None else Decimal(number))


def names(*visits: Visit) -> list[str]:
    return [each.name for each in history.build(visits, ()).visits]


def test_dates_order_visits_without_numbers_and_the_baseline_comes_first_on_its_day() -> None:
    assert names(visit("A", LATE), visit("B", EARLY)) == ["B", "A"]
    assert names(visit("A", EARLY), visit(BASELINE, EARLY)) == [BASELINE, "A"]


def test_numbers_order_visits_whatever_their_dates_say() -> None:
    assert names(visit("A", EARLY, "3"), visit("B", None, "10"), visit(BASELINE, LATE, "2.1")) == [BASELINE, "A", "B"]


def test_follow_up_is_what_comes_after_baseline() -> None:
    arranged = history.build([visit("PRE", None, "1"), visit(BASELINE, None, "2"), visit("A", None, "3")], ())
    assert [each.name for each in arranged.follow_up] == ["A"]
    assert [arranged.precedes_baseline(each) for each in arranged.visits] == [True, False, False]
    alone = history.build([visit("A", LATE)], ())
    assert [each.name for each in alone.follow_up] == ["A"]
    assert not alone.precedes_baseline(alone.visits[0])


@pytest.mark.parametrize(
    "visits", [(visit("A"),), (visit("A", EARLY, "1"), visit("B", LATE)), (visit("A", EARLY), visit("B"))]
)
def test_visits_that_cannot_be_ordered_are_refused(visits: tuple[Visit, ...]) -> None:
    with pytest.raises(InputError, match=r"S-001, [AB]: visits cannot be put in order; expected a number for every"):
        history.build(visits, ())


def finding(role: Role, visit_name: str, date: dt.date | None = None) -> Finding:
    return Finding("S-001", visit_name, date, "T1", role, State.PRESENT)


def test_a_lesion_has_the_role_of_its_first_visit_by_number() -> None:
    visits = (visit("A", LATE, "1"), visit("B", EARLY, "2"))
    arranged = history.build(visits, (finding(Role.NON_TARGET, "B"), finding(Role.TARGET, "A")))
    assert arranged.lesions[0].role is Role.TARGET


def test_the_first_and_last_date_of_findings_pass_over_those_without() -> None:
    found = [finding(Role.TARGET, "A", date) for date in (None, LATE, EARLY)]
    assert (history.earliest(found), history.latest(found)) == (EARLY, LATE)
    assert (history.earliest(found[:1]), history.latest([])) == (None, None)


def test_the_visit_without_a_date_is_named_where_dates_rule() -> None:
    with pytest.raises(InputError, match="S-001, B: visits cannot be put in order"):
        history.build([visit("A", EARLY), visit("B")], ())


def test_days_of_irecist_are_not_known_unless_both_visits_are_dated() -> None:
    assert irecist._days(visit("A"), visit("B", LATE)) is None
    assert irecist._days(visit("A", EARLY), visit("B")) is None
    assert irecist._days(visit("A", EARLY), visit("B", LATE)) == 152
