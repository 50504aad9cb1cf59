"""What a simulated trial is made of; every number here is a choice of the simulation, not a result."""

from dataclasses import dataclass
from math import log

from pipeline.model.errors import InputError

PLANNED_SUBJECTS = 180
"""Subjects of a trial unless told otherwise: RETNET's planned size, 60 in each of three arms (rule book, section 1)."""
NO_EFFECT = 1.0
"""Hazard ratio of two arms that do not differ."""


@dataclass(frozen=True)
class Design:
    """The design of one simulated trial; days count from randomization.

    hazard_ratio: of the second arm against the first, for the first of hepatic progression and
    death. median_days: of that time in the first arm. shape: Weibull shape; 1 is exponential.
    death_share: chance that the first event is death, whatever arm and time. every_days,
    jitter_days: visits from the start of treatment and the SD of their shift. visit_missed,
    lesion_missed: chance that a visit, or one lesion at a visit, is missing; in the second arm
    visit_missed_second, where given. dropout, therapy,
    extrahepatic: chance to be hit within 365 days, at a constant rate. accrual_days,
    follow_up_days: the cut is so many days after the last possible randomization.
    visits_after: scans made from the true progression on; None means until follow-up ends.
    loa_low_percent, loa_high_percent: limits of agreement of one diameter between two readers
    (Yoon, S15). correlation: of one reader's errors on one lesion at two visits. exact: readers
    make no error.

    Raises:
        InputError: a value is outside its range; the message names it and the range.
    """

    subjects: int
    hazard_ratio: float
    seed: int
    arms: tuple[str, str] = ("A", "B")
    study: str = "SIMULATED"
    median_days: float = 330.0
    shape: float = 1.0
    death_share: float = 0.2
    every_days: int = 84
    jitter_days: float = 5.0
    visit_missed: float = 0.05
    visit_missed_second: float | None = None
    lesion_missed: float = 0.005
    dropout: float = 0.08
    therapy: float = 0.05
    extrahepatic: float = 0.0
    accrual_days: int = 730
    follow_up_days: int = 365
    visits_after: int | None = 3
    loa_low_percent: float = -22.1
    loa_high_percent: float = 25.4
    correlation: float = 0.5
    exact: bool = False

    def __post_init__(self) -> None:
        _within("subjects", self.subjects, 1, 99_999)
        _within("hazard ratio", self.hazard_ratio, 0.01, 100)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("median in days", self.median_days, 7, 36_600)
        _within("shape", self.shape, 0.2, 5)
        _within("days between visits", self.every_days, 1, 366)
        _within("jitter in days", self.jitter_days, 0, 60)
        for name in ("death_share", "visit_missed", "lesion_missed", "dropout", "therapy", "extrahepatic"):
            _within(name, getattr(self, name), 0, 0.95)
        if self.visit_missed_second is not None:
            _within("visit_missed_second", self.visit_missed_second, 0, 0.95)
        if self.visits_after is not None:
            _within("scans from progression on", self.visits_after, 0, 999)
        _within("correlation", self.correlation, 0, 1)
        _within("follow-up in days", self.follow_up_days, 1, 36_600)
        _within("accrual in days", self.accrual_days, 0, 36_600)
        if len(set(self.arms)) != 2 or not all(self.arms):
            raise InputError(f"arms: found {', '.join(self.arms)!r}; allowed: two different labels")
        if self.loa_low_percent >= self.loa_high_percent:
            limits = f"{self.loa_low_percent} to {self.loa_high_percent}"
            raise InputError(f"limits of agreement: found {limits}; allowed: the lower below the upper")

    @property
    def scale_days(self) -> float:
        """Weibull scale of the first arm, in days."""
        return float(self.median_days / log(2) ** (1 / self.shape))

    def missed_in(self, arm: int) -> float:
        """Return the chance that a visit is missed in the first (0) or second (1) arm."""
        return self.visit_missed_second if arm and self.visit_missed_second is not None else self.visit_missed

    @property
    def reader_sd(self) -> float:
        """Relative error SD of one reader, so that the difference of two has the limits of agreement."""
        return 0.0 if self.exact else (self.loa_high_percent - self.loa_low_percent) / 392 / 2**0.5


def daily_rate(share_in_a_year: float) -> float:
    """Return the constant daily rate that hits a share of subjects within 365 days."""
    return -log(1 - share_in_a_year) / 365


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise InputError(f"{name}: found {value}; allowed: from {least} to {most}")
