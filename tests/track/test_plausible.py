"""What wants a look of a followed lesion."""

from decimal import Decimal

import pytest

from pipeline.model.flags import Flag
from pipeline.model.lesion import State
from pipeline.track import plausible


@pytest.mark.parametrize(
    ("state", "volume", "before", "clear", "flags"),
    [
        (State.PRESENT, "4.9", "10", False, (Flag.HALVED_WITHOUT_EDGE,)),
        (State.PRESENT, "4.9", "10", True, ()),
        (State.PRESENT, "5", "10", False, ()),
        (State.PRESENT, "4.9", None, False, ()),
        (State.ABSENT, "0", "10", False, ()),
        (State.NOT_EVALUABLE, "0", "10", False, (Flag.PLACE_NOT_SHOWN,)),
    ],
)
def test_what_is_flagged(state: State, volume: str, before: str | None, clear: bool, flags: tuple[Flag, ...]) -> None:
    known = None if before is None else Decimal(before)
    assert plausible.doubts(state, Decimal(volume), known, clear=clear) == flags
