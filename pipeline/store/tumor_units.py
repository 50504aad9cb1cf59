"""The units that results of TR may stand in (CDISC codelist UNIT), and how they become mm, ml and HU."""

from collections.abc import Iterable
from decimal import Decimal

from pipeline.model.tumor import Measure

MILLIMETERS = {"MM": Decimal(1), "CM": Decimal(10)}
"""Factors to mm of the units of length (CDISC codelist UNIT)."""
_MILLILITERS = {"ML": Decimal(1), "CM3": Decimal(1), "MM3": Decimal("0.001")}
"""Factors to ml of the units of volume (CDISC codelist UNIT)."""
UNITS = dict.fromkeys(Measure, MILLIMETERS) | {
    Measure.VOLUME: _MILLILITERS,
    Measure.VIABLE_VOLUME: _MILLILITERS,
    Measure.DENSITY: {"HU": Decimal(1)},
}
"""The units of each measure, and the factor to mm, ml or HU."""


def shown(units: Iterable[str]) -> str:
    """Return units as tables write them."""
    return ", ".join("HU" if unit == "HU" else "mL" if unit == "ML" else unit.lower() for unit in units)


def standard(measure: Measure) -> str:
    """Return the standard unit of a measure, which a result without a unit is taken for."""
    return shown([next(iter(UNITS[measure]))])
