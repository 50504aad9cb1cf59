"""The axis in mm of a lesion, and when it counts as gone (RECIST 1.1, Eisenhauer 2009, 4.3.1).

Absent is 0; too small to measure is a default unless a number was given; the short axis counts
in a node, the long axis elsewhere; a split lesion's axis is already the sum of its
fragments; a merged mass has one axis (pipeline.model.merged; rule book, section 2).
"""

from decimal import Decimal

from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model import merged
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.visit import Visit


def of_targets(history: History, visit: Visit, too_small_mm: Decimal) -> dict[str, Decimal | None]:
    """Return the axis in mm of every target at a visit; None where it was not measured.

    A merged lesion without a value counts 0 when its partner carries that of the common mass;
    otherwise it was not measured.
    """
    axes: dict[str, Decimal | None] = {}
    for lesion in history.of_role(Role.TARGET):
        finding = history.at(visit, lesion)
        elsewhere = finding is not None and counts_elsewhere(history, visit, lesion, finding)
        axes[lesion.name] = ZERO if elsewhere else axis(lesion, finding, too_small_mm)
    return axes


def axis(lesion: Lesion, finding: Finding | None, too_small_mm: Decimal) -> Decimal | None:
    """Return the value of one lesion in mm; None where it was not measured."""
    if finding is None or finding.state is State.NOT_EVALUABLE:
        return None
    if finding.state is State.ABSENT:
        return ZERO
    recorded = finding.short_axis_mm if lesion.is_node else finding.long_axis_mm
    if recorded is None and finding.state is State.TOO_SMALL:
        return too_small_mm
    return recorded


def counts_elsewhere(history: History, visit: Visit, lesion: Lesion, finding: Finding) -> bool:
    """Whether a merged target has no axis of its own because another one carries that of the mass."""
    others = history.other_targets(visit, lesion)
    return merged.counted_elsewhere(finding, others, lambda each: axis(lesion, each, ZERO))


def is_gone(lesion: Lesion, value: Decimal | None, normal_node_mm: Decimal) -> bool:
    """Whether a target has disappeared: 0 mm, or for a node a short axis below normal."""
    if value is None:
        return False
    return value < normal_node_mm if lesion.is_node else value == 0


def has_disappeared(lesion: Lesion, finding: Finding, too_small_mm: Decimal, normal_node_mm: Decimal) -> bool:
    """Whether a lesion without a value in the sum is gone or a normal node."""
    return is_gone(lesion, axis(lesion, finding, too_small_mm), normal_node_mm)
