"""WHO: the sum of the products of long axis and perpendicular; -50 % is PR, +25 % PD (S11)."""

from decimal import Decimal

from pydantic import Field

from pipeline.assess import amounts
from pipeline.assess.amounts import Amount
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.model.criteria import ANY_ENHANCED, WithoutMinimum
from pipeline.model.criterion import CriterionFacts
from pipeline.model.lesion import Finding
from pipeline.model.scope import Scope
from pipeline.model.setting import Percent
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit


class Who(WithoutMinimum):
    """WHO: -50 % and +25 % (S11). too_small_value_mm is the side of the square."""

    response_percent: Percent = 50
    progression_percent: Percent = 25
    phases: tuple[Phase, ...] = Field(default=ANY_ENHANCED, min_length=1)


def product(finding: Finding) -> Decimal | None:
    """Return long axis x perpendicular in mm2; None unless both were measured."""
    if finding.long_axis_mm is None or finding.short_axis_mm is None:
        return None
    return finding.long_axis_mm * finding.short_axis_mm


def values(history: History, visit: Visit, rules: Who) -> dict[str, Decimal | None]:
    """Return the product of every target in mm2; None where an axis was not measured.

    Nodes alike. A lesion too small to measure is a square of the section's side [D].
    """
    side = rules.too_small_value_mm
    return amounts.values(history, visit, Amount(product, side * side))


CRITERION = SumMethod(
    CriterionFacts(
        name="who",
        title="WHO",
        category="WHO",
        measures="products of long axis and perpendicular",
        citation="WHO (S11, PMC3094725 T1); rule book section 3",
        code="W",
        unit="mm2",
        decides_in=(Scope.LIVER, Scope.WHOLE_BODY),
    ),
    Who,
    values,
    amounts.is_gone,
)
