"""What criteria of volumes share: their thresholds, and the sphere that stands for a lesion too small to measure."""

from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field

from pipeline.model.criteria import ANY_ENHANCED, WithoutMinimum
from pipeline.model.setting import Percent
from pipeline.model.terms import Phase

CITATION = "vRECIST/qEASL (S14, PMC4104809); progression 1.2 cubed [D]; rule book section 3"

_PI = Decimal("3.14159265358979")
"""Pi to 15 digits, no unit: far beyond the 0.01 ml at which a volume is recorded."""
_RECORDED_ML = Decimal("0.01")
"""Step in ml at which the volume of a sphere is recorded; own choice [D]."""


class Volumes(WithoutMinimum):
    """Sums of volumes: -65 % (S14), +73 % which is 1.2 cubed [D].

    too_small_value_mm is the diameter of the sphere that stands for a lesion too small to measure.
    """

    response_percent: Percent = 65
    progression_percent: Percent = 73
    phases: tuple[Phase, ...] = Field(default=ANY_ENHANCED, min_length=1)


def sphere_ml(diameter_mm: Decimal) -> Decimal:
    """Return the volume of a sphere in ml as it is recorded: 0.01 ml, half up."""
    return (_PI * diameter_mm**3 / 6000).quantize(_RECORDED_ML, rounding=ROUND_HALF_UP)
