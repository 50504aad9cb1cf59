"""By which criteria, scopes and phases a trial is read."""

import pytest

from pipeline.assess import plan
from pipeline.model.terms import Phase
from tests.builders import histories, trials


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ("criteria.primary=recist11", []),
        ("criteria.primary=mrecist", []),
        ("criteria.primary=recist11 endpoint.scope=whole-body", []),
        ("criteria.primary=who", [("who", "liver")]),
        ("criteria.primary=irecist endpoint.scope=whole-body", [("irecist", "liver"), ("irecist", "whole-body")]),
    ],
)
def test_recist_and_mrecist_are_read_always_and_another_primary_where_it_decides(
    settings: str, more: list[tuple[str, str]]
) -> None:
    protocol = histories.changed(trials.retnet(), settings)
    reads = [(method.name, scope) for method, scope in plan.reads(protocol)]
    assert reads == [("recist11", "whole-body"), ("recist11", "liver"), ("mrecist", "liver"), *more]
    assert [method.name for method in plan.methods(protocol)] == list(dict.fromkeys(name for name, _ in reads))
    assert [(facts.name, scope) for facts, scope in plan.others(protocol)] == more


@pytest.mark.parametrize(("primary", "percent"), [("recist11", 20), ("mrecist", 20), ("who", 25), ("irecist", 20)])
def test_the_thresholds_are_those_of_the_primary(primary: str, percent: int) -> None:
    protocol = histories.changed(trials.retnet(), f"criteria.primary={primary}")
    assert plan.thresholds(protocol).progression_percent == percent


def test_the_first_phase_of_each_criterion_is_wanted() -> None:
    phases = {"recist11": Phase.DELAYED, "choi": Phase.PORTAL_VENOUS}
    settings = " ".join(f"criteria.{name}.phases={phase.value}" for name, phase in phases.items() if name != "choi")
    protocol = histories.changed(trials.retnet(), f"{settings} criteria.primary=choi")
    assert plan.first_phases(protocol) == {Phase.DELAYED, Phase.ARTERIAL, Phase.PORTAL_VENOUS}
    assert plan.reference_phases(protocol) == (Phase.DELAYED,)
    assert plan.first_phases(trials.retnet()) == {Phase.PORTAL_VENOUS, Phase.ARTERIAL}
