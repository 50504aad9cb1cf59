"""The share of legal target choices that are PD, on cases worked out by hand."""

from decimal import Decimal
from itertools import combinations

import pytest

from pipeline.analysis import target_choices
from pipeline.analysis.sum_rule import Values
from pipeline.assess import registry
from pipeline.model.certainty import ChoiceShare
from pipeline.model.lesion import Organ
from pipeline.model.protocol import Protocol
from tests.builders.trials import retnet

L, N, B, P = Organ.LIVER, Organ.NODE, Organ.LUNG, Organ.PERITONEUM


def _share(
    organs: list[Organ], *rows: list[str | None], protocol: Protocol | None = None, criterion: str = "recist11"
) -> ChoiceShare:
    exact = tuple(tuple(None if v is None else Decimal(v) for v in row) for row in rows)
    values = Values(exact, tuple(organ is N for organ in organs))
    rules = registry.get(criterion).rules(protocol or retnet())
    return target_choices.share_of_pd(values, organs, rules, protocol or retnet(), f"{criterion}/S-001/W12")


def _with(**changes: int) -> Protocol:
    values = retnet().model_dump()
    for name, value in changes.items():
        values["certainty" if name in values["certainty"] else "targets"][name] = value
    return Protocol.model_validate(values)


@pytest.mark.parametrize(
    ("organs", "number"),
    [
        ([L], 1),
        ([L, L], 1),
        ([L, L, L], 3),
        ([L] * 5, 10),
        ([L, L, L, N, N], 3),
        ([L, L, L, N, N, N], 9),
        ([L, L, N, N, B, B], 6),
        ([L, L, N, N, B, B, P, P], 56),
    ],
)
def test_how_many_choices_are_legal(organs: list[Organ], number: int) -> None:
    limits = retnet().targets
    counted = sum(
        1
        for size in [min(limits.max_total, sum(min(organs.count(o), 2) for o in set(organs)))]
        for chosen in combinations(range(len(organs)), size)
        if all(sum(organs[n] is organ for n in chosen) <= 2 for organ in set(organs))
    )
    assert sum(target_choices.options(organs, limits).counts) == counted == number


def test_three_liver_lesions_one_of_which_grew() -> None:
    """Pairs of (20, 20, 20) -> (40, 20, 20): two of three contain the grown one, +50 %."""
    assert _share([L, L, L], ["20"] * 3, ["40", "20", "20"]) == ChoiceShare(2 / 3, 0.0, 3, enumerated=True)


def test_every_choice_has_its_own_nadir() -> None:
    """Pairs: AB 40-30-38 (+8, 26.7 %) PD; AC 40-40-48 (+8, 20 %) PD; BC 40-30-30 no."""
    found = _share([L, L, L], ["20", "20", "20"], ["20", "10", "20"], ["28", "10", "20"])
    assert (found.share, found.choices) == (pytest.approx(2 / 3), 3)


def test_a_missing_lesion_leaves_the_subset_rule() -> None:
    """A missing now: AB 60 against 40, AC 20 against 40, BC 80 against 40; PD, no, PD."""
    assert _share([L, L, L], ["20", "20", "20"], [None, "60", "20"]).share == pytest.approx(2 / 3)


def test_a_visit_with_a_missing_lesion_sets_no_nadir_for_its_choices() -> None:
    """A missing at W12: AB and AC keep nadir 40 (44 now, +10 %); BC has nadir 20 (48 now), PD."""
    assert _share([L, L, L], ["20"] * 3, [None, "10", "10"], ["20", "24", "24"]).share == pytest.approx(1 / 3)


def test_lesions_that_are_gone_are_no_progression() -> None:
    """Nodes 3 to 9 mm are normal, so the pair of nodes is CR, not PD."""
    assert _share([N, N], ["15", "15"], ["3", "3"], ["9", "9"]).share == 0
    assert _share([N, N], ["15", "15"], ["3", "3"], ["9", "10"]).share == 1


def test_organs_fill_their_limits() -> None:
    """Two of three liver lesions and the one node: 3 choices, all PD by the node alone."""
    found = _share([L, L, L, N], ["20", "20", "20", "20"], ["20", "20", "20", "60"])
    assert found == ChoiceShare(1.0, 0.0, 3, enumerated=True)


def test_many_choices_are_drawn_with_their_error() -> None:
    organs = [L] * 30
    rows = ["20"] * 30, ["40"] * 10 + ["20"] * 20
    exact = sum(1 for pair in combinations(range(30), 2) if min(pair) < 10) / 435
    enumerated = _share(organs, *rows)
    drawn = _share(organs, *rows, protocol=_with(max_choices=400))
    assert (enumerated.share, enumerated.choices, enumerated.enumerated) == (pytest.approx(exact), 435, True)
    assert (drawn.choices, drawn.enumerated) == (400, False)
    assert drawn.se == pytest.approx((drawn.share * (1 - drawn.share) / 400) ** 0.5)
    assert drawn.share == pytest.approx(exact, abs=4 * drawn.se)
    assert drawn == _share(organs, *rows, protocol=_with(max_choices=400))


def test_drawn_choices_weigh_allocations_by_their_number() -> None:
    """Limit of 3 in all over liver (4) and nodes (6): 2+1 has 36 choices, 1+2 has 60."""
    organs = [L] * 4 + [N] * 6
    rows = ["20"] * 10, ["80"] * 4 + ["20"] * 6
    protocol = _with(max_total=3, max_choices=90)
    assert target_choices.options(organs, protocol.targets).counts == (60, 36)
    lesser = _with(max_total=3, max_choices=96)
    assert _share(organs, *rows, protocol=lesser).share == 1
    rows_of_nodes = ["20"] * 10, ["20"] * 4 + ["40"] + ["20"] * 5
    exact = _share(organs, *rows_of_nodes, protocol=lesser).share
    assert exact == pytest.approx((6 + 4 * 5) / 96)
    assert _share(organs, *rows_of_nodes, protocol=protocol).share == pytest.approx(exact, abs=0.2)


def test_every_choice_agrees_with_the_rule_of_the_engine() -> None:
    thresholds = registry.get("recist11").rules(retnet()).thresholds
    before, now = [20, 31, 17, 44, 12], [25, 30, 30, 50, 19]
    expected = [
        thresholds.progressed(Decimal(now[a] + now[b]), Decimal(before[a] + before[b]))
        for a, b in combinations(range(5), 2)
    ]
    found = _share([L] * 5, [str(v) for v in before], [str(v) for v in now])
    assert found.share == pytest.approx(sum(expected) / 10)
    assert 0 < found.share < 1


def test_lesions_without_a_length_at_baseline_are_refused() -> None:
    with pytest.raises(ValueError, match="all have a length at baseline"):
        _share([L, L], ["20", None], ["20", "20"])
    with pytest.raises(ValueError, match="S-001/W12: expected lesions"):
        _share([], [], [])
