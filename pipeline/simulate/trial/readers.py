"""What two radiologists record of a true size: relative errors that agree within a reader.

recorded = true x (1 + e), e = SD x (sqrt(rho) b + sqrt(1 - rho) w): b belongs to reader and
lesion and stays, w is new at each visit. SD is that of one reader, so that the difference of
two readers has the published limits of agreement (Yoon, S15): width / 3.92 / sqrt(2).
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.model.recording import STEP_MM
from pipeline.simulate.trial.design import Design

READERS = 2
"""Readers of every visit, as in trials with two radiologists and adjudication."""

Errors = NDArray[np.float64]


def errors(design: Design, visits: int, lesions: int, random: np.random.Generator) -> Errors:
    """Return relative errors of shape (readers, visits, lesions)."""
    stays = random.standard_normal((READERS, 1, lesions))
    fresh = random.standard_normal((READERS, visits, lesions))
    share = design.correlation
    mixed: Errors = design.reader_sd * (share**0.5 * stays + (1 - share) ** 0.5 * fresh)
    return mixed


def record(size_mm: float, error: float) -> Decimal:
    """Return the recorded length at 0.1 mm; an error below -100 % records 0.1 mm."""
    tenths = int(size_mm * (1 + error) * 10 + 0.5)
    return Decimal(max(tenths, 1)) * STEP_MM


def missing(design: Design, visits: int, lesions: int, random: np.random.Generator) -> Sequence[Sequence[bool]]:
    """Return which lesion nobody could measure at which visit (visits, lesions); never at baseline."""
    drawn = random.random((visits, lesions)) < design.lesion_missed
    drawn[0] = False
    return [[bool(cell) for cell in row] for row in drawn]
