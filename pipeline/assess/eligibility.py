"""Whether a subject meets the imaging part of RETNET's eligibility (S2, S3; rule book, section 4).

A liver lesion of at least 10 mm, a hepatic burden of at most 70 %, and one of: symptoms,
hepatic progression by RECIST 1.1, a burden above 25 %.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.model.protocol import Protocol

CITATION = "RETNET eligibility (S2, S3); rule book section 4"


class Answer(StrEnum):
    """Whether a subject is eligible; UNKNOWN is never ineligible."""

    ELIGIBLE = "ELIGIBLE"
    INELIGIBLE = "INELIGIBLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Facts:
    """What is known of a subject; None where it is not.

    longest_mm: long axis of the largest liver lesion, 0 if there is none. burden_percent:
    tumor share of the liver. progressed: hepatic progression by RECIST 1.1.
    """

    longest_mm: Decimal | None = None
    burden_percent: Decimal | None = None
    symptoms: bool | None = None
    progressed: bool | None = None


@dataclass(frozen=True)
class EligibilityDecision:
    """The answer, the rule that gave it, one sentence, its citation."""

    answer: Answer
    rule: str
    sentence: str
    citation: str = CITATION


def assess(facts: Facts, protocol: Protocol) -> EligibilityDecision:
    """Return whether a subject is eligible.

    1. A known input that fails its rule: INELIGIBLE, whatever else is unknown. All three
       reasons for treatment known and false fail too.
    2. Every rule known and met: ELIGIBLE; one reason for treatment suffices.
    3. else UNKNOWN, with what is missing.
    """
    limits = protocol.eligibility
    large = _at_least(facts.longest_mm, limits.min_lesion_mm)
    bounded = None if facts.burden_percent is None else facts.burden_percent <= limits.max_burden_percent
    heavy = None if facts.burden_percent is None else facts.burden_percent > limits.burden_above_percent
    reason = _any(facts.symptoms, facts.progressed, heavy)
    if large is False:
        return _ineligible(
            "lesion", f"The largest lesion has {facts.longest_mm:f} mm, below {limits.min_lesion_mm} mm."
        )
    if bounded is False:
        return _ineligible("burden", f"The burden is {facts.burden_percent:f} %, above {limits.max_burden_percent} %.")
    if reason is False:
        sentence = f"No symptoms, no hepatic progression, and a burden not above {limits.burden_above_percent} %."
        return _ineligible("reason", sentence)
    missing = [name for name, met in (("lesion size", large), ("burden", bounded), ("a reason", reason)) if met is None]
    if missing:
        return EligibilityDecision(Answer.UNKNOWN, "eligibility.unknown", f"Not known: {', '.join(missing)}.")
    return EligibilityDecision(Answer.ELIGIBLE, "eligibility.met", f"Every rule is met: {_reasons(facts, heavy)}.")


def _at_least(value: Decimal | None, limit: Decimal) -> bool | None:
    return None if value is None else value >= limit


def _any(*answers: bool | None) -> bool | None:
    """True if one is, False if all are, else not known."""
    if True in answers:
        return True
    return None if None in answers else False


def _ineligible(rule: str, sentence: str) -> EligibilityDecision:
    return EligibilityDecision(Answer.INELIGIBLE, f"eligibility.{rule}", sentence)


def _reasons(facts: Facts, heavy: bool | None) -> str:
    named = (("symptoms", facts.symptoms), ("hepatic progression", facts.progressed), ("burden", heavy))
    return ", ".join(name for name, met in named if met)
