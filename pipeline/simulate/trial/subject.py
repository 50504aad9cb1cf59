"""One simulated subject: course, lesions, scans, and what each reader recorded.

Every subject has its own streams of random numbers, so a larger trial begins with the smaller
one, and another schedule changes neither courses nor lesions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from pipeline.model.lesion import Role, State
from pipeline.simulate.trial import latent, lesions, readers, visits
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.latent import Latent
from pipeline.simulate.trial.lesions import SimulatedLesion
from pipeline.simulate.trial.visits import SimulatedScan

_COURSE, _LESIONS, _SCANS, _READS = range(2, 6)
"""Streams of a subject; 1 belongs to the randomization blocks."""


@dataclass(frozen=True)
class Reading:
    """One lesion at one scan by one reader (0 or 1); length_mm None where it has none."""

    scan: SimulatedScan
    lesion: SimulatedLesion
    reader: int
    state: State
    length_mm: Decimal | None


@dataclass(frozen=True)
class Subject:
    """Everything about one subject; accepted is the reader (0 or 1) whose reads count."""

    name: str
    course: Latent
    lesions: tuple[SimulatedLesion, ...]
    scans: tuple[SimulatedScan, ...]
    readings: tuple[Reading, ...]
    accepted: int


def draw(design: Design, number: int) -> Subject:
    """Return subject `number` (from 0) of a trial."""
    course = latent.draw(design, number, _stream(design, number, _COURSE))
    present = lesions.draw(design, course, _stream(design, number, _LESIONS))
    scans = visits.draw(design, course, _stream(design, number, _SCANS))
    random = _stream(design, number, _READS)
    accepted = int(random.integers(0, readers.READERS))
    return Subject(
        f"SIM-{number + 1:05d}", course, present, scans, tuple(_read(design, present, scans, random)), accepted
    )


def _read(
    design: Design, present: tuple[SimulatedLesion, ...], scans: tuple[SimulatedScan, ...], random: np.random.Generator
) -> Iterator[Reading]:
    wrong = readers.errors(design, len(scans), len(present), random).tolist()
    missing = readers.missing(design, len(scans), len(present), random)
    for reader in range(readers.READERS):
        for v, scan in enumerate(scans):
            for n, lesion in enumerate(present):
                if lesion.role is Role.NEW and scan.day < lesion.seen_from:
                    continue
                if missing[v][n] and lesion.role is not Role.NEW:
                    yield Reading(scan, lesion, reader, State.NOT_EVALUABLE, None)
                    continue
                size = lesion.size_mm(scan.day)
                length = None if size is None else readers.record(size, wrong[reader][v][n])
                state = State.PROGRESSED if scan.day >= lesion.progressed_from else State.PRESENT
                yield Reading(scan, lesion, reader, state, length)


def _stream(design: Design, number: int, what: int) -> np.random.Generator:
    return np.random.default_rng([design.seed, number, what])
