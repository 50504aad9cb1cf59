"""The rule on arrays is the rule of pipeline.assess.target, on random histories."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis import certainty, sum_rule
from pipeline.analysis.sum_rule import Values
from pipeline.assess import history
from pipeline.assess.criteria import recist11
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from tests.builders import histories
from tests.builders.trials import retnet

LENGTHS = st.one_of(st.none(), st.just(Decimal(0)), st.integers(1, 1500).map(lambda tenths: Decimal(tenths) / 10))


def _values(rows: list[list[Decimal | None]], nodes: tuple[bool, ...] = ()) -> Values:
    return Values(tuple(map(tuple, rows)), nodes or (False,) * len(rows[0]))


SWITCHES = (
    "",
    "pd_from_subset=false",
    "cr_before_pd=false",
    "progression_above=true",
    "reappearance_is_pd=false cr_before_pd=false",
    "progression_min_mm=0",
)


def _protocol(switches: str) -> Protocol:
    return histories.changed(retnet(), " ".join(f"criteria.recist11.{switch}" for switch in switches.split()))


def _progressed(values: Values, switches: str = "") -> bool:
    protocol = _protocol(switches)
    criterion, normal = recist11.CRITERION.rules(protocol), protocol.targets.normal_node_short_axis_mm
    scale = sum_rule.steps_per_mm(values, criterion.progression_min_mm, normal)
    steps, missing = sum_rule.in_steps(values, scale)
    limit = sum_rule.limits(criterion, normal, scale)
    return bool(certainty.progressed(steps[None], missing, np.array(values.nodes), limit)[0])


@pytest.mark.parametrize(
    ("rows", "switches", "expected"),
    [
        ([[50, 50], [130, None]], "", True),
        ([[50, 50], [130, None]], "pd_from_subset=false", False),
        ([[100], [120]], "", True),
        ([[100], [120]], "progression_above=true", False),
        ([[100], ["120.1"]], "progression_above=true", True),
    ],
)
def test_each_switch_turns_the_answer(rows: list[list[int | str | None]], switches: str, expected: bool) -> None:
    exact = [[None if value is None else Decimal(value) for value in row] for row in rows]
    assert _progressed(_values(exact), switches) == expected


def test_normal_nodes_that_grew_turn_with_the_order() -> None:
    rows = [[Decimal(15)], [Decimal(3)], [Decimal(9)]]
    assert not _progressed(_values(rows, (True,)))
    assert _progressed(_values(rows, (True,)), "cr_before_pd=false")


@pytest.mark.parametrize("base", range(50, 1500, 7))
def test_exactly_twenty_percent_is_progression(base: int) -> None:
    nadir = Decimal(base) / 2
    values = _values([[nadir], [nadir * Decimal("1.2")]])
    enough = nadir * Decimal("0.2") >= 5
    assert _progressed(values) == enough


@pytest.mark.parametrize("switches", SWITCHES)
@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_whole_history_is_judged_as_by_the_engine(switches: str, data: st.DataObject) -> None:
    lesions = data.draw(st.integers(1, 4))
    nodes = tuple(data.draw(st.lists(st.booleans(), min_size=lesions, max_size=lesions)))
    known = st.integers(100, 1500).map(lambda tenths: Decimal(tenths) / 10)
    rows = [[data.draw(known) for _ in range(lesions)]]
    rows += [[data.draw(LENGTHS) for _ in range(lesions)] for _ in range(data.draw(st.integers(1, 4)))]
    names = [f"TN{n}" if node else f"T{n}" for n, node in enumerate(nodes, 1)]
    text = "|".join(
        " ".join(
            f"{name}={'-' if value is None else format(value, 'f')}" for name, value in zip(names, row, strict=True)
        )
        for row in rows
    )
    visits, findings = histories.lesions(text)
    read = recist11.CRITERION.read(history.build(visits, findings), _protocol(switches))[-1]
    back = read.target.rule.endswith("pd_reappeared")
    if not back:
        assert _progressed(_values(rows, nodes), switches) == (read.target.response is Response.PD), text


def test_more_decimals_stay_exact() -> None:
    below = _values([[Decimal("84.7")], [Decimal("101.6399")]])
    at = _values([[Decimal("84.7")], [Decimal("101.64")]])
    assert (_progressed(below), _progressed(at)) == (False, True)


def test_without_a_complete_earlier_visit_nothing_progresses() -> None:
    assert not _progressed(_values([[Decimal(50), None], [Decimal(90), Decimal(40)]]))


def test_a_table_of_unequal_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="one value for each lesion"):
        Values(((Decimal(1),), (Decimal(1), Decimal(2))), (False,))
    with pytest.raises(ValueError, match="at least one visit"):
        Values((), (False,))


def test_streams_differ_by_key_and_repeat() -> None:
    first, again, other = (sum_rule.stream(1, key).random() for key in ("S-001/W12", "S-001/W12", "S-001/W24"))
    assert first == again != other
