"""Doubts about what became of a carried lesion: it is flagged, never silently taken."""

from decimal import Decimal

from pipeline.model.flags import Flag, Flags
from pipeline.model.lesion import State

HALF = Decimal("0.5")
"""Share of a lesion's volume at the visit before: what has become less than that wants a look unless its edge is clear.
Own choice: a response that large is common, and so is an outline that lost a tumor."""


def doubts(state: State, volume_ml: Decimal, before_ml: Decimal | None, *, clear: bool) -> Flags:
    """Return the flags of a lesion by its volumes in ml.

    before_ml: its volume at the visit before, None where that is not known. clear: whether the image shows its edge.
    """
    if state is State.NOT_EVALUABLE:
        return (Flag.PLACE_NOT_SHOWN,)
    shrunk = before_ml is not None and volume_ml < HALF * before_ml
    return (Flag.HALVED_WITHOUT_EDGE,) if state is State.PRESENT and shrunk and not clear else ()
