"""Whether the text of a result (TRSTRESC, TRORRES) and its number (TRSTRESN) can be one measurement.

TRSTRESN is the number of TRSTRESC, and that is TRORRES in the standard unit (SDTMIG 3.4, section 4.5.1). A text that
says otherwise is a slip of a key or of a unit, and nothing tells which of the two is right.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_AT_MOST = re.compile(r"\s*<")
HALF = Decimal("0.5")
"""How far text and number may lie apart, in mm, ml or HU: own choice, what rounding to whole ones takes."""


def agree(text: str, factors: Iterable[Decimal], number: Decimal) -> bool:
    """Return whether one of the numbers in a text is the number; a text without any agrees, `<5` with 5 and less.

    factors: to mm, ml or HU, of the units that the text may stand in. number in mm, ml or HU.
    """
    known = [Decimal(digits) for digits in _NUMBERS.findall(text)]
    values = [value * factor for factor in factors for value in known]
    if _AT_MOST.match(text):
        return any(abs(number) <= value + HALF for value in values)
    return not values or any(abs(abs(number) - value) <= HALF for value in values)
