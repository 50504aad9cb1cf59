"""Follow-up of a group of subjects, and who was at risk when."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Ending(IntEnum):
    """How the follow-up of a subject ended."""

    CENSORED = 0
    EVENT = 1
    COMPETING = 2


@dataclass(frozen=True, eq=False)
class Sample:
    """Follow-up of one group: days of each subject, and its `Ending`.

    An event and a censoring on one day: the event comes first, so that the censored subject
    was at risk.

    Raises:
        ValueError: the two differ in length, a time is negative or not finite, or an ending is unknown.
    """

    days: Floats
    ending: Counts

    def __post_init__(self) -> None:
        if self.days.shape != self.ending.shape or self.days.ndim != 1:
            raise ValueError(
                f"{self.days.shape} days and {self.ending.shape} endings; expected one of each per subject"
            )
        if not np.isfinite(self.days).all() or (self.days < 0).any():
            raise ValueError("days: expected finite numbers >= 0")
        if not np.isin(self.ending, list(Ending)).all():
            raise ValueError(f"ending: expected one of {[int(e) for e in Ending]}")

    @property
    def events(self) -> Booleans:
        """Who had the event of interest."""
        return np.asarray(self.ending == Ending.EVENT)

    @property
    def size(self) -> int:
        """How many subjects there are."""
        return len(self.days)


@dataclass(frozen=True, eq=False)
class RiskTable:
    """Counts at each distinct time, in order; at_risk is just before the time."""

    time: Floats
    at_risk: Counts
    events: Counts
    censored: Counts
    competing: Counts


def tabulate(sample: Sample) -> RiskTable:
    """Count who is at risk and what happens at every distinct time of a group."""
    time, place = np.unique(sample.days, return_inverse=True)

    def count(ending: Ending) -> Counts:
        return np.bincount(place[sample.ending == ending], minlength=len(time)).astype(np.int64)

    return RiskTable(
        time=time,
        at_risk=at_risk(sample, time),
        events=count(Ending.EVENT),
        censored=count(Ending.CENSORED),
        competing=count(Ending.COMPETING),
    )


def at_risk(sample: Sample, times: Floats) -> Counts:
    """Count the subjects still followed just before each time: the numbers under a survival plot."""
    return (sample.size - np.searchsorted(np.sort(sample.days), times, side="left")).astype(np.int64)


def pool(samples: tuple[Sample, ...]) -> tuple[Sample, Counts]:
    """Join groups into one sample; return it with the group number (0, 1, ...) of each subject."""
    joined = Sample(np.concatenate([s.days for s in samples]), np.concatenate([s.ending for s in samples]))
    return joined, np.repeat(np.arange(len(samples)), [s.size for s in samples])
