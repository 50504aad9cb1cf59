"""WHO: the sum of the products of long axis and perpendicular; -50 % is PR, +25 % PD (S11)."""

from decimal import Decimal

from pipeline.assess import amounts
from pipeline.assess.amounts import Amount
from pipeline.assess.history import History
from pipeline.assess.series import Method
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit

CITATION = "WHO (S11, PMC3094725 T1); rule book section 3"


def product(finding: Finding) -> Decimal | None:
    """Return long axis x perpendicular in mm2; None unless both were measured."""
    if finding.long_axis_mm is None or finding.short_axis_mm is None:
        return None
    return finding.long_axis_mm * finding.short_axis_mm


def values(history: History, visit: Visit, protocol: Protocol) -> dict[str, Decimal | None]:
    """Return the product of every target in mm2; None where an axis was not measured.

    Nodes alike. A lesion too small to measure is a square of the protocol's side [D].
    """
    side = protocol.criteria.who.too_small_value_mm
    return amounts.values(history, visit, Amount(product, side * side))


METHOD = Method("who", lambda p: p.criteria.who, values, amounts.is_gone, CITATION, unit="mm2")
