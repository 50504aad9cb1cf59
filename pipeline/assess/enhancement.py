"""What arterial enhancement tells of a lesion: whether its viable part is known, and when nothing of it is left."""

from decimal import Decimal

from pydantic import Field, model_validator

from pipeline.assess import lengths
from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model.criteria import BarringFlag, Criterion
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, State
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit


class ViableCriterion(Criterion):
    """Settings of a criterion that regards viable tissue: it is read on arterial enhancement alone."""

    phases: tuple[Phase, ...] = Field(default=(Phase.ARTERIAL,), min_length=1)
    barred_by: tuple[BarringFlag, ...] = ("NO_ARTERIAL",)

    @model_validator(mode="after")
    def _needs_arterial(self) -> "ViableCriterion":
        if self.phases != (Phase.ARTERIAL,):
            raise ValueError("phases: allowed: [arterial]; viable tissue is read on arterial enhancement")
        return self


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
