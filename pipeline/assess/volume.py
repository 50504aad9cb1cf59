"""vRECIST sums whole volumes, qEASL enhancing volumes: -65 % is PR (S14), +73 % PD [D: 1.2 cubed]."""

from decimal import ROUND_HALF_UP, Decimal

from pipeline.assess import amounts, mrecist
from pipeline.assess.amounts import Amount
from pipeline.assess.history import History
from pipeline.assess.series import Method
from pipeline.assess.sums import ZERO
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit

CITATION = "vRECIST/qEASL (S14, PMC4104809); progression 1.2 cubed [D]; rule book section 3"

_PI = Decimal("3.14159265358979")
_RECORDED_ML = Decimal("0.01")


def whole(finding: Finding) -> Decimal | None:
    """Return the volume of the whole lesion in ml."""
    return finding.volume_ml


def enhancing(finding: Finding) -> Decimal | None:
    """Return the enhancing volume in ml; 0 where the viable axis was measured as 0."""
    if finding.viable_volume_ml is None and finding.viable_axis_mm == 0:
        return ZERO
    return finding.viable_volume_ml


def sphere_ml(diameter_mm: Decimal) -> Decimal:
    """Return the volume of a sphere in ml as it is recorded: 0.01 ml, half up."""
    return (_PI * diameter_mm**3 / 6000).quantize(_RECORDED_ML, rounding=ROUND_HALF_UP)


def whole_values(history: History, visit: Visit, protocol: Protocol) -> dict[str, Decimal | None]:
    """Return the volume of every target in ml; None where it was not measured."""
    too_small = sphere_ml(protocol.criteria.vrecist.too_small_value_mm)
    return amounts.values(history, visit, Amount(whole, too_small))


def enhancing_values(history: History, visit: Visit, protocol: Protocol) -> dict[str, Decimal | None]:
    """Return the enhancing volume of every target in ml; None where it was not measured."""
    too_small = sphere_ml(protocol.criteria.qeasl.too_small_value_mm)
    return amounts.values(history, visit, Amount(enhancing, too_small, enhancing=True))


VRECIST = Method("vrecist", lambda p: p.criteria.vrecist, whole_values, amounts.is_gone, CITATION, unit="ml")
QEASL = Method(
    "qeasl",
    lambda p: p.criteria.qeasl,
    enhancing_values,
    amounts.is_gone,
    CITATION,
    mrecist.has_disappeared,
    unit="ml",
)
