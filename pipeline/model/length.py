"""Exact lengths: a diameter is recorded once, at 0.1 mm, half up.

Rule book, section 2 "Recording": sums and thresholds use the recorded values in
exact decimals, so a table always reproduces its response.
"""

from decimal import ROUND_HALF_UP, Decimal

RECORDED_STEP = Decimal("0.1")
"""Resolution of a recorded diameter in millimeters."""


def record(length_mm: float) -> Decimal:
    """Return a measured length in mm as it is recorded: 0.1 mm, half up.

    The binary value is taken at its shortest decimal form, so 23.45 records as 23.5.

    Raises:
        ValueError: the length is negative or not finite.
    """
    value = Decimal(repr(float(length_mm)))
    if not value.is_finite() or value < 0:
        raise ValueError(f"length {length_mm!r} mm; expected a finite number >= 0")
    return value.quantize(RECORDED_STEP, rounding=ROUND_HALF_UP)
