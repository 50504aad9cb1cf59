"""mRECIST: the longest viable (arterially enhancing) axis of each target, and its own sums.

A target is gone as in RECIST, by its mRECIST value: 0, and for a node a normal short axis.
Sums are never mixed with those of RECIST 1.1 (rule book, section 3; S8, S9).
"""

from decimal import Decimal
from enum import Enum

from pydantic import Field

from pipeline.assess import enhancement, lengths
from pipeline.assess.enhancement import NEEDS_ARTERIAL, ArterialPhases
from pipeline.assess.history import History, Lesion
from pipeline.assess.series import SumMethod
from pipeline.assess.sums import ZERO
from pipeline.model.criteria import BarringFlag, Criterion
from pipeline.model.criterion import CriterionFacts
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, Organ, Role
from pipeline.model.setting import Millimeters
from pipeline.model.visit import Visit


class Mrecist(Criterion):
    """mRECIST: the thresholds of RECIST 1.1 without its minimum in mm, which the source does not state (S8)."""

    progression_min_mm: Millimeters = Decimal(0)
    phases: ArterialPhases = Field(min_length=1)
    barred_by: tuple[BarringFlag, ...] = NEEDS_ARTERIAL


class ReadBy(Enum):
    """How a target is read for mRECIST, settled at baseline."""

    VIABLE = "viable axis"
    WHOLE_LESION = "long axis of the whole lesion"
    NOT_READ = "not read"


def values(history: History, visit: Visit, rules: Mrecist) -> dict[str, Decimal | None]:
    """Return the value in mm of every target at a visit; None where it was not measured.

    Without an arterial phase at a visit only viable axes that a reader gave count. A merged
    lesion without a value counts 0 when its partner carries the common mass.
    """
    readings = readings_at_baseline(history)
    arterial = enhancement.has_arterial(history, visit)
    too_small = rules.too_small_value_mm
    axes: dict[str, Decimal | None] = {}
    for lesion in history.of_role(Role.TARGET):
        finding = history.at(visit, lesion)
        reading = readings[lesion.name]
        if reading is ReadBy.NOT_READ:
            axes[lesion.name] = None
        elif finding is not None and lengths.counts_elsewhere(history, visit, lesion, finding):
            axes[lesion.name] = finding.viable_axis_mm or ZERO
        elif reading is ReadBy.VIABLE:
            axes[lesion.name] = enhancement.viable_axis(finding, arterial, too_small)
        else:
            axes[lesion.name] = lengths.axis(lesion, finding, too_small)
    return axes


def readings_at_baseline(history: History) -> dict[str, ReadBy]:
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
        return dict.fromkeys((lesion.name for lesion in targets), ReadBy.NOT_READ)
    at_baseline = {lesion.name: history.at(baseline, lesion) for lesion in targets}
    was_read = any(f is not None and f.viable_axis_mm is not None for f in at_baseline.values())
    read = was_read and Flag.NO_ARTERIAL not in baseline.flags
    return {lesion.name: _reading(lesion, at_baseline[lesion.name], read) for lesion in targets}


def _reading(lesion: Lesion, finding: Finding | None, read: bool) -> ReadBy:
    if finding is not None and finding.viable_axis_mm is not None:
        return ReadBy.VIABLE if finding.viable_axis_mm > 0 else ReadBy.WHOLE_LESION
    if lesion.organ is not Organ.LIVER:
        return ReadBy.WHOLE_LESION
    arterial = finding is None or Flag.NO_ARTERIAL not in finding.flags
    return ReadBy.WHOLE_LESION if read and arterial else ReadBy.NOT_READ


CRITERION = SumMethod(
    CriterionFacts(
        name="mrecist",
        title="mRECIST",
        category="mRECIST",
        measures="viable diameters",
        citation="mRECIST (S8, PMC9747269 T11; S9); rule book section 3",
        code="M",
    ),
    Mrecist,
    values,
    rest_is_gone=enhancement.has_disappeared,
    needs_enhancing_targets=True,
)
