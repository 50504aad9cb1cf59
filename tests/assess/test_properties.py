"""What must hold for every history, not only for the golden ones."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from pipeline.assess import best_response, hepatic, history, registry
from pipeline.assess.best_response import DatedResponse
from pipeline.assess.criteria import recist11
from pipeline.assess.method import Read
from pipeline.assess.timepoints import assess
from pipeline.export import cut
from pipeline.model import deciding
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.protocol import BestResponse, Protocol
from pipeline.model.response import Explained, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import Visit
from tests.builders import histories, properties, trials

RANK = [Response.CR, Response.PR, Response.NON_CR_NON_PD, Response.SD, Response.NE, Response.PD]
SWITCHES = ("pr_persists", "reappearance_is_pd", "pd_from_subset", "cr_before_pd")
NEW = "NL9"
NAMES = ("recist11", "mrecist")
"""The others have properties of their own, on histories with areas, volumes and densities."""


@dataclass(frozen=True)
class Case:
    """One subject under one protocol, a place among its follow-up visits, and a seed for whatever is chosen."""

    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    protocol: Protocol
    place: int
    random: Random

    def reads(self, name: str, findings: Iterable[Finding] | None = None, end: int | None = None) -> tuple[Read, ...]:
        """The whole-body reads of the first visits under one criterion; other findings where given."""
        names = {visit.name for visit in self.visits[:end]}
        kept = [f for f in (self.findings if findings is None else findings) if f.visit in names]
        return registry.get(name).read(history.build(self.visits[:end], kept), self.protocol)


def said(reads: Iterable[Read]) -> list[Response]:
    return [read.overall.response for read in reads]


def _tenths(number: int) -> str:
    return str(Decimal(number) / 10)


def _target(number: int) -> str:
    """A cell from one number: mostly a length with its viable axis, else what a reader may say instead."""
    if number < 1500:
        return f"{_tenths(10 + number)}/{_tenths((10 + number) * (number % 11) // 10)}"
    return ("0", "small", "small:3", "ne", "-", "0!", "merged", "merged:40")[number % 8]


def _node(number: int) -> str:
    return _tenths(10 + number % 250) if number < 1500 else ("0", "small", "ne", "-")[number % 4]


def _rest(number: int) -> str:
    return ("present", "present", "0", "ne", "pd", "12/0", "pd*")[number % 7]


def _new(number: int) -> str:
    return ("-", "-", "-", "eq", "0", "12", "ne")[number % 7]


def _visit(numbers: tuple[int, ...]) -> str:
    one, two, node, rest, new = numbers
    return f"T1={_target(one)} T2={_target(two)} TN1={_node(node)} NT1={_rest(rest)} NL1={_new(new)}"


cell = st.integers(0, 1699)
length = st.integers(100, 1500)
baseline = st.tuples(length, length, st.integers(100, 300), st.booleans())
follow_up = st.lists(st.tuples(cell, cell, cell, cell, cell), min_size=1, max_size=4)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two liver targets, a node, a non-target and a candidate over two to five visits."""
    one, two, node, read = draw(baseline)
    viable = f"/{_tenths(one // 2)}" if read else ""
    first = f"T1={_tenths(one)}{viable} T2={_tenths(two)}{viable} TN1={_tenths(node)} NT1=20"
    visits, findings = histories.lesions(" | ".join([first, *(_visit(numbers) for numbers in draw(follow_up))]))
    choice = draw(st.integers(0, len(PROTOCOLS) - 1))
    seed = draw(st.integers(0, 2**32))
    return Case(visits, findings, PROTOCOLS[choice], 1 + seed % (len(visits) - 1), Random(seed))


def _protocols() -> list[Protocol]:
    """The trial, and the trial with one switch the other way."""
    defaults = recist11.CRITERION.rules(trials.retnet())
    flipped = [
        " ".join(f"criteria.{name}.{key}={str(not getattr(defaults, key)).lower()}" for name in ("recist11", "mrecist"))
        for key in SWITCHES
    ]
    return [histories.changed(trials.retnet(), text) for text in ("", *flipped, "non_targets.needs_all=false")]


PROTOCOLS = _protocols()


def a_new_lesion_never_improves_a_response(case: Case) -> None:
    stays = [
        Finding(histories.SUBJECT, v.name, v.date, NEW, Role.NEW, State.PRESENT) for v in case.visits[case.place :]
    ]
    for name in NAMES:
        before, after = said(case.reads(name)), said(case.reads(name, (*case.findings, *stays)))
        assert after[: case.place] == before[: case.place]
        assert set(after[case.place :]) == {Response.PD}
        for best in (best_response.unconfirmed, best_response.confirmed):
            assert RANK.index(_best(best, case, after)) >= RANK.index(_best(best, case, before))


def order_of_lesions_findings_and_visits_does_not_matter(case: Case) -> None:
    others = {"T1": "T2", "T2": "T1", "TN1": "A", "NT1": "T0", "NL1": "B"}
    renamed = [replace(f, lesion=others[f.lesion]) for f in case.findings]
    mixed = list(case.visits)
    case.random.shuffle(renamed)
    case.random.shuffle(mixed)
    turned = replace(case, visits=tuple(mixed))
    for name in NAMES:
        before, after = case.reads(name), turned.reads(name, renamed)
        assert said(after) == said(before)
        assert [(r.total.complete_mm, r.references.nadir_mm) for r in after] == [
            (r.total.complete_mm, r.references.nadir_mm) for r in before
        ]


def lengths_given_in_centimeters_change_nothing(case: Case) -> None:
    in_cm = [_times(f, Decimal("0.1")) for f in case.findings]
    back = [_times(f, Decimal(10)) for f in in_cm]
    for name in NAMES:
        one, other = case.reads(name), case.reads(name, back)
        assert [r.overall.response for r in one] == [r.overall.response for r in other]
        assert [r.target.margins for r in one] == [r.target.margins for r in other]


def a_common_scale_keeps_every_percentage(case: Case) -> None:
    given_mm = tuple(f for f in case.findings if f.state is not State.TOO_SMALL)
    case = replace(case, findings=given_mm)
    factor = Decimal(case.random.choice(["0.1", "0.5", "2", "3", "10"]))
    scaled = tuple(_times(f, factor) for f in given_mm)
    for one, other in zip(_points(case, given_mm), _points(case, scaled), strict=True):
        for before, after in (
            (deciding.parts(one).sums, deciding.parts(other).sums),
            (deciding.viable(one).sums, deciding.viable(other).sums),
        ):
            assert (before.pct_baseline, before.pct_nadir) == (after.pct_baseline, after.pct_nadir)


def a_common_scale_without_limits_in_mm_keeps_every_response(case: Case) -> None:
    free = " ".join(f"criteria.{name}.progression_min_mm=0" for name in ("recist11", "mrecist"))
    liver = hepatic.within((f for f in case.findings if f.state is not State.TOO_SMALL), Scope.LIVER)
    case = replace(case, protocol=histories.changed(case.protocol, free), findings=liver)
    scaled = [_times(f, Decimal(3)) for f in liver]
    for name in NAMES:
        assert said(case.reads(name)) == said(case.reads(name, scaled))


def later_visits_change_no_earlier_response_except_by_dating_back(case: Case) -> None:
    for name in NAMES:
        full, early = case.reads(name), case.reads(name, end=case.place)
        for now, then in zip(full, early, strict=False):
            if now.overall != then.overall:
                assert now.overall.response is Response.PD
                assert now.new_lesions.confirmed_at in {visit.name for visit in case.visits[case.place :]}
            assert (now.target, now.non_target) == (then.target, then.non_target) or _cr_dated_back(full, now)


def a_visit_after_the_data_cut_changes_nothing(case: Case) -> None:
    last = case.visits[case.place].date
    assert last is not None
    late = last + dt.timedelta(days=1)
    limits = cut.DataCut(cut=last)
    extra = Visit(histories.SUBJECT, "LATE", late, (late,))
    seen = [replace(f, visit="LATE", date=late) for f in case.findings if f.visit == case.visits[0].name]
    answers = []
    for visits, findings in ((case.visits, case.findings), ((*case.visits, extra), (*case.findings, *seen))):
        kept = cut.visits(visits, limits)
        answers.append(
            assess(histories.SUBJECT, kept, cut.findings(findings, limits, kept), {}, case.protocol),
        )
    assert answers[0] == answers[1]
    assert len(answers[0]) == case.place + 1


def every_read_is_sound_and_explained(case: Case) -> None:
    for name in NAMES:
        earlier: list[Decimal] = []
        for read in case.reads(name):
            assert read.references.nadir_mm == min(earlier, default=None)
            earlier += [] if read.total.complete_mm is None else [read.total.complete_mm]
            if read.total.missing:
                assert read.target.response in {Response.NE, Response.PD}
            for part in (read.target, read.non_target, read.overall):
                assert part.rule
                assert part.sentence.endswith(".")
                assert part.citation
            assert tuple(key for key, value in read.target.inputs if value is None) == read.total.missing
            assert dict(read.target.margins).get("over_pd", Decimal(0)) >= 0


test_property = properties.each_holds(
    cases(),
    a_new_lesion_never_improves_a_response,
    order_of_lesions_findings_and_visits_does_not_matter,
    lengths_given_in_centimeters_change_nothing,
    a_common_scale_keeps_every_percentage,
    a_common_scale_without_limits_in_mm_keeps_every_response,
    later_visits_change_no_earlier_response_except_by_dating_back,
    a_visit_after_the_data_cut_changes_nothing,
    every_read_is_sound_and_explained,
)


def _best(best: Callable[..., Explained], case: Case, responses: list[Response]) -> Response:
    dated = [DatedResponse(v.date, r) for v, r in zip(case.visits, responses, strict=True) if v.date is not None]
    return best(dated, histories.DAY_ZERO, BestResponse()).response


def _times(finding: Finding, factor: Decimal) -> Finding:
    axes = ("long_axis_mm", "short_axis_mm", "viable_axis_mm")
    given_mm = {axis: value * factor for axis in axes if (value := getattr(finding, axis)) is not None}
    return replace(finding, **given_mm)


def _points(case: Case, findings: tuple[Finding, ...]) -> tuple[TimePoint, ...]:
    return assess(histories.SUBJECT, case.visits, findings, {}, case.protocol)


def _cr_dated_back(reads: Iterable[Read], now: Read) -> bool:
    """Whether an earlier CR became PD by dating back, so that what came after is no reappearance."""
    return any(
        read.new_lesions.confirmed_at
        for read in reads
        if (read.visit.date or dt.date.max) < (now.visit.date or dt.date.min)
    )
