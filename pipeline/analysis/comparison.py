"""The result of a test that compares groups."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Chi-square statistic, degrees of freedom and two-sided p value."""

    statistic: float
    freedom: int
    p: float
