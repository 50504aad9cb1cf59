"""Whether the sums of diameters that a table states are those of its own targets.

They are computed anew (rule book, section 2); where the two differ a row of a target is missing, wrong or in another
unit, and whoever sent the table must see it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipeline.assess.history import History
from pipeline.assess.method import Read
from pipeline.assess.series import SumMethod
from pipeline.assess.sums import ZERO
from pipeline.model.lesion import Organ, Role
from pipeline.model.protocol import Protocol
from pipeline.model.tumor import TumorRead

ROUNDING_MM = Decimal("0.5")
"""How far a stated sum may lie from ours for each target, in mm: own choice, rounding to whole ones."""


def doubts(
    read: TumorRead, arranged: History, method: SumMethod[Any], protocol: Protocol, assessed: Sequence[Read]
) -> Iterator[str]:
    """Yield in words the first visit whose stated sum is not that of its targets, and how many there are.

    A sum may regard all targets, those of the liver, or those that are no nodes. A visit whose targets are not all
    measured has no sum to compare.
    """
    rules, targets = method.rules(protocol), arranged.of_role(Role.TARGET)
    differing: list[str] = []
    for each in assessed:
        stated = read.sums.get(each.visit.name)
        if stated is None or each.total.complete_mm is None:
            continue
        values = method.values(arranged, each.visit, rules)
        kinds = (
            each.total.complete_mm,
            sum((values[lesion.name] or ZERO for lesion in targets if lesion.organ is Organ.LIVER), ZERO),
            sum((values[lesion.name] or ZERO for lesion in targets if not lesion.is_node), ZERO),
        )
        if all(abs(stated.length_mm - kind) > ROUNDING_MM * len(targets) for kind in kinds):
            differing.append(
                f"{stated.place}: SUMDIAM is {stated.length_mm.normalize():f} mm, the targets add up to "
                f"{each.total.complete_mm.normalize():f} mm, which counts"
            )
    if differing:
        more = f" ({len(differing)} visits differ)" if len(differing) > 1 else ""
        yield f"{differing[0]}{more}"
