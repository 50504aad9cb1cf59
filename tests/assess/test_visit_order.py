"""The order of the visits in tables: what must hold of every subject, whatever the rows and numbers look like."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest
from hypothesis import strategies as st

from pipeline.assess import best_of_read, best_response, history, shown_on, tumors, visit_order
from pipeline.assess.best_response import DatedResponse
from pipeline.assess.criteria import recist11
from pipeline.model import visit_name
from pipeline.model.lesion import Organ, Role, State
from pipeline.model.response import Response
from pipeline.model.standard_protocol import STANDARD
from pipeline.model.tumor import (
    Evaluator,
    Identification,
    Identified,
    Measure,
    Occasion,
    Result,
    Timing,
    TumorRead,
    TumorTables,
)
from pipeline.model.visit import BASELINE
from tests.builders import properties

READER = Evaluator("INVESTIGATOR", "")
FIRST = dt.date(2024, 1, 2)
FIVE = Decimal(5)


@dataclass(frozen=True)
class Scanned:
    """One visit: the day of its target scan, and of its bone scan so many days before."""

    day: int
    before: int
    target_mm: int
    new: State | None
    rest: State


@dataclass(frozen=True)
class Subject:
    """The visits of a subject in date order under numbers of their own, and a seed for the order of rows."""

    visits: tuple[Scanned, ...]
    numbers: tuple[int, ...]
    random: Random


visit = st.builds(
    Scanned,
    st.integers(12, 60),
    st.integers(0, 10),
    st.integers(5, 80),
    st.sampled_from([None, None, None, State.EQUIVOCAL, State.PRESENT, State.ABSENT]),
    st.sampled_from([State.PRESENT, State.PRESENT, State.ABSENT, State.PROGRESSED, State.NOT_EVALUABLE]),
)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """Two to six visits 12 days or more apart, numbered in any order."""
    visits = draw(st.lists(visit, min_size=2, max_size=6))
    day, placed = 0, []
    for each in visits:
        day += each.day
        placed.append(Scanned(day, each.before, each.target_mm, each.new, each.rest))
    first = placed[0]
    placed[0] = Scanned(first.day, first.before, first.target_mm, None, State.PRESENT)
    numbers = draw(st.permutations(range(1, len(placed) + 1)))
    return Subject(tuple(placed), tuple(numbers), Random(draw(st.integers(0, 2**32))))


def tables(visits: Sequence[Scanned], numbers: Sequence[int], random: Random | None = None) -> TumorTables:
    """The rows of a subject, in the order of the visits or shuffled."""
    named = [
        Identification("TU", READER, link, Identified.TUMOR, role, organ, Timing(None, "", "", accepted=False))
        for link, role, organ in (
            ("T01", Role.TARGET, Organ.LIVER),
            ("NT01", Role.NON_TARGET, Organ.BONE),
            ("N01", Role.NEW, Organ.BONE),
        )
    ]
    if all(each.new is None for each in visits):
        named.pop()  # a new lesion has a row in TR
    results = []
    for each, number in zip(visits, numbers, strict=True):
        scans = [FIRST + dt.timedelta(each.day), FIRST + dt.timedelta(each.day - each.before)]
        last, bone = (Timing(Decimal(number), "", f"{scan}", accepted=False) for scan in scans)
        size = Decimal(each.target_mm)
        results.append(Result("TR", READER, "T01", Measure.LONG, size, None, last))
        results.append(Result("TR", READER, "NT01", Measure.STATE, None, each.rest, bone))
        if each.new is not None:
            results.append(Result("TR", READER, "N01", Measure.STATE, None, each.new, bone))
    if random is not None:
        random.shuffle(named)
        random.shuffle(results)
    return TumorTables("X", "S-1", tuple(named), tuple(results))


def rows(read: TumorRead) -> list[tuple[str, Response]]:
    """RSDTC and overall response of each visit after baseline."""
    reads = recist11.CRITERION.read(history.build(read.visits, read.findings), STANDARD, bar=False)
    dated = []
    for assessed in reads:
        if assessed.visit.name != BASELINE:
            occasion = read.occasions[assessed.visit.name]
            dtc = shown_on.dtcs(read, assessed).get("OVRLRESP", occasion.dtc)
            dated.append((dtc, assessed.overall.response))
    return dated


def of(visits: Sequence[Scanned], numbers: Iterable[int], random: Random | None = None) -> TumorRead:
    (read,) = tumors.reads(tables(visits, tuple(numbers), random), FIVE)
    return read


def numbers_and_the_order_of_rows_change_nothing_where_dates_are_whole(subject: Subject) -> None:
    in_order = of(subject.visits, range(1, len(subject.visits) + 1))
    turned = of(subject.visits, subject.numbers, subject.random)
    assert rows(turned) == rows(in_order)
    assert not in_order.warnings
    reversed_somewhere = list(subject.numbers) != sorted(subject.numbers)
    told = [warning for warning in turned.warnings if "visits are ordered by date" in warning]
    assert bool(told) is reversed_somewhere


def a_progression_lies_on_a_scan_of_its_visit(subject: Subject) -> None:
    read = of(subject.visits, subject.numbers)
    for (dtc, response), scanned in zip(rows(read), subject.visits[1:], strict=True):
        last = FIRST + dt.timedelta(scanned.day)
        early = last - dt.timedelta(scanned.before)
        assert dtc in ({f"{last}", f"{early}"} if response is Response.PD else {f"{last}"})
        unseen = scanned.new not in {State.PRESENT, State.EQUIVOCAL} and scanned.rest is not State.PROGRESSED
        if response is Response.PD and dtc != f"{last}":
            assert not unseen


def the_best_response_of_a_read_is_that_of_its_dates(subject: Subject) -> None:
    read = of(subject.visits, subject.numbers, subject.random)
    visits = [
        (Occasion(dtc=dtc), response) for dtc, response in rows(read)
    ]  # BESTRESP of respond, BOR of derive with the baseline as start
    start = FIRST + dt.timedelta(subject.visits[0].day)
    dated = [DatedResponse(dt.date.fromisoformat(dtc), response) for dtc, response in rows(read)]
    best = best_of_read.unconfirmed(read.occasions[BASELINE], visits, STANDARD.best_response)
    assert best.response is best_response.unconfirmed(dated, start, STANDARD.best_response).response


test_property = properties.each_holds(
    subjects(),
    numbers_and_the_order_of_rows_change_nothing_where_dates_are_whole,
    a_progression_lies_on_a_scan_of_its_visit,
    the_best_response_of_a_read_is_that_of_its_dates,
)


def occasions(**dtcs: str) -> dict[Decimal, Occasion]:
    """`v2="2024-02"`: VISITNUM 2 of that --DTC; `_` is the decimal point."""
    visits = {Decimal(name[1:].replace("_", ".")): dtc for name, dtc in dtcs.items()}
    return {number: Occasion(number, f"W{number}", dtc) for number, dtc in visits.items()}


@pytest.mark.parametrize(
    ("dtcs", "order"),
    [
        ({"v1": "2024-01-01", "v900": "2024-02-01", "v2": "2024-03-01"}, "1 900 2"),
        ({"v1": "", "v3": "", "v2_1": ""}, "1 2.1 3"),
        ({"v1": "2024", "v2": "2024", "v3": "2023"}, "3 1 2"),
        ({"v1": "2024-01-01", "v2": "", "v900": "2024-02-01", "v3": "2024-03-01"}, "1 2 900 3"),
        ({"v1": "2024-01-01", "v2": "2024-03", "v3": "2024-02-01"}, "1 3 2"),
        ({"v1": "2024-01-05", "v2": "2024-01", "v3": "2024-01-20"}, "1 2 3"),
        ({"v1": "2024-01-05T10:00", "v2": "2024-01-05T09:00"}, "1 2"),
    ],
)
def test_what_numbers_order(dtcs: dict[str, str], order: str) -> None:
    known = occasions(**dtcs)
    for given in (known, dict(reversed(known.items()))):
        assert " ".join(visit_name.plain(number) for number in visit_order.arranged(given)) == order


def test_partial_dates_contradict_no_number() -> None:
    known = occasions(v1="2024-01-01", v2="2024-03", v3="2024-02-01")
    assert visit_order.contradiction(visit_order.arranged(known), known) == ""
