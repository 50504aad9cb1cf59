"""What a row of ADTR compares and flags, whether it comes from our own study or from TU and TR of others.

Flags as in admiralonco's template of ADTR (S25): ANL01FL a complete sum, ANL02FL the best change, ANL03FL before the
first PD, PDFL the visits with PD.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.export.target_sums import difference, percent_change


@dataclass(frozen=True)
class PlacedSum:
    """A complete sum: the place of its visit in time, its value, whether it is the baseline."""

    place: int
    value: Decimal
    baseline: bool


def compared(value: Decimal | None, base: Decimal | None, nadir: Decimal | None = None) -> dict[str, Cell]:
    """Return AVAL with its baseline, nadir and changes; a nadir is that of sums alone."""
    return {
        "AVAL": value,
        "BASE": base,
        "CHG": difference(value, base),
        "PCHG": percent_change(value, base),
        "NADIR": nadir,
        "CHGNAD": difference(value, nadir),
        "PCHGNAD": percent_change(value, nadir),
    }


def flags(sums: Sequence[PlacedSum], progressed: Sequence[int]) -> list[dict[str, Cell]]:
    """Return the flags of the sums of one series, in their order; progressed: the places of the visits with PD."""
    after = [each for each in sums if not each.baseline]
    best = min(after, key=lambda each: (each.value, each.place), default=None)
    first = min(progressed, default=None)
    return [
        {
            "PDFL": mark(each.place in progressed),
            "ANL01FL": "Y",
            "ANL02FL": mark(each is best),
            "ANL03FL": mark(first is None or each.place < first),
        }
        for each in sums
    ]
