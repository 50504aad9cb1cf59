"""qEASL: the sum of enhancing volumes; -65 % is PR (S14), +73 % PD [D: 1.2 cubed]."""

from decimal import Decimal

from pydantic import Field

from pipeline.assess import amounts, enhancement, volumes
from pipeline.assess.amounts import Amount
from pipeline.assess.enhancement import NEEDS_ARTERIAL, ArterialPhases
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.assess.sums import ZERO
from pipeline.assess.volumes import Volumes
from pipeline.model.criteria import BarringFlag
from pipeline.model.criterion import CriterionFacts
from pipeline.model.lesion import Finding
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit


class Qeasl(Volumes):
    """qEASL: the thresholds of volumes on what enhances."""

    phases: ArterialPhases = Field(default=(Phase.ARTERIAL,), min_length=1)
    barred_by: tuple[BarringFlag, ...] = NEEDS_ARTERIAL


def enhancing(finding: Finding) -> Decimal | None:
    """Return the enhancing volume in ml; 0 where the viable axis was measured as 0."""
    if finding.viable_volume_ml is None and finding.viable_axis_mm == 0:
        return ZERO
    return finding.viable_volume_ml


def values(history: History, visit: Visit, rules: Qeasl) -> dict[str, Decimal | None]:
    """Return the enhancing volume of every target in ml; None where it was not measured."""
    too_small = volumes.sphere_ml(rules.too_small_value_mm)
    return amounts.values(history, visit, Amount(enhancing, too_small, enhancing=True))


CRITERION = SumMethod(
    CriterionFacts(
        name="qeasl",
        title="qEASL",
        category="qEASL",
        measures="enhancing volumes",
        citation=volumes.CITATION,
        code="Q",
        unit="ml",
    ),
    Qeasl,
    values,
    amounts.is_gone,
    enhancement.has_disappeared,
)
