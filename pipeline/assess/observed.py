"""What the rows of TR at one visit say of one lesion, and of one that fell into fragments."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.assess.sums import ZERO
from pipeline.model.errors import InputError
from pipeline.model.lesion import State
from pipeline.model.tumor import Measure, Result

Tests = Mapping[Measure, Result]

_WORDS = (Measure.STATE, Measure.NODE_STATE)
_REST = (
    Measure.VIABLE,
    Measure.VOLUME,
    Measure.VIABLE_PERPENDICULAR,
    Measure.VIABLE_VOLUME,
    Measure.DENSITY,
)
"""The measures behind the values of Observation, after both axes and in its order."""


class Observation(NamedTuple):
    """State and values of a lesion at a visit, as a finding holds them; place names a row."""

    place: str
    state: State
    long_mm: Decimal | None = None
    short_mm: Decimal | None = None
    viable_mm: Decimal | None = None
    volume_ml: Decimal | None = None
    viable_short_mm: Decimal | None = None
    viable_volume_ml: Decimal | None = None
    density_hu: Decimal | None = None


def lesion(tests: Tests, is_node: bool) -> Observation:
    """Return what a visit shows of a lesion.

    1. The axis that counts is LPERP in a node and LDIAM elsewhere; DIAMETER is either.
    2. 0 in that axis means gone, whatever else is said; ABSENT means gone.
    3. Else the state that TUMSTATE or LNSTATE names; a normal node that was measured is there with its axis.
       Else too small to measure, else present.
    4. Nothing but empty or NOT DONE rows: not evaluable.

    Raises:
        InputError: ABSENT, and yet an axis above 0.
    """
    place = next(iter(tests.values())).place
    values = {measure: result.value for measure, result in tests.items()}
    long, short = values.get(Measure.LONG), values.get(Measure.PERPENDICULAR)
    if is_node:
        counts = short = values.get(Measure.DIAMETER) if short is None else short
    else:
        counts = long = values.get(Measure.DIAMETER) if long is None else long
    if counts == 0:
        return Observation(place, State.ABSENT)
    state = _stated(tests) or (State.NOT_EVALUABLE if _is_empty(values) else State.PRESENT)
    if state is State.ABSENT:
        _check_absent(tests)
        return Observation(place, state)
    if state is State.NOT_EVALUABLE:
        return Observation(place, state)
    return Observation(place, state, long, short, *map(values.get, _REST))


def fragments(parts: Sequence[Observation | None], too_small_mm: Decimal) -> Observation | None:
    """Return a split lesion: its fragments' values added up (RECIST 1.1, Eisenhauer 2009, appendix II).

    Unequivocal progression of one is that of the lesion. A fragment that was not assessed
    leaves the lesion not evaluable; with no fragment assessed there is no finding. All gone:
    gone. Perpendiculars of viable axes and densities do not add up and are left out.
    """
    known = [part for part in parts if part is not None]
    if not known:
        return None
    place, states = known[0].place, [part.state for part in known]
    if State.PROGRESSED not in states and (len(known) < len(parts) or State.NOT_EVALUABLE in states):
        return Observation(place, State.NOT_EVALUABLE)
    if set(states) == {State.ABSENT}:
        return Observation(place, State.ABSENT)
    state = State.PROGRESSED if State.PROGRESSED in states else State.SPLIT
    return Observation(
        place,
        state,
        _sum([_or_too_small(part, part.long_mm, too_small_mm) for part in known]),
        _sum([_or_too_small(part, part.short_mm, too_small_mm) for part in known]),
        _sum([_or_too_small(part, part.viable_mm, None) for part in known]),
        _sum([_or_too_small(part, part.volume_ml, None) for part in known]),
        viable_volume_ml=_sum([_or_too_small(part, part.viable_volume_ml, None) for part in known]),
    )


def _stated(tests: Tests) -> State | None:
    """What the rows say in words: TUMSTATE, else LNSTATE, else beside or instead of a number."""
    telling = {measure: result for measure, result in tests.items() if not _is_normal(measure, result, tests)}
    for measure in _WORDS:
        result = telling.get(measure)
        if result is not None and result.state is not State.NOT_EVALUABLE:
            return result.state
    beside = {result.state for result in telling.values()}
    return next((state for state in (State.ABSENT, State.TOO_SMALL) if state in beside), None)


def _is_normal(measure: Measure, result: Result, tests: Tests) -> bool:
    """Whether LNSTATE calls a node normal whose axis was measured, so that it says no more than the number does."""
    axes = (tests[each].value for each in (Measure.PERPENDICULAR, Measure.DIAMETER) if each in tests)
    return measure is Measure.NODE_STATE and result.state is State.ABSENT and any(axis is not None for axis in axes)


def _is_empty(values: Mapping[Measure, Decimal | None]) -> bool:
    return all(value is None for value in values.values())


def _check_absent(tests: Tests) -> None:
    for measure in (Measure.LONG, Measure.PERPENDICULAR, Measure.DIAMETER, Measure.VIABLE):
        result = tests.get(measure)
        if result is not None and result.value:
            raise InputError(
                f"{result.place}, column TRSTRESN: found '{result.value:f}' for {measure.value}; "
                "allowed: 0 or empty, for the lesion is ABSENT at this visit"
            )


def _or_too_small(part: Observation, value: Decimal | None, too_small: Decimal | None) -> Decimal | None:
    if part.state is State.ABSENT:
        return ZERO
    return too_small if value is None and part.state is State.TOO_SMALL else value


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if len(known) == len(values) else None
