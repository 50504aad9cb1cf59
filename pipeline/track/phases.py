"""Weigh a lesion candidate by both phases of a visit: what shows twice is surer than what shows once.

Neuroendocrine metastases are mostly hypervascular: bright in the arterial phase, dark in the portal
venous one (rule book, section 3, "NET use"). Borders, fissures and crura are dark in both.
"""

REFERENCE_ONLY = 0.7
"""Factor for a candidate that the arterial phase, though it covers the place, does not show."""
ARTERIAL_ONLY = 0.9
"""Factor for a candidate that only the arterial phase shows."""

CONFIRMS_FROM = 0.3
"""A weaker candidate of the arterial phase confirms nothing and stands for nothing."""


def confidence(reference: float | None, arterial: float | None) -> float:
    """Return the joint confidence (0 to 1) of a candidate seen on one phase or on both; None means not seen.

    Seen on both: the chance that not both are wrong, as if they were independent.

    Raises:
        ValueError: it was seen on neither.
    """
    if reference is None and arterial is None:
        raise ValueError("a candidate must be seen on at least one phase")
    if reference is None:
        return ARTERIAL_ONLY * (arterial or 0.0)
    if arterial is None:
        return REFERENCE_ONLY * reference
    return 1.0 - (1.0 - reference) * (1.0 - arterial)
