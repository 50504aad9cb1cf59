"""Weigh a lesion candidate by both phases of a visit: what shows twice is surer than what shows once.

Neuroendocrine metastases are mostly hypervascular: bright in the arterial phase, dark in the portal
venous one (rule book, section 3, "NET use"). Borders, fissures and crura are dark in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model.image import Mask
from pipeline.track import matching

REFERENCE_ONLY = 0.7
"""Factor on the confidence of a candidate that the arterial phase covers but does not show; own choice, tuned on the
sample."""
ARTERIAL_ONLY = 0.9
"""Factor on the confidence of a candidate that only the arterial phase shows; own choice, tuned on the sample."""

CONFIRMS_FROM = 0.3
"""Confidence (0 to 1): a weaker candidate of the arterial phase confirms nothing and stands for nothing; own choice."""


@dataclass(frozen=True)
class PhaseCandidate:
    """A lesion candidate as one phase shows it, on the reference grid; confidence 0 to 1."""

    key: str
    mask: Mask
    confidence: float


def fuse(reference: Sequence[PhaseCandidate], arterial: Sequence[PhaseCandidate]) -> tuple[PhaseCandidate, ...]:
    """Return the candidates of both phases with their joint confidence, each place once.

    1. Candidates of one place (pipeline.track.matching) are one; the reference phase outlines it.
    2. One that only the reference phase shows stays with less confidence.
    3. One that only the arterial phase shows enters, unless it overlaps one of the reference phase
       that is paired otherwise.
    """
    here = [matching.position(each.key, each.mask) for each in reference]
    there = [matching.position(each.key, each.mask) for each in arterial]
    pairs = dict(matching.match(here, there))
    by_key = {each.key: each for each in arterial}
    joint = [
        replace(each, confidence=confidence(each.confidence, by_key[pairs[each.key]].confidence))
        if each.key in pairs
        else replace(each, confidence=confidence(each.confidence, None))
        for each in reference
    ]
    alone = [each for each in arterial if each.key not in pairs.values() and not _overlaps(each, reference)]
    return (*joint, *(replace(each, confidence=confidence(None, each.confidence)) for each in alone))


def confirms(candidate: PhaseCandidate) -> bool:
    """Whether a candidate of the arterial phase is sure enough to count beside the reference phase."""
    return candidate.confidence >= CONFIRMS_FROM


def confidence(reference: float | None, arterial: float | None) -> float:
    """Return the joint confidence (0 to 1) of a candidate seen on one phase or on both; None means not seen.

    Seen on both: the chance that not both are wrong, as if they were independent.

    Raises:
        ValueError: it was seen on neither.
    """
    if reference is None and arterial is None:
        raise ValueError("a candidate must be seen on at least one phase")
    if reference is None:
        return ARTERIAL_ONLY * (arterial or 0.0)
    if arterial is None:
        return REFERENCE_ONLY * reference
    return 1.0 - (1.0 - reference) * (1.0 - arterial)


def _overlaps(candidate: PhaseCandidate, others: Sequence[PhaseCandidate]) -> bool:
    return any(bool((candidate.mask.array & other.mask.array).any()) for other in others)
