"""Exact sums of diameters: what was measured, the baseline and the nadir it is held against.

Everything is Decimal millimeters as recorded; nothing is rounded before a threshold.
Percentages exist for display only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipeline.model.response import Sums

ZERO = Decimal(0)
"""What an absent lesion adds, in the unit of the sum (EORTC, S6; rule book, section 2)."""
_SHOWN = Decimal("0.1")
"""Step in percent at which a change is shown; own choice, for display only."""


@dataclass(frozen=True)
class Sum:
    """The target sum of one visit.

    measured_mm: sum over the targets with a value. missing: names of those without one.
    count: number of targets followed.
    """

    measured_mm: Decimal
    missing: tuple[str, ...]
    count: int

    @property
    def complete_mm(self) -> Decimal | None:
        """The sum where every target has a value; None otherwise and without targets."""
        return self.measured_mm if self.count and not self.missing else None


@dataclass(frozen=True)
class References:
    """What a sum is compared with: baseline, and nadir with the visit that set it."""

    baseline_mm: Decimal | None
    nadir_mm: Decimal | None
    nadir_visit: str = ""


def add(values: Mapping[str, Decimal | None]) -> Sum:
    """Add the values of the targets by name; None is a target that was not measured."""
    measured = [value for value in values.values() if value is not None]
    missing = tuple(name for name, value in values.items() if value is None)
    return Sum(sum(measured, ZERO), missing, len(values))


NO_REFERENCES = References(None, None)
"""Before the first visit."""


def after(references: References, visit: str, total: Sum, baseline: str) -> References:
    """Return the references that hold after a visit with this sum; baseline is that visit's name.

    The nadir is the least complete sum of baseline and earlier visits (S25); the earliest
    visit that reached it is named. A subset never sets it.
    """
    value = total.complete_mm
    if value is None:
        return references
    start = value if visit == baseline else references.baseline_mm
    if references.nadir_mm is None or value < references.nadir_mm:
        return References(start, value, visit)
    return References(start, references.nadir_mm, references.nadir_visit)


def percent_change(value: Decimal, reference: Decimal) -> Decimal | None:
    """Return the change in percent at 0.1, half up, for display; None against 0."""
    if reference == 0:
        return None
    change = ((value - reference) * 100 / reference).quantize(_SHOWN, rounding=ROUND_HALF_UP)
    return abs(change) if change == 0 else change


def shown(total: Sum, references: References) -> Sums:
    """Return the sum with its references as a row of timepoints.csv shows them."""
    complete = total.complete_mm
    return Sums(
        sum_mm=complete,
        baseline_mm=references.baseline_mm,
        nadir_mm=references.nadir_mm,
        pct_baseline=_percent(complete, references.baseline_mm),
        pct_nadir=_percent(complete, references.nadir_mm),
    )


def _percent(value: Decimal | None, reference: Decimal | None) -> Decimal | None:
    return None if value is None or reference is None else percent_change(value, reference)
