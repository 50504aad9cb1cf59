"""When a simulated subject is scanned: baseline, then at intervals with jitter, some visits missed."""

from dataclasses import dataclass

import numpy as np

from pipeline.model.visit import BASELINE
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.latent import Latent

_BASELINE_WITHIN_DAYS = 14
"""Baseline lies 1 to so many days before randomization; own choice."""


@dataclass(frozen=True)
class SimulatedScan:
    """One visit that took place: VISITNUM, name, day from randomization. Baseline is number 1."""

    number: int
    name: str
    day: int


def draw(design: Design, course: Latent, random: np.random.Generator) -> tuple[SimulatedScan, ...]:
    """Return the scans of a subject.

    1. Baseline lies 1 to 14 days before randomization.
    2. Visit n is due n intervals after the start of treatment (untreated: after randomization),
       shifted by a rounded normal error of at most a third of the interval.
    3. It takes place unless missed, while the subject is alive and under follow-up; after the
       true progression only as often as the design says.
    """
    scans = [SimulatedScan(1, BASELINE, -int(random.integers(1, _BASELINE_WITHIN_DAYS + 1)))]
    anchor = course.treated_days or 0
    last = min(course.ends_days, int(np.ceil(course.death_days)) - 1)
    remaining = design.visits_after
    for n in range(1, max(0, last - anchor) // design.every_days + 2):
        limit = design.every_days // 3
        shift = int(np.clip(round(random.normal(0, design.jitter_days)), -limit, limit))
        missed = random.random() < design.missed_in(course.arm)
        day = anchor + n * design.every_days + shift
        if missed or day > last:
            continue
        if remaining is not None and day >= course.event_days and not course.dies_first:
            if remaining == 0:
                break
            remaining -= 1
        scans.append(SimulatedScan(n + 1, _name(n * design.every_days), day))
    return tuple(scans)


def _name(due: int) -> str:
    return f"W{due // 7}" if due % 7 == 0 else f"D{due}"
