"""How likely the organs' levels are in each contrast phase.

Normal densities around what contrast physiology gives at 0, 25-40, 60-90 and 180-300 s,
in terms that depend little on dose and body size: how far the aorta is enhanced, which
share of that the liver has, how much brighter cortex than medulla is.
"""

from dataclasses import dataclass
from math import exp, log, pi, sqrt

from pipeline.model.image import Modality, Phase
from pipeline.phase.organs import PhaseFeatures

PHASES = (Phase.UNENHANCED, Phase.ARTERIAL, Phase.PORTAL_VENOUS, Phase.DELAYED)
"""Phases that pixels can tell, in the order of time."""

BLOOD_HU = 40.0
"""HU of the aorta without contrast: a usual value."""
LIVER_HU = 55.0
"""HU of the liver without contrast: a usual value where it is not fatty."""
BRIGHT_ML = 30.0
"""ml above 110 HU at both kidneys from which it is contrast; own choice."""
OUTLIER = 0.004
"""Probability density of a level that fits no phase; keeps one odd organ from deciding alone. Own choice."""


@dataclass(frozen=True)
class Normal:
    """Mean and standard deviation."""

    mean: float
    sd: float

    def density(self, value: float) -> float:
        """Density with a floor for outliers."""
        return exp(-(((value - self.mean) / self.sd) ** 2) / 2) / (self.sd * sqrt(2 * pi)) + OUTLIER


@dataclass(frozen=True)
class UnenhancedLevels:
    """Levels without contrast, measured on the same date or assumed."""

    aorta: float = BLOOD_HU
    liver: float = LIVER_HU


AORTA_CT = dict(
    zip(PHASES, (Normal(0.0, 0.3), Normal(2.45, 0.38), Normal(1.91, 0.25), Normal(1.45, 0.25)), strict=True)
)
"""log(1 + enhancement of the aorta / 20 HU); set by hand from usual levels (docs/methods/phase.md)."""
LIVER_SHARE = dict(zip(PHASES[1:], (Normal(0.15, 0.12), Normal(0.58, 0.14), Normal(0.58, 0.16)), strict=True))
"""enhancement of the liver over that of the aorta; it has no meaning without contrast. Set by hand, as AORTA_CT."""
LIVER_CT = dict(zip(PHASES, (Normal(55, 15), Normal(80, 35), Normal(105, 35), Normal(95, 30)), strict=True))
"""HU of the liver; wide, because fat and dose shift it. Set by hand, as AORTA_CT."""
KIDNEY = dict(zip(PHASES[1:], (Normal(0.58, 0.11), Normal(0.78, 0.09), Normal(0.87, 0.08)), strict=True))
"""25th over 90th percentile inside the kidneys: medulla against cortex. Set by hand, as AORTA_CT."""
AORTA_TO_LIVER_MR = dict(
    zip(PHASES, (Normal(-0.4, 0.3), Normal(0.95, 0.3), Normal(0.35, 0.14), Normal(0.1, 0.12)), strict=True)
)
"""log(aorta / liver) on T1-weighted MR. Set by hand, as AORTA_CT."""


def of(features: PhaseFeatures, before: UnenhancedLevels) -> dict[Phase, float] | None:
    """Log-likelihood of each phase; None when the aorta was not found."""
    if features.aorta is None:
        return None
    if features.modality is Modality.MR:
        return _of_mr(features)
    logs = {phase: log(density.density(aorta_level(features.aorta, before))) for phase, density in AORTA_CT.items()}
    if features.liver is not None:
        for phase, density in LIVER_CT.items():
            logs[phase] += log(density.density(features.liver) * density.sd)
        share = liver_share(features, before)
        for phase in PHASES[1:]:
            logs[phase] += log(LIVER_SHARE[phase].density(share)) if share is not None else 0.0
    if features.kidney_ratio is not None:
        for phase, density in KIDNEY.items():
            logs[phase] += log(density.density(features.kidney_ratio) * density.sd) / 2
    if features.kidney_ratio is not None or (features.bright_ml or 0.0) > BRIGHT_ML:
        logs[Phase.UNENHANCED] -= 6.0
    return logs


def aorta_level(aorta: float, before: UnenhancedLevels) -> float:
    """Enhancement of the aorta on a logarithmic scale."""
    return log(1 + max(aorta - before.aorta, 0.0) / 20)


def liver_share(features: PhaseFeatures, before: UnenhancedLevels) -> float | None:
    """Enhancement of the liver over that of the aorta; None below 20 HU of the latter."""
    if features.aorta is None or features.liver is None or features.aorta - before.aorta < 20:
        return None
    return (features.liver - before.liver) / (features.aorta - before.aorta)


def trust(features: PhaseFeatures) -> float:
    """How far the levels can be trusted, 0 to 1: a round, even aorta and a liver were found.

    A dark aorta stands out less, which is trusted where nothing at the kidneys is bright.
    MR signal has no unit, so that its levels never weigh as much as HU.
    """
    if features.aorta is None or features.aorta_contrast is None or features.aorta_spread is None:
        return 0.0
    plain = features.aorta < BLOOD_HU + 35 and features.bright_ml is not None and features.bright_ml <= BRIGHT_ML
    low, high = (4.0, 14.0) if plain else (8.0, 23.0)
    round_enough = min(1.0, max(0.0, (features.aorta_contrast - low) / (high - low)))
    even = min(1.0, max(0.3, 1.5 - features.aorta_spread / max(features.aorta, 60)))
    return (
        round_enough
        * even
        * (1.0 if features.liver is not None else 0.7)
        * (0.8 if features.modality is Modality.MR else 1)
    )


def _of_mr(features: PhaseFeatures) -> dict[Phase, float] | None:
    if features.aorta is None or not features.liver or features.liver <= 0 or features.aorta <= 0:
        return None
    ratio = log(features.aorta / features.liver)
    logs = {phase: log(density.density(ratio)) for phase, density in AORTA_TO_LIVER_MR.items()}
    if features.kidney_ratio is not None:
        for phase, density in KIDNEY.items():
            logs[phase] += log(density.density(features.kidney_ratio) * density.sd) / 2
    return logs
