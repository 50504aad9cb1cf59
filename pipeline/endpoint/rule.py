"""The words of a rule set: conditions, dates, rules.

A rule set is a table; its rules are tried in order and the first whose condition holds
decides reason and date (pipeline.endpoint.outcome). A sponsor can read a file in
pipeline/endpoint/rule_sets without knowing Python.

The conditions are the situations of the rule book, section 4, "Event or censor".
"""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.endpoint.sources import BY_REASON, Reason


class Condition(StrEnum):
    """Conditions that a rule may set; "event" is the earlier of progression and death, where death counts."""

    NO_BASELINE = "no or incomplete baseline"
    DEATH_WITHOUT_BASELINE = "no or incomplete baseline, and death (not after withdrawal)"
    THERAPY_FIRST = "another therapy before any event"
    WITHDRAWAL_FIRST = "withdrawal before any event"
    PROGRESSION_AFTER_MISSED = "progression, too long after the last adequate assessment"
    DEATH_AFTER_MISSED = "death without progression, too long after the last adequate assessment"
    PROGRESSION = "progression before death"
    DEATH = "death without progression"
    DEATH_NOT_COUNTED = "death without progression, where death is no event"
    DIED = "death"
    NOTHING_ADEQUATE = "no adequate assessment since the start"
    NOTHING_ASSESSED = "no response since the start, evaluable or not"
    WITHDRAWN = "withdrawal"
    FOLLOW_UP_ENDED = "follow-up ended (a last contact is given)"
    OTHERWISE = "otherwise"


class DateRule(StrEnum):
    """Dates that a rule may give; without an assessment to date from, all LAST dates are the start."""

    START = "START OF THE CLOCK"
    PROGRESSION = "PROGRESSION"
    DEATH = "DEATH"
    LAST_UP_TO_THERAPY = "LAST ADEQUATE ASSESSMENT UP TO THE NEW THERAPY"
    LAST_UP_TO_WITHDRAWAL = "LAST ADEQUATE ASSESSMENT UP TO WITHDRAWAL"
    LAST_BEFORE_GAP = "LAST ADEQUATE ASSESSMENT BEFORE THE MISSED VISITS"
    LAST_ADEQUATE = "LAST ADEQUATE ASSESSMENT"
    LAST_RESPONSE = "LAST RESPONSE, EVALUABLE OR NOT"
    LAST_ALIVE = "LAST DATE KNOWN ALIVE"


class Dating(StrEnum):
    """How a rule set moves the dates that its rules give."""

    AS_SEEN = "as seen"
    SCHEDULED = "progression and censor dates at the scheduled visit"
    MIDPOINT = "progression halfway between the last adequate assessment without it and the scan that shows it"
    LEFT = "progression on the day of the last adequate assessment without it"


class AfterTherapy(StrEnum):
    """Whether a response seen after the first new anticancer therapy counts; one on its first day does."""

    COUNTED = "counted"
    IGNORED = "ignored"


class WithoutResponse(StrEnum):
    """What a duration of response is where there was no response."""

    NO_ROW = "no-row"
    CENSORED = "censored"


@dataclass(frozen=True)
class Rule:
    """One row of a rule set.

    domain and variable say where the date stands (SDTM or ADSL); variable is empty where it
    is the variable that starts the clock. NEW THERAPY takes the code of the therapy's kind,
    PROGRESSION the name of its scope, DEATH the code 9 where it competes.

    Raises:
        ValueError: cnsr is not the one code of the reason.
    """

    condition: Condition
    reason: Reason
    cnsr: int
    date: DateRule
    domain: str
    variable: str
    citation: str

    def __post_init__(self) -> None:
        allowed = BY_REASON[self.reason].cnsr
        if self.cnsr != allowed:
            raise ValueError(f"{self.reason.value}: found CNSR {self.cnsr}; allowed: {allowed}, its meaning everywhere")


@dataclass(frozen=True)
class RuleSet:
    """A named table of rules.

    claims: whether progression that the investigator claims counts. without_response: what a duration of response
    is in a subject without one.
    """

    name: str
    title: str
    citation: str
    rules: tuple[Rule, ...]
    dating: Dating = Dating.AS_SEEN
    claims: bool = False
    without_response: WithoutResponse = WithoutResponse.NO_ROW
