"""The lesions of a simulated subject: liver targets, non-targets in and outside the liver, new ones.

Every target lies in the liver and stays measurable (never below 6 mm), so that the sum is the
true one. What is new or unequivocally progressed is so from the true progression on, never
before; the one exception is extrahepatic progression, where the design asks for it.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.model.lesion import Organ, Role
from pipeline.simulate.trial import growth
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.growth import Growth
from pipeline.simulate.trial.latent import Latent

_TARGETS_IN_LIVER = 2
"""Most targets of a subject: RECIST 1.1 allows two in an organ (Eisenhauer 2009, 4.2)."""
_LEAST_TARGET_MM = 6.0
"""Targets never shrink below this, in mm; own choice above the 5 mm of a lesion too small to measure."""
_NEW_WITH_PROGRESSION, _NON_TARGET_WITH_PROGRESSION = 0.3, 0.1
"""Share of progressions with a new lesion, and with an unequivocally progressed non-target; own choice."""


@dataclass(frozen=True)
class SimulatedLesion:
    """One lesion: its name in the trial, its curve on its own clock, since when it can be seen.

    curve: None where it is followed without a length. pace: u per day. seen_from: day from which
    it exists (new lesions). progressed_from: day of unequivocal progression (non-targets).
    """

    name: str
    role: Role
    organ: Organ
    curve: Growth | None = None
    pace: float = 0.0
    seen_from: float = float("-inf")
    progressed_from: float = float("inf")

    def size_mm(self, day: float) -> float | None:
        """Return the true size on a day from randomization; None without a length or before it exists."""
        if self.curve is None or day < self.seen_from:
            return None
        start = max(self.seen_from, 0.0)
        return self.curve.at((day - start) * self.pace)


def draw(design: Design, course: Latent, random: np.random.Generator) -> tuple[SimulatedLesion, ...]:
    """Return the lesions of a subject in the order of the tables."""
    depth = float(0.6 * random.beta(2, 2))
    target_curves = [_curve(random, depth, 35.0) for _ in range(int(random.integers(1, _TARGETS_IN_LIVER + 1)))]
    pace = growth.crossing(target_curves) / course.crossing_days
    targets = [SimulatedLesion(f"T{n:02d}", Role.TARGET, Organ.LIVER, c, pace) for n, c in enumerate(target_curves, 1)]
    return (*targets, *_non_targets(course, depth, pace, random), *_new(design, course, random))


def _curve(random: np.random.Generator, depth: float, median_mm: float) -> Growth:
    size = round(float(np.clip(median_mm * np.exp(0.45 * random.standard_normal()), 12.0, 120.0)), 1)
    shrinks = float(np.clip(depth + random.normal(0, 0.1), 0.0, 1 - _LEAST_TARGET_MM / size))
    return Growth(size, shrinks, float(random.uniform(0.8, 2.0)))


def _non_targets(course: Latent, depth: float, pace: float, random: np.random.Generator) -> list[SimulatedLesion]:
    progresses = random.random() < _NON_TARGET_WITH_PROGRESSION
    measured = [_curve(random, depth, 20.0) for _ in range(int(random.integers(0, 4)))]
    sites = [(Organ.LIVER, curve) for curve in measured]
    if random.random() < 0.3:
        sites.append((Organ.NODE, Growth(round(float(random.uniform(10.5, 14.5)), 1), 0.0, 0.0)))
    bone = random.random() < 0.2
    lesions = [SimulatedLesion(f"NT{n:02d}", Role.NON_TARGET, o, c, pace) for n, (o, c) in enumerate(sites, 1)]
    if bone:
        lesions.append(SimulatedLesion(f"NT{len(lesions) + 1:02d}", Role.NON_TARGET, Organ.BONE))
    if progresses and measured:
        first = lesions[0]
        lesions[0] = SimulatedLesion(
            first.name, first.role, first.organ, first.curve, pace, progressed_from=course.crossing_days
        )
    return lesions


def _new(design: Design, course: Latent, random: np.random.Generator) -> list[SimulatedLesion]:
    with_progression = random.random() < _NEW_WITH_PROGRESSION
    wait, size = float(random.exponential(300)), round(float(random.uniform(6, 20)), 1)
    since = course.crossing_days + (0.0 if with_progression else wait)
    lesions = [SimulatedLesion("NL01", Role.NEW, Organ.LIVER, Growth(size, 0.0, 1.0), 1 / 300, seen_from=since)]
    if design.extrahepatic > 0:
        lesions.append(SimulatedLesion("NL02", Role.NEW, Organ.BONE, seen_from=course.extrahepatic_days))
    return lesions
