"""What rows of TR say of a lesion at a visit, and what its fragments say together."""

from decimal import Decimal

import pytest

from pipeline.assess import observed
from pipeline.assess.observed import Observation
from pipeline.model.errors import InputError
from pipeline.model.lesion import State
from pipeline.model.tumor import Evaluator, Measure, Result, Timing

FIVE = Decimal(5)


def rows(**said: str | State) -> dict[Measure, Result]:
    found = {}
    for name, what in said.items():
        measure = Measure[name]
        state = what if isinstance(what, State) else None
        value = None if isinstance(what, State) else Decimal(what)
        timing = Timing(Decimal(1), "", "", accepted=False)
        found[measure] = Result("TR row 2", Evaluator("", ""), "T01", measure, value, state, timing)
    return found


@pytest.mark.parametrize(
    ("said", "node", "state", "axes"),
    [
        (rows(LONG="30", PERPENDICULAR="20"), False, State.PRESENT, ("30", "20")),
        (rows(DIAMETER="30"), False, State.PRESENT, ("30", None)),
        (rows(DIAMETER="30"), True, State.PRESENT, (None, "30")),
        (rows(DIAMETER="30", LONG="31"), False, State.PRESENT, ("31", None)),
        (rows(LONG="0", PERPENDICULAR="4"), False, State.ABSENT, (None, None)),
        (rows(LONG="0", STATE=State.PRESENT), False, State.ABSENT, (None, None)),
        (rows(LONG="7", PERPENDICULAR="0"), True, State.ABSENT, (None, None)),
        (rows(LONG="7", PERPENDICULAR="0"), False, State.PRESENT, ("7", "0")),
        (rows(LONG=State.ABSENT), False, State.ABSENT, (None, None)),
        (rows(LONG=State.TOO_SMALL), False, State.TOO_SMALL, (None, None)),
        (rows(LONG=State.NOT_EVALUABLE), False, State.NOT_EVALUABLE, (None, None)),
        (rows(LONG=State.NOT_EVALUABLE, STATE=State.PRESENT), False, State.PRESENT, (None, None)),
        (rows(LONG="12", STATE=State.NOT_EVALUABLE), False, State.PRESENT, ("12", None)),
        (rows(LONG="12", STATE=State.EQUIVOCAL), False, State.EQUIVOCAL, ("12", None)),
        (rows(NODE_STATE=State.ABSENT, STATE=State.PRESENT), True, State.PRESENT, (None, None)),
    ],
)
def test_a_lesion(said: dict[Measure, Result], node: bool, state: State, axes: tuple[str | None, str | None]) -> None:
    seen = observed.lesion(said, node)
    expected = tuple(None if axis is None else Decimal(axis) for axis in axes)
    assert (seen.state, (seen.long_mm, seen.short_mm)) == (state, expected)


def test_every_measure_finds_its_place() -> None:
    said = rows(VIABLE="1", VIABLE_PERPENDICULAR="2", VOLUME="3", VIABLE_VOLUME="4", DENSITY="-5")
    seen = observed.lesion(said, is_node=False)
    assert (seen.viable_mm, seen.viable_short_mm, seen.volume_ml, seen.viable_volume_ml, seen.density_hu) == (
        Decimal(1),
        Decimal(2),
        Decimal(3),
        Decimal(4),
        Decimal(-5),
    )


@pytest.mark.parametrize("name", ["LONG", "PERPENDICULAR", "DIAMETER", "VIABLE"])
def test_absent_beside_a_length_is_refused(name: str) -> None:
    with pytest.raises(
        InputError, match=rf"TR row 2, column TRSTRESN: found '3' for {Measure[name].value}; allowed: 0"
    ):
        observed.lesion(rows(STATE=State.ABSENT, **{name: "3"}), is_node=name == "LONG")


def part(state: State, long: str | None = None) -> Observation:
    return Observation("TR row 2", state, None if long is None else Decimal(long))


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        ([part(State.PRESENT, "10"), part(State.PRESENT, "15")], part(State.SPLIT, "25")),
        ([part(State.PRESENT, "10"), part(State.ABSENT)], part(State.SPLIT, "10")),
        ([part(State.PRESENT, "10"), part(State.TOO_SMALL)], part(State.SPLIT, "15")),
        ([part(State.PRESENT, "10"), part(State.TOO_SMALL, "3")], part(State.SPLIT, "13")),
        ([part(State.PRESENT, "10"), part(State.PRESENT)], part(State.SPLIT)),
        ([part(State.PRESENT, "10"), part(State.NOT_EVALUABLE)], part(State.NOT_EVALUABLE)),
        ([part(State.PRESENT, "10"), None], part(State.NOT_EVALUABLE)),
        ([part(State.ABSENT), part(State.ABSENT)], part(State.ABSENT)),
        ([part(State.PROGRESSED), None], part(State.PROGRESSED)),
        ([None, None], None),
    ],
)
def test_fragments(parts: list[Observation | None], together: Observation | None) -> None:
    found = observed.fragments(parts, FIVE)
    assert (found and found[:3]) == (together and together[:3])
