"""Growth of lesions, timed so that the target sum crosses the progression threshold on a given day.

Size of a lesion: d(u) = d0 (1 - r (1 - exp(-4u)) + g u^2 / (1 + u^2)), u = day x pace from
randomization on: a treated part r shrinks at once, growth g sets in later and levels off.
The sum of such curves has the same form and one minimum, after which it only grows. So the
point u* at which it is PD by RECIST 1.1 over its minimum is one root, and pace = u* / T
puts it on day T, exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp

from scipy.optimize import brentq

from pipeline.model.criteria import ANY_ENHANCED, Criterion

_RECIST11 = Criterion(phases=ANY_ENHANCED).thresholds
"""The thresholds that a criterion has unless it states others: those of RECIST 1.1."""
_DECAY = 4.0
"""Rate at which the treated part shrinks, per unit of u; own choice, so that it is over when growth sets in."""
_FAR = 1e6
"""In units of u; long after every curve has leveled off."""


@dataclass(frozen=True)
class Growth:
    """The curve of one lesion: size at baseline in mm, shrinking part r, growing part g."""

    baseline_mm: float
    shrinks: float
    grows: float

    def at(self, u: float) -> float:
        """Return the size in mm at scaled time u; at baseline before 0."""
        if u <= 0:
            return self.baseline_mm
        return self.baseline_mm * (1 - self.shrinks * (1 - exp(-_DECAY * u)) + self.grows * u * u / (1 + u * u))


def crossing(targets: Sequence[Growth]) -> float:
    """Return u at which the sum of the targets first is progression over its minimum.

    Raises:
        ValueError: the sum levels off below the threshold.
    """
    total = _sum(targets)
    nadir = total.at(nadir_at(targets))
    threshold = float(_RECIST11.progression_from(Decimal(nadir)))
    if total.at(_FAR) <= threshold:
        raise ValueError(f"the sum levels off at {total.at(_FAR):.1f} mm, below the threshold {threshold:.1f} mm")
    return float(brentq(lambda u: total.at(u) - threshold, nadir_at(targets), _FAR, xtol=1e-14, rtol=1e-14))


def nadir_at(targets: Sequence[Growth]) -> float:
    """Return u of the least sum: 0 where nothing shrinks."""
    total = _sum(targets)
    if total.shrinks <= 0:
        return 0.0

    def slope(u: float) -> float:
        return -_DECAY * total.shrinks * exp(-_DECAY * u) + 2 * total.grows * u / (1 + u * u) ** 2

    return float(brentq(slope, 0.0, 10.0, xtol=1e-14, rtol=1e-14))


def _sum(targets: Sequence[Growth]) -> Growth:
    whole = sum(t.baseline_mm for t in targets)
    shrinks = sum(t.baseline_mm * t.shrinks for t in targets)
    grows = sum(t.baseline_mm * t.grows for t in targets)
    return Growth(whole, shrinks / whole, grows / whole)
