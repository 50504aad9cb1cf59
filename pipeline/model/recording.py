"""What a measurement is recorded as: once, exactly, half up; nothing rounds it again.

Rule book, section 2 "Recording": sums and thresholds use the recorded values in
exact decimals, so a table always reproduces its response.
"""

from decimal import ROUND_HALF_UP, Decimal

STEP_MM = Decimal("0.1")
"""Resolution of a recorded diameter in mm (rule book, section 2, "Recording" [D])."""
STEP_ML = Decimal("0.01")
"""Resolution of a recorded volume in ml; own choice, a sphere of 5 mm has 0.07 ml."""

STEP_HU = Decimal("0.1")
"""Resolution of a recorded density in HU; own choice, far below the noise of a mean."""


def record_mm(length_mm: float) -> Decimal:
    """Return a measured length in mm as it is recorded: 0.1 mm, half up.

    The binary value is taken at its shortest decimal form, so 23.45 records as 23.5.

    Raises:
        ValueError: the length is negative or not finite.
    """
    return _recorded(length_mm, STEP_MM, "length", "mm")


def record_ml(volume_ml: float) -> Decimal:
    """Return a measured volume in ml as it is recorded: 0.01 ml, half up.

    Raises:
        ValueError: the volume is negative or not finite.
    """
    return _recorded(volume_ml, STEP_ML, "volume", "ml")


def record_hu(density_hu: float) -> Decimal:
    """Return a measured mean density in HU as it is recorded: 0.1 HU, halves away from zero.

    Raises:
        ValueError: the density is not finite.
    """
    value = Decimal(repr(float(density_hu)))
    if not value.is_finite():
        raise ValueError(f"density {density_hu!r} HU; expected a finite number")
    return value.quantize(STEP_HU, rounding=ROUND_HALF_UP)


def _recorded(measured: float, step: Decimal, what: str, unit: str) -> Decimal:
    value = Decimal(repr(float(measured)))
    if not value.is_finite() or value < 0:
        raise ValueError(f"{what} {measured!r} {unit}; expected a finite number >= 0")
    return value.quantize(step, rounding=ROUND_HALF_UP)
