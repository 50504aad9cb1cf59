"""vRECIST: the sum of whole volumes; -65 % is PR (S14), +73 % PD [D: 1.2 cubed]."""

from decimal import Decimal

from pipeline.assess import amounts, volumes
from pipeline.assess.amounts import Amount
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.assess.volumes import Volumes
from pipeline.model.criterion import CriterionFacts
from pipeline.model.lesion import Finding
from pipeline.model.visit import Visit


class Vrecist(Volumes):
    """vRECIST: no arterial phase is needed, and no flag bars it."""


def whole(finding: Finding) -> Decimal | None:
    """Return the volume of the whole lesion in ml."""
    return finding.volume_ml


def values(history: History, visit: Visit, rules: Vrecist) -> dict[str, Decimal | None]:
    """Return the volume of every target in ml; None where it was not measured."""
    return amounts.values(history, visit, Amount(whole, volumes.sphere_ml(rules.too_small_value_mm)))


CRITERION = SumMethod(
    CriterionFacts(
        name="vrecist",
        title="vRECIST",
        category="vRECIST",
        measures="whole volumes",
        citation=volumes.CITATION,
        code="V",
        unit="ml",
    ),
    Vrecist,
    values,
    amounts.is_gone,
)
