"""RECIST 1.1: the sum of long axes, short in nodes; -30 % is PR, +20 % and +5 mm PD (Eisenhauer 2009)."""

from decimal import Decimal

from pipeline.assess import lengths
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.model.criteria import Criterion
from pipeline.model.criterion import CriterionFacts
from pipeline.model.scope import Scope
from pipeline.model.visit import Visit


class Recist11(Criterion):
    """RECIST 1.1: the thresholds that every other criterion departs from."""


def values(history: History, visit: Visit, rules: Recist11) -> dict[str, Decimal | None]:
    """Return the value in mm of every target at a visit; None where it was not measured."""
    return lengths.of_targets(history, visit, rules.too_small_value_mm)


CRITERION = SumMethod(
    CriterionFacts(
        name="recist11",
        title="RECIST 1.1",
        category="RECIST 1.1",
        measures="diameters",
        citation="RECIST 1.1, Eisenhauer 2009, 4.3.1 (S5); EORTC (S6); rule book section 2",
        code="",
        in_terminology=True,
        decides_in=(Scope.LIVER, Scope.WHOLE_BODY),
    ),
    Recist11,
    values,
)
