"""What must hold for every history under the criteria of areas, volumes and densities, and under iRECIST."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from pipeline.assess import history, registry
from pipeline.assess.method import Read
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.response import Response
from pipeline.model.visit import Visit
from tests.builders import histories, properties, trials

SUMS = ("who", "easl", "qeasl", "vrecist", "choi", "mchoi")
PROGRESSIONS = {Response.PD, Response.IUPD, Response.ICPD}
WORDS = ("0", "ne", "-", "0!", "small")


@dataclass(frozen=True)
class Case:
    """One subject, one of the sum-based criteria, a place among its follow-up visits, and a seed for choices."""

    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    name: str
    place: int
    random: Random

    def reads(self, name: str, findings: Iterable[Finding] | None = None, end: int | None = None) -> tuple[Read, ...]:
        """The reads of the first visits under one criterion; other findings where given."""
        names = {visit.name for visit in self.visits[:end]}
        kept = [f for f in (self.findings if findings is None else findings) if f.visit in names]
        return registry.get(name).read(history.build(self.visits[:end], kept), trials.retnet())


def said(reads: Iterable[Read]) -> list[Response]:
    return [read.overall.response for read in reads]


def _target(number: int) -> str:
    """A cell from one number: mostly with every measurement, else without some, or a word."""
    if number >= 1400:
        return WORDS[number % 5]
    long, viable, hu = Decimal(number + 100) / 10, Decimal(number + 90) * (number % 7) / 60, 30 + number % 60
    axes = f"{long}x{long * Decimal('0.8')}/{viable}x{viable * Decimal('0.5')}"
    more = (f",v{long}/{viable},h{hu}", f",v{long}/{viable}", f",h{hu}", f",v{long}/{viable},h{hu},oil", "!*")
    return f"{axes}{more[number % 9] if number % 9 < 5 else more[0]}"


measured = st.integers(0, 1399)
cell = st.integers(0, 1499)
visit = st.tuples(cell, cell, st.integers(0, 6), st.integers(0, 6), st.integers(28, 100))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two targets, a non-target and a candidate over two to five visits, 4 to 14 weeks apart."""
    parts = [f"T1={_target(draw(measured))} T2={_target(draw(measured))} NT1=20"]
    day = 0
    for one, two, rest, new, days in draw(st.lists(visit, min_size=1, max_size=4)):
        day += days
        left = ("present", "present", "0", "ne", "pd:30", "12/0", "pd:35")[rest]
        parts.append(
            f"@{day} T1={_target(one)} T2={_target(two)} NT1={left} NL1={('-', '-', '-', '0', '9', '14', 'ne')[new]}"
        )
    visits, findings = histories.lesions(" | ".join(parts))
    seed = draw(st.integers(0, 2**32))
    return Case(visits, findings, SUMS[seed % len(SUMS)], 1 + seed % (len(visits) - 1), Random(seed))


def a_new_lesion_is_always_progression(case: Case) -> None:
    stays = [
        Finding(histories.SUBJECT, v.name, v.date, "NL9", Role.NEW, State.PRESENT) for v in case.visits[case.place :]
    ]
    for name in (case.name, "irecist"):
        before, after = said(case.reads(name)), said(case.reads(name, (*case.findings, *stays)))
        assert after[: case.place] == before[: case.place]
        assert set(after[case.place :]) <= PROGRESSIONS


def order_of_lesions_findings_and_visits_does_not_matter(case: Case) -> None:
    others = {"T1": "T2", "T2": "T1", "NT1": "T0", "NL1": "A"}
    renamed = [replace(f, lesion=others[f.lesion]) for f in case.findings]
    mixed = list(case.visits)
    case.random.shuffle(renamed)
    case.random.shuffle(mixed)
    for name in (case.name, "irecist"):
        assert said(replace(case, visits=tuple(mixed)).reads(name, renamed)) == said(case.reads(name))


def later_visits_change_nothing_earlier(case: Case) -> None:
    for name in (case.name, "irecist"):
        assert case.reads(name)[: case.place] == case.reads(name, end=case.place)


def a_common_scale_changes_no_response(case: Case) -> None:
    given_mm = [f for f in case.findings if f.state is not State.TOO_SMALL]
    axes = ("long_axis_mm", "short_axis_mm", "viable_axis_mm", "viable_short_axis_mm", "volume_ml", "viable_volume_ml")
    scaled = [
        replace(f, **{axis: value * 3 for axis in axes if (value := getattr(f, axis)) is not None}) for f in given_mm
    ]
    assert said(case.reads(case.name, scaled)) == said(case.reads(case.name, given_mm))


def a_part_of_the_sum_is_progression_or_not_evaluable(case: Case) -> None:
    for read in case.reads(case.name):
        assert not read.total.missing or read.target.response in {Response.NE, Response.PD}
        for part in (read.target, read.non_target, read.overall):
            assert part.rule
            assert part.citation
            assert part.sentence.endswith(".")


def modified_choi_never_says_more_than_choi(case: Case) -> None:
    for one, other in zip(case.reads("choi"), case.reads("mchoi"), strict=True):
        if other.target.response is Response.PR:
            assert one.target.response is Response.PR
        if one.target.rule.endswith("pd_size"):
            assert other.target.response is Response.PD


def a_progression_is_confirmed_only_after_an_unconfirmed_one(case: Case) -> None:
    answers = said(case.reads("irecist"))
    for place, (plain, answer) in enumerate(zip(said(case.reads("recist11")), answers, strict=True)):
        if answer is Response.ICPD:
            assert Response.IUPD in answers[:place]
        assert (plain is Response.PD) == (answer in PROGRESSIONS) or Response.ICPD in answers[:place]


test_property = properties.each_holds(
    cases(),
    a_new_lesion_is_always_progression,
    order_of_lesions_findings_and_visits_does_not_matter,
    later_visits_change_nothing_earlier,
    a_common_scale_changes_no_response,
    a_part_of_the_sum_is_progression_or_not_evaluable,
    modified_choi_never_says_more_than_choi,
    a_progression_is_confirmed_only_after_an_unconfirmed_one,
)
