"""Decide whether a lesion that is not seen may be called gone.

Our decision [D]: neuroendocrine metastases can be as bright as liver in the portal venous phase. Where the
baseline arterial phase showed a small lesion and the visit has no arterial phase, "not seen" is not "absent":
the lesion is recorded as too small to measure (RECIST 1.1 then takes 5 mm), flagged NO_ARTERIAL by the visit.
"""

from decimal import Decimal

from pipeline.model.lesion import Finding, State

SMALL_MM = Decimal(10)
"""mm: a lesion of at least this size is not missed for want of a phase; own decision [D], see above."""


def state(observed: State, before: Finding | None, arterial_here: bool) -> State:
    """Return the state to record, given the state on this visit's images and the finding before."""
    if observed is not State.ABSENT or arterial_here or before is None:
        return observed
    enhanced = before.viable_axis_mm is not None and before.viable_axis_mm > 0
    small = before.long_axis_mm is not None and 0 < before.long_axis_mm < SMALL_MM
    return State.TOO_SMALL if enhanced and small else observed
