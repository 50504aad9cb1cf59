"""Decide from a sum and its reference whether it has progressed or responded, and from which sum on.

The rule of target sums: PD from so many percent over the nadir on and so much in its own unit, PR
from so many percent below baseline on (RECIST 1.1, Eisenhauer 2009, 4.3.1). Percents are
cross-multiplied, never divided, so that the answer is exact in decimals and in whole steps. One
sum gives one answer; an array of them gives an array of answers by the very same function.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol, Self, TypeVar


class _Truth(Protocol):
    """True or false, or an array of them."""

    def __and__(self, other: Self, /) -> Self: ...


Answer_co = TypeVar("Answer_co", bound=_Truth, covariant=True)


class SumValue(Protocol[Answer_co]):
    """One sum, a Decimal or a whole number of steps, or an array of such steps."""

    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: int, /) -> Self: ...
    def __gt__(self, other: Any, /) -> Answer_co: ...
    def __ge__(self, other: Any, /) -> Answer_co: ...


@dataclass(frozen=True)
class Thresholds:
    """When a sum is PD over its nadir, and when it is PR under its baseline.

    response_percent, progression_percent: whole percents of the reference. progression_min: the least growth in
    the unit of the sums. progression_above: the percentage must be passed, not reached.
    """

    response_percent: int
    progression_percent: int
    progression_min: Decimal | int = 0
    progression_above: bool = False

    def progressed(self, total: SumValue[Answer_co], nadir: SumValue[Answer_co]) -> Answer_co:
        """Whether a sum has progressed: both thresholds over nadir, and any growth at all."""
        growth = total - nadir
        relative, limit = growth * 100, nadir * self.progression_percent
        by_percent = relative > limit if self.progression_above else relative >= limit
        return (growth > 0) & (growth >= self.progression_min) & by_percent

    def responded(self, total: SumValue[Answer_co], baseline: SumValue[Answer_co]) -> Answer_co:
        """Whether a sum lies at least the response threshold below baseline."""
        return fallen(total, baseline, self.response_percent)

    def progression_from(self, nadir: Decimal) -> Decimal:
        """Return the least sum that is PD: both thresholds over nadir, met exactly.

        Where PD lies above the percentage, and at nadir 0 without a minimum, this sum itself is
        not PD, but any above it is.
        """
        by_percent = (nadir * (100 + self.progression_percent)).scaleb(-2)
        return max(nadir + self.progression_min, by_percent)

    def response_to(self, baseline: Decimal) -> Decimal:
        """Return the greatest sum that is PR."""
        return (baseline * (100 - self.response_percent)).scaleb(-2)

    @property
    def percents_alone(self) -> "Thresholds":
        """The same percents without a minimum, as lines of change in percent show them."""
        return replace(self, progression_min=0)


def fallen(value: SumValue[Answer_co], reference: SumValue[Answer_co], percent: int) -> Answer_co:
    """Whether a value lies at least so many percent below its reference."""
    return (reference - value) * 100 >= reference * percent
