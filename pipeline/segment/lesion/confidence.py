"""How sure a lesion candidate is: a product of plain factors between 0 and 1."""

from dataclasses import dataclass

import numpy as np

from pipeline.segment.lesion.shape import Shape


@dataclass(frozen=True)
class Evidence:
    """What is known of a candidate.

    signal: peak over the spread of smoothed parenchyma. contrast_to_noise: contrast of the
    border zone over that spread. expected: whether its sign is the usual one of the phase.
    attached: size of what connects to a bright candidate, over its own (candidates).
    watery: fluid-like. shell_share: share of its voxels within 6 mm of the liver's border.
    """

    shape: Shape
    long_axis_mm: float
    signal: float
    contrast_to_noise: float
    expected: bool
    attached: float
    watery: bool
    shell_share: float


def confidence(evidence: Evidence) -> float:
    """Return the confidence, 0 to 1: how likely a reader would accept the candidate.

    Factors: signal (4 spreads 0.3, 8 and more 1), contrast to noise (2 0.3, 5 1), size (4 mm 0.4, 8 mm 1),
    elongation (up to 1.6 1, from 2.5 0.1), flatness (up to 1.8 1, from 3.2 0.1), solidity (0.85 1, 0.5 0.1),
    contact with the liver's border (30 % 1, 80 % 0.3), a single slice 0.6, unusual sign for the phase 0.55,
    vessel attached to a bright one (its own size 1, three times 0.4), fluid 0.2,
    share within 6 mm of the liver's border (20 % 1, 60 % 0.2: crus, fissures and intercostal muscle lie there).
    Set by hand on the sample and on phantoms; not calibrated on patients.
    """
    shape = evidence.shape
    factors = [
        _between(evidence.signal, 4, 8, low=0.3),
        _between(evidence.contrast_to_noise, 2, 5, low=0.3),
        _between(evidence.long_axis_mm, 4, 8, low=0.4),
        _between(-shape.elongation, -2.5, -1.6, low=0.1),
        _between(-shape.flatness, -3.2, -1.8, low=0.1),
        _between(shape.solidity, 0.5, 0.85, low=0.1),
        _between(-shape.border_share, -0.8, -0.3, low=0.3),
        1.0 if shape.slices > 1 else 0.6,
        1.0 if evidence.expected else 0.55,
        _between(-evidence.attached, -3, -1, low=0.4),
        0.2 if evidence.watery else 1.0,
        _between(-evidence.shell_share, -0.6, -0.2, low=0.2),
    ]
    return round(float(np.prod(factors)), 3)


def _between(value: float, bad: float, good: float, low: float) -> float:
    share = float(np.clip((value - bad) / (good - bad), 0, 1))
    return low + (1 - low) * share
