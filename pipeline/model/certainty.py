"""How sure a call of progression is: the chance that it flips, and other target choices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FlipChance:
    """Chance that another reader's values would not be PD; se is that of the draws alone."""

    chance: float
    se: float
    draws: int
    seed: int


@dataclass(frozen=True)
class ChoiceShare:
    """Share of the legal target choices that are PD too; se is 0 where all were enumerated.

    choices: how many were looked at.
    """

    share: float
    se: float
    choices: int
    enumerated: bool


@dataclass(frozen=True)
class CertaintyRow:
    """One call of PD by one criterion. flip and share are None where they do not apply; note says why.

    pd_rule: the rule of the target sum where that is PD, else the rule of the overall response. reader: empty where the
    accepted findings of a study were read.
    """

    subject: str
    visit: str
    criterion: str
    pd_rule: str
    flip: FlipChance | None
    share: ChoiceShare | None
    note: str = ""
    reader: str = ""
