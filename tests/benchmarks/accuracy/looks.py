"""What lesions look like inside: HU from the depth below the surface, the phase, and waves for texture."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.model.image import Phase

Values = NDArray[np.float32]


class Kind(StrEnum):
    """Kinds of lesions; oil is one that was treated with iodized oil."""

    HYPERVASCULAR = "hypervascular"
    HYPODENSE = "hypodense"
    RIM = "rim"
    NECROTIC = "necrotic"
    OIL = "oil"


TEXTURE_HU = 5.0
"""HU, one standard deviation of the texture inside a lesion; own choice."""
NECROSIS_HU = 24.0
"""HU of necrosis: fluid with debris; own choice within 10 to 40."""
OIL_HU = (200.0, 2000.0)
"""HU of oil deposits (real-data/README.md saw up to 2949 HU)."""


@dataclass(frozen=True)
class Look:
    """How one lesion looks.

    contrast_hu: against the liver, (arterial, portal venous). rim_mm and rim_hu: a brighter edge (arterial, portal).
    core: share of the depth from which on it is necrotic, 0 for none. oil: share of the lesion that holds oil.
    soft_mm: width of the border. capsule_hu: a thin bright shell in the portal phase. seed: of its texture.
    """

    kind: Kind
    contrast_hu: tuple[float, float]
    rim_mm: float = 0.0
    rim_hu: tuple[float, float] = (0.0, 0.0)
    core: float = 0.0
    oil: float = 0.0
    soft_mm: float = 0.8
    capsule_hu: float = 0.0
    seed: int = 0

    def hu(self, liver_hu: float, phase: Phase, depth_mm: Values, reach_mm: float, at: Values) -> Values:
        """Return the HU at points (..., 3), depth_mm below the surface of a body of a radius of reach_mm."""
        late = phase is not Phase.ARTERIAL
        rng = np.random.default_rng(self.seed)
        fine = _waves(rng, at, (3.0, 9.0))
        coarse = _waves(rng, at, (8.0, 20.0))
        value = liver_hu + self.contrast_hu[late] + TEXTURE_HU * (0.7 * fine + 0.7 * coarse)
        if self.rim_mm:
            ring = np.clip(1 - np.abs(depth_mm - self.rim_mm * (0.6 + 0.2 * coarse)) / self.rim_mm, 0, 1)
            value = value + (self.rim_hu[late] - self.contrast_hu[late]) * ring
        if self.core:
            inward = depth_mm / max(reach_mm, 1e-3) + 0.10 * coarse + 0.03 * fine
            dead = np.clip((inward - (1 - self.core)) / 0.08, 0, 1)
            value = value * (1 - dead) + (NECROSIS_HU + 4 * fine) * dead
        if self.capsule_hu and late:
            value = value + self.capsule_hu * np.clip(1 - np.abs(depth_mm - 0.6) / 0.8, 0, 1)
        if self.oil:
            patchy = 0.75 * coarse + 0.45 * fine
            threshold = float(np.quantile(_waves_sample(self.seed), 1 - self.oil))
            held = np.clip((patchy - threshold) / 0.35, 0, 1) * (depth_mm > 0.5)
            low, high = OIL_HU
            dense = low + (high - low) * np.clip((patchy - threshold) / 2.2, 0, 1) ** 1.5
            value = value * (1 - held) + dense * held
        return np.asarray(value, dtype=np.float32)


def draw(rng: np.random.Generator, kind: Kind) -> Look:
    """Return a look of a kind; contrasts are those of livers around 60 HU arterial and 110 HU portal venous."""
    soft, seed = float(rng.uniform(0.4, 1.8)), int(rng.integers(2**31))
    capsule = float(rng.uniform(10, 22)) if rng.random() < 0.3 else 0.0

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    if kind is Kind.HYPERVASCULAR:
        return Look(kind, (between(35, 80), between(-14, 4)), soft_mm=soft, capsule_hu=capsule, seed=seed)
    if kind is Kind.HYPODENSE:
        return Look(kind, (between(-32, -14), between(-65, -28)), soft_mm=soft, seed=seed)
    if kind is Kind.RIM:
        return Look(
            kind, (between(-30, -12), between(-60, -30)), between(2.0, 3.5), (between(25, 55), between(24, 42)),
            soft_mm=soft, seed=seed,
        )  # fmt: skip
    if kind is Kind.NECROTIC:
        return Look(
            kind, (between(10, 40), between(-45, -22)), core=between(0.45, 0.75), soft_mm=soft, capsule_hu=capsule,
            seed=seed,
        )  # fmt: skip
    return Look(kind, (between(-20, 10), between(-40, -20)), oil=between(0.2, 0.7), soft_mm=soft, seed=seed)


def _waves(rng: np.random.Generator, at: Values, lengths_mm: tuple[float, float]) -> Values:
    """A field of about unit variance with waves of lengths in a range."""
    direction = rng.normal(size=(10, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    number = direction * (2 * np.pi / rng.uniform(*lengths_mm, size=(10, 1)))
    phase = rng.uniform(0, 2 * np.pi, size=10)
    total = np.zeros(at.shape[:-1], dtype=np.float32)
    for wave, start in zip(number.astype(np.float32), phase.astype(np.float32), strict=True):
        total += np.sin(at @ wave + start)
    return np.asarray(total / np.float32(np.sqrt(5)), dtype=np.float32)


def _waves_sample(seed: int) -> NDArray[np.float64]:
    """Values of 0.75 coarse + 0.45 fine, by which a share becomes a threshold."""
    rng = np.random.default_rng(seed + 1)
    return np.asarray(0.75 * rng.normal(size=4000) + 0.45 * rng.normal(size=4000))
