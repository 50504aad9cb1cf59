"""The latent course of a subject: when what happens, whether anyone looks or not.

The time T to the first of hepatic progression and death is Weibull with the hazard of the
first arm times hr in the second. Whether it is progression or death, and everything else, is
drawn independently of the arm, so the hazard ratio of T is hr exactly.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from pipeline.simulate.trial.design import Design, daily_rate

BLOCK = 4
"""Subjects of a randomization block; half of each block goes to each arm."""

_TREATED_WITHIN_DAYS = 14
"""Treatment starts within so many days of randomization; own choice."""
_SURVIVAL_AFTER_PROGRESSION_DAYS = 500.0
"""Mean of the exponential time from progression to death, in days; own choice."""


@dataclass(frozen=True)
class Latent:
    """One subject's course in days from randomization; random is its own stream of numbers.

    arm: 0 or 1. event_days: T. dies_first: T is death. crossing_days: when the target sum
    crosses the progression threshold (T, or later than death). randomized_on: day of accrual.
    treated_days: None where death came first. ends_days: dropout or data cut. therapy_days,
    extrahepatic_days: may lie after the end, then nobody sees them.
    """

    number: int
    arm: int
    event_days: float
    dies_first: bool
    crossing_days: float
    death_days: float
    randomized_on: int
    treated_days: int | None
    ends_days: int
    dropped_out: bool
    therapy_days: float
    extrahepatic_days: float

    @property
    def death_day(self) -> int | None:
        """The whole day of a death that is known; None where follow-up ends before it."""
        day = ceil(self.death_days)
        return day if day <= self.ends_days else None


def draw(design: Design, number: int, random: np.random.Generator) -> Latent:
    """Return the course of subject `number` (from 0)."""
    arm = allocated(design.seed, number)
    hazard = design.hazard_ratio**arm
    event = design.scale_days * (random.exponential() / hazard) ** (1 / design.shape)
    event = float(max(event, 1e-3))
    dies_first = bool(random.random() < design.death_share)
    later, after = random.uniform(0.1, 1.0), random.exponential(_SURVIVAL_AFTER_PROGRESSION_DAYS)
    death = event if dies_first else event + float(after)
    randomized_on = int(random.integers(0, design.accrual_days + 1))
    cut = design.accrual_days - randomized_on + design.follow_up_days
    lost = _waiting(random, design.dropout)
    treated = int(random.integers(0, _TREATED_WITHIN_DAYS + 1))
    therapy, elsewhere = _waiting(random, design.therapy), _waiting(random, design.extrahepatic)
    return Latent(
        number=number,
        arm=arm,
        event_days=event,
        dies_first=dies_first,
        crossing_days=event * (1 + later) if dies_first else event,
        death_days=death,
        randomized_on=randomized_on,
        treated_days=treated if treated < min(death, lost, cut) else None,
        ends_days=int(min(cut, max(lost, 1))),
        dropped_out=lost < cut,
        therapy_days=therapy,
        extrahepatic_days=elsewhere,
    )


def allocated(seed: int, number: int) -> int:
    """Return the arm (0 or 1) of a subject in randomized blocks."""
    block = np.random.default_rng([seed, number // BLOCK, 1]).permutation(BLOCK)
    return int(block[number % BLOCK] % 2)


def _waiting(random: np.random.Generator, share_in_a_year: float) -> float:
    wait = float(random.exponential())
    return wait / daily_rate(share_in_a_year) if share_in_a_year > 0 else float("inf")
