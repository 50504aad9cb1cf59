"""mRECIST: the longest viable (arterially enhancing) axis of each target, and its own sums.

A target is gone as in RECIST, by its mRECIST value: 0, and for a node a normal short axis.
Sums are never mixed with those of RECIST 1.1 (rule book, section 3; S8, S9).
"""

from decimal import Decimal
from enum import Enum

from pipeline.assess import non_target, recist11
from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, Organ, Role, State
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit

NAME = "mrecist"
CITATION = "mRECIST (S8, PMC9747269 T11; S9); rule book section 3"


class Reading(Enum):
    """How a target is read for mRECIST, settled at baseline."""

    VIABLE = "viable axis"
    WHOLE_LESION = "long axis of the whole lesion"
    NOT_READ = "not read"


def values(history: History, visit: Visit, protocol: Protocol) -> dict[str, Decimal | None]:
    """Return the value in mm of every target at a visit; None where it was not measured.

    Without an arterial phase at a visit only viable axes that a reader gave count. A merged
    lesion without a value counts 0 when its partner carries the common mass.
    """
    readings = readings_at_baseline(history)
    arterial = has_arterial(history, visit)
    too_small = protocol.criteria.mrecist.too_small_value_mm
    found: dict[str, Decimal | None] = {}
    for lesion in history.of_role(Role.TARGET):
        finding = history.at(visit, lesion)
        reading = readings[lesion.name]
        if reading is Reading.NOT_READ:
            found[lesion.name] = None
        elif finding is not None and recist11.counts_elsewhere(history, visit, lesion, finding):
            found[lesion.name] = finding.viable_axis_mm or ZERO
        elif reading is Reading.VIABLE:
            found[lesion.name] = viable_axis(finding, arterial, too_small)
        else:
            found[lesion.name] = recist11.axis(lesion, finding, too_small)
    return found


def readings_at_baseline(history: History) -> dict[str, Reading]:
    """Return how each target is read.

    1. Viable axis > 0 at baseline: by its viable axis.
    2. Viable axis 0, so that it does not enhance: by its whole long axis, as in RECIST (S9).
    3. None recorded: by its whole long axis too (atypical), provided that the arterial phase
       was there and another target has a viable axis; else the baseline was not read for
       mRECIST, and a RECIST sum must not stand in for it. Outside the liver, where a read
       regards it, the whole axis counts in any case (nodes: short axis).
    No finding at baseline is read as one that is not evaluable.
    """
    baseline = history.baseline
    targets = history.of_role(Role.TARGET)
    if baseline is None:
        return dict.fromkeys((lesion.name for lesion in targets), Reading.NOT_READ)
    found = {lesion.name: history.at(baseline, lesion) for lesion in targets}
    was_read = any(f is not None and f.viable_axis_mm is not None for f in found.values())
    read = was_read and Flag.NO_ARTERIAL not in baseline.flags
    return {lesion.name: _reading(lesion, found[lesion.name], read) for lesion in targets}


def _reading(lesion: Lesion, finding: Finding | None, read: bool) -> Reading:
    if finding is not None and finding.viable_axis_mm is not None:
        return Reading.VIABLE if finding.viable_axis_mm > 0 else Reading.WHOLE_LESION
    if lesion.organ is not Organ.LIVER:
        return Reading.WHOLE_LESION
    arterial = finding is None or Flag.NO_ARTERIAL not in finding.flags
    return Reading.WHOLE_LESION if read and arterial else Reading.NOT_READ


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


def has_disappeared(lesion: Lesion, finding: Finding, protocol: Protocol) -> bool:
    """Whether a non-target lesion is gone for mRECIST: nothing in it enhances any more (S8)."""
    return finding.viable_axis_mm == 0 or non_target.has_disappeared(lesion, finding, protocol)
