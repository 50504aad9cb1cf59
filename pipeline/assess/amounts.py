"""The amount of every target at a visit under a criterion of areas or volumes.

One way for all of them: what was recorded counts; absent is 0; too small is a default; the
partner of a merged mass counts 0 (pipeline.model.merged); what enhances needs an arterial phase.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess import enhancement
from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model import merged
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.visit import Visit


@dataclass(frozen=True)
class Amount:
    """What a criterion sums up.

    recorded: the amount that a finding states, None where it states none. too_small: stands
    for a lesion too small to measure. enhancing: only an arterial phase can tell it, and a
    baseline without any leaves nothing to follow.
    """

    recorded: Callable[[Finding], Decimal | None]
    too_small: Decimal
    enhancing: bool = False


def values(history: History, visit: Visit, amount: Amount) -> dict[str, Decimal | None]:
    """Return the amount of every target at a visit; None where it was not measured.

    Of an enhancing amount nothing counts if no target enhances at baseline: what does not
    enhance cannot lose enhancement [D].
    """
    amounts = _values(history, visit, amount)
    if not amount.enhancing:
        return amounts
    start = amounts if history.baseline in {None, visit} else _at_baseline(history, amount)
    enhances = any(value for value in start.values())
    return amounts if enhances else dict.fromkeys(amounts)


def is_gone(_lesion: Lesion, value: Decimal | None, _normal_node_mm: Decimal) -> bool:
    """Whether nothing of a target is left; areas and volumes know no normal node."""
    return value == 0


def _at_baseline(history: History, amount: Amount) -> dict[str, Decimal | None]:
    return {} if history.baseline is None else _values(history, history.baseline, amount)


def _values(history: History, visit: Visit, amount: Amount) -> dict[str, Decimal | None]:
    can_tell = not amount.enhancing or enhancement.has_arterial(history, visit)
    amounts: dict[str, Decimal | None] = {}
    for lesion in history.of_role(Role.TARGET):
        finding = history.at(visit, lesion)
        others = history.other_targets(visit, lesion)
        if finding is None:
            amounts[lesion.name] = None
        elif merged.counted_elsewhere(finding, others, amount.recorded):
            amounts[lesion.name] = ZERO
        else:
            amounts[lesion.name] = _own(finding, amount, can_tell)
    return amounts


def _own(finding: Finding, amount: Amount, can_tell: bool) -> Decimal | None:
    if finding.state is State.NOT_EVALUABLE:
        return None
    recorded = amount.recorded(finding)
    if finding.state is State.ABSENT:
        return ZERO if can_tell or recorded is not None else None
    if recorded is None and finding.state is State.TOO_SMALL and can_tell:
        return amount.too_small
    return recorded
