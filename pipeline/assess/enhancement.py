"""What arterial enhancement tells of a lesion: whether its viable part is known, and when nothing of it is left."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator

from pipeline.assess import lengths
from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model.criteria import BarringFlag
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, State
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit


def _arterial(phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
    if phases != (Phase.ARTERIAL,):
        raise ValueError("allowed: [arterial]; viable tissue is read on arterial enhancement")
    return phases


ArterialPhases = Annotated[tuple[Phase, ...], AfterValidator(_arterial)]
"""Phases of a criterion that regards viable tissue: the arterial one alone."""
NEEDS_ARTERIAL: tuple[BarringFlag, ...] = ("NO_ARTERIAL",)
"""What bars such a criterion unless a protocol says otherwise."""


def has_arterial(history: History, visit: Visit) -> bool:
    """Whether no flag says that the arterial phase is missing at a visit."""
    flagged = (Flag.NO_ARTERIAL in finding.flags for finding in history.all_at(visit))
    return Flag.NO_ARTERIAL not in visit.flags and not any(flagged)


def viable_axis(finding: Finding | None, arterial: bool, too_small_mm: Decimal) -> Decimal | None:
    """Return the viable axis of an enhancing target in mm; None where it was not measured.

    A viable axis that was recorded counts in any case. Absent is 0 and too small the
    default only where an arterial phase was there to tell.
    """
    if finding is None or finding.state is State.NOT_EVALUABLE:
        return None
    if finding.viable_axis_mm is not None:
        return finding.viable_axis_mm
    if not arterial:
        return None
    if finding.state is State.ABSENT:
        return ZERO
    return too_small_mm if finding.state is State.TOO_SMALL else None


def has_disappeared(lesion: Lesion, finding: Finding, too_small_mm: Decimal, normal_node_mm: Decimal) -> bool:
    """Whether a lesion without a value in the sum is gone: nothing in it enhances any more (S8), or it vanished."""
    return finding.viable_axis_mm == 0 or lengths.has_disappeared(lesion, finding, too_small_mm, normal_node_mm)
