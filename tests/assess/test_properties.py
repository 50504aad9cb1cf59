"""What must hold for every history, not only for the golden ones."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assess.timepoints import assess
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.response import Response, TimePoint
from pipeline.model.visit import Visit
from tests.builders import histories, trials

RANK = [Response.CR, Response.PR, Response.NON_CR_NON_PD, Response.SD, Response.NE, Response.PD]

length = st.integers(10, 1500).map(lambda tenths: str(Decimal(tenths) / 10))
measured = st.one_of(length, st.just("0"), st.just("small"), st.just("ne"), st.just("-"))
rest = st.sampled_from(["present", "0", "ne", "pd"])
candidate = st.sampled_from(["-", "eq", "0", "12"])


@st.composite
def history(draw: st.DrawFn, new: st.SearchStrategy[str] = candidate) -> str:
    """Two targets, one node, one non-target and a candidate over two to five visits."""
    parts = [f"T1={draw(length)} T2={draw(length)} TN1={draw(length)} NT1=present"]
    for _ in range(draw(st.integers(1, 4))):
        values = [draw(measured) for _ in range(3)]
        parts.append(f"T1={values[0]} T2={values[1]} TN1={values[2]} NT1={draw(rest)} NL1={draw(new)}")
    return " | ".join(parts)


def read(visits: tuple[Visit, ...], findings: tuple[Finding, ...]) -> tuple[TimePoint, ...]:
    protocol = histories.changed(trials.retnet(), "endpoint.scope=whole-body")
    return assess(histories.SUBJECT, visits, findings, {}, protocol)


def responses(points: tuple[TimePoint, ...]) -> list[Response]:
    return [tp.overall_recist11.response for tp in points]


@settings(deadline=None)
@given(history(new=st.just("-")), st.integers(1, 4))
def test_a_new_lesion_never_improves_a_response(text: str, at: int) -> None:
    visits, findings = histories.lesions(text)
    visit = visits[min(at, len(visits) - 1)]
    new = Finding(histories.SUBJECT, visit.name, visit.date, "NL9", Role.NEW, State.PRESENT)
    place = visits.index(visit)
    before, after = responses(read(visits, findings))[place], responses(read(visits, (*findings, new)))[place]
    assert after is Response.PD
    assert RANK.index(after) >= RANK.index(before)


@settings(deadline=None)
@given(history(), st.randoms(use_true_random=False))
def test_the_order_of_findings_and_visits_does_not_matter(text: str, random: Random) -> None:
    visits, findings = histories.lesions(text)
    mixed, shuffled = list(visits), list(findings)
    random.shuffle(mixed)
    random.shuffle(shuffled)
    assert read(tuple(mixed), tuple(shuffled)) == read(visits, findings)


@settings(deadline=None)
@given(history().filter(lambda text: "small" not in text), st.sampled_from(["0.1", "0.5", "2", "3", "10"]))
def test_a_common_scale_keeps_every_percentage(text: str, factor: str) -> None:
    visits, findings = histories.lesions(text)
    points = read(visits, findings)
    scaled = tuple(
        replace(f, long_axis_mm=times(f.long_axis_mm, factor), short_axis_mm=times(f.short_axis_mm, factor))
        for f in findings
    )
    for one, other in zip(points, read(visits, scaled), strict=True):
        assert (one.sums.pct_baseline, one.sums.pct_nadir) == (other.sums.pct_baseline, other.sums.pct_nadir)


def times(value: Decimal | None, factor: str) -> Decimal | None:
    return None if value is None else value * Decimal(factor)


@settings(deadline=None)
@given(history())
def test_later_visits_change_no_earlier_response_except_by_dating_back(text: str) -> None:
    visits, findings = histories.lesions(text)
    full = responses(read(visits, findings))
    for end in range(1, len(visits)):
        names = {visit.name for visit in visits[:end]}
        early = responses(read(visits[:end], tuple(f for f in findings if f.visit in names)))
        for now, then in zip(full, early, strict=False):
            assert now == then or now is Response.PD
        if "eq" not in text:
            assert full[:end] == early


@settings(deadline=None)
@given(history())
def test_nadir_is_never_above_baseline_or_an_earlier_complete_sum(text: str) -> None:
    points = read(*histories.lesions(text))
    for place, point in enumerate(points[1:], start=1):
        earlier = [tp.sums.sum_mm for tp in points[:place] if tp.sums.sum_mm is not None]
        assert point.sums.nadir_mm == min(earlier)


@settings(deadline=None)
@given(history())
def test_complete_and_partial_response_never_come_from_a_subset(text: str) -> None:
    for point in read(*histories.lesions(text))[1:]:
        if point.sums.sum_mm is None:
            assert point.target.response in {Response.NE, Response.PD}
