"""What holds of every course."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from pipeline.endpoint import rule_book
from pipeline.endpoint.hpfs import derive_all
from pipeline.endpoint.sources import BY_REASON, Reason
from pipeline.model.endpoint import EndpointRow
from tests.builders import histories, properties, trials

PROTOCOLS = {name: histories.changed(trials.retnet(), f"endpoint.rule_set={name}") for name in rule_book.BY_NAME}
NAMES = ("SD", "PR", "CR", "PD", "sPD", "NE", "xPD", "mPD", "NON", "T", "PRRT", "S", "W", "C", "R", "E", "CLAIM")
WITHOUT_START = {Reason.NO_START_DATE, Reason.NO_RESPONSE}


@dataclass(frozen=True)
class Case:
    """A course as text, a rule set, a day between its tokens, and another order of them."""

    tokens: tuple[str, ...]
    rule_set: str
    day: int
    shuffled: tuple[str, ...]

    def rows(self, rule_set: str = "", tokens: tuple[str, ...] = (), cut: int | None = None) -> list[EndpointRow]:
        """The rows under a rule set, up to a cut."""
        text = [t for t in tokens or self.tokens if cut is None or int(t.partition("@")[2]) <= cut]
        points, visits, events = histories.course(" ".join(text))
        protocol = PROTOCOLS[rule_set or self.rule_set]
        return list(derive_all(histories.SUBJECT, points, visits, events, protocol, cut=_day(cut)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = st.sampled_from(NAMES)
    middle = draw(st.lists(st.tuples(names, st.integers(0, 900)), max_size=10, unique_by=lambda pair: pair[1]))
    start = draw(st.sampled_from(["E@0 B@-10", "R@-14 E@0 B@-10", "E@0 BNE@-10", "R@-14 B@-20", "E@0"]))
    death = draw(st.sampled_from([(), ("D@901",)]))
    tokens = (*start.split(), *(f"{name}@{day}" for name, day in middle), *death)
    return Case(
        tokens,
        draw(st.sampled_from(list(PROTOCOLS))),
        draw(st.integers(0, 900)),
        tuple(draw(st.permutations(tokens))),
    )


def no_row_precedes_its_start_and_codes_fit_reasons(case: Case) -> None:
    for found in case.rows():
        if found.start_date is None or found.date is None or found.days is None:
            assert found.reason in WITHOUT_START
            assert (found.cnsr, found.interval, found.date) == (None, None, None)
            continue
        assert found.date >= found.start_date
        assert found.days == (found.date - found.start_date).days + 1
        assert found.cnsr == BY_REASON[Reason(found.reason)].cnsr
        assert (found.event == "") == (found.cnsr != 0)
        assert (found.censored_at == "") == (found.cnsr == 0)


def events_lie_in_their_intervals_and_censors_are_open(case: Case) -> None:
    for found in case.rows("FDA-A"):
        if found.interval is None or found.start_date is None:
            continue
        assert found.interval.left >= found.start_date
        assert (found.interval.right is None) == (found.cnsr not in {0, 9})
        if found.interval.right is not None:
            assert found.interval.left <= found.interval.right == found.date


def nothing_after_the_cut_is_looked_at(case: Case) -> None:
    cut = _day(case.day)
    assert cut is not None
    for found in case.rows(cut=case.day):
        if found.start_date is not None and found.start_date <= cut:
            assert found.date is not None
            assert found.date <= cut


def plain_is_never_earlier_than_table_a(case: Case) -> None:
    for plain, table_a in zip(_timed(case.rows("PLAIN")), _timed(case.rows("FDA-A")), strict=True):
        assert plain.date is not None
        assert table_a.date is not None
        assert plain.date >= table_a.date


def event_of_table_a_is_one_under_every_rule_set_that_takes_dates_as_seen(case: Case) -> None:
    found = {name: _timed(case.rows(name)) for name in ("FDA-A", "EMA", "PLAIN", "MISSED-AS-EVENT", "THERAPY-IGNORED")}
    for place, table_a in enumerate(found["FDA-A"]):
        if table_a.cnsr in {0, 9}:
            for rows in found.values():
                assert (rows[place].date, rows[place].reason) == (table_a.date, table_a.reason)


def survival_does_not_depend_on_the_rule_set(case: Case) -> None:
    assert [r for r in case.rows() if r.paramcd == "OS"] == [r for r in case.rows("FDA-A") if r.paramcd == "OS"]


def time_to_progression_differs_from_hpfs_in_death_alone(case: Case) -> None:
    rows = {r.paramcd: r for r in case.rows()}
    for together, alone in (("HPFS", "THP"), ("HPFSR", "THPR")):
        composite, competing = rows[together], rows[alone]
        assert (composite.date, composite.interval) == (competing.date, competing.interval)
        assert competing.cnsr == (9 if composite.reason == Reason.DEATH else composite.cnsr)


def disregarding_staged_growth_is_never_earlier(case: Case) -> None:
    rows = {r.paramcd: r for r in case.rows("FDA-A")}
    for counted, disregarded in (("HPFS", "HPFSS"), ("HPFSR", "HPFSRS")):
        first, second = rows[counted].date, rows[disregarded].date
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            assert second >= first


def nothing_after_an_event_changes_it(case: Case) -> None:
    first = case.rows("FDA-A")[0]
    if first.cnsr == 0 and first.date is not None:
        day = (first.date - histories.DAY_ZERO).days
        assert case.rows("FDA-A", cut=day)[0] == first


def order_of_rows_does_not_matter(case: Case) -> None:
    assert case.rows(tokens=case.shuffled) == case.rows()


test_property = properties.each_holds(
    cases(),
    no_row_precedes_its_start_and_codes_fit_reasons,
    events_lie_in_their_intervals_and_censors_are_open,
    nothing_after_the_cut_is_looked_at,
    plain_is_never_earlier_than_table_a,
    event_of_table_a_is_one_under_every_rule_set_that_takes_dates_as_seen,
    survival_does_not_depend_on_the_rule_set,
    time_to_progression_differs_from_hpfs_in_death_alone,
    disregarding_staged_growth_is_never_earlier,
    nothing_after_an_event_changes_it,
    order_of_rows_does_not_matter,
)


def _day(number: int | None) -> dt.date | None:
    return None if number is None else histories.DAY_ZERO + dt.timedelta(days=number)


def _timed(rows: list[EndpointRow]) -> list[EndpointRow]:
    """The rows of the clocks that a rule set cannot move."""
    return [r for r in rows if r.date is not None and r.paramcd not in {"DOR", "INTEMB"}]
