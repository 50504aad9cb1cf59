"""The time-to-event parameters as a table: clock, scope, what death is.

Clocks, scopes and what death is: rule book, section 1, "Clock"; rule book, section 4, "Competing risk".
"""

from dataclasses import dataclass
from enum import StrEnum


class Clock(StrEnum):
    """What day 1 is."""

    TREATMENT = "first embolization"
    RANDOMIZATION = "randomization"
    RESPONSE = "first CR or PR"


class Death(StrEnum):
    """What death without the event is."""

    BY_PROTOCOL = "event, unless the protocol says otherwise"
    EVENT = "event"
    COMPETING = "competing (CNSR 9)"
    CENSORED = "censored"


class ParameterScope(StrEnum):
    """Which responses a parameter looks at."""

    LIVER = "liver"
    WHOLE_BODY = "whole-body"
    PROTOCOL = "the protocol's scope"


@dataclass(frozen=True)
class Parameter:
    """One PARAMCD.

    by_rule_set: whether the protocol's rule set decides; survival has its own table.
    staged_counts: whether growth in a lobe before its first session is progression.
    """

    code: str
    label: str
    clock: Clock
    scope: ParameterScope
    death: Death
    by_rule_set: bool = True
    staged_counts: bool = True

    @property
    def may_be_primary(self) -> bool:
        """Whether a protocol may name it: it judges all growth, and its clock starts in every subject."""
        return self.staged_counts and self.clock is not Clock.RESPONSE

    @property
    def from_tables(self) -> bool:
        """Whether RS and ADSL tell it: they know no sessions of lobes."""
        return self.staged_counts


HPFS = Parameter(
    "HPFS",
    "Hepatic Progression-Free Survival from First Embolization (days)",
    Clock.TREATMENT,
    ParameterScope.PROTOCOL,
    Death.BY_PROTOCOL,
)
HPFSR = Parameter(
    "HPFSR",
    "Hepatic Progression-Free Survival from Randomization (days)",
    Clock.RANDOMIZATION,
    ParameterScope.PROTOCOL,
    Death.BY_PROTOCOL,
)
HPFSS = Parameter(
    "HPFSS",
    "HPFS, Growth before a Lobe's First Session Disregarded (days)",
    Clock.TREATMENT,
    ParameterScope.PROTOCOL,
    Death.BY_PROTOCOL,
    staged_counts=False,
)
HPFSRS = Parameter(
    "HPFSRS",
    "HPFSR, Growth before a Lobe's First Session Disregarded (days)",
    Clock.RANDOMIZATION,
    ParameterScope.PROTOCOL,
    Death.BY_PROTOCOL,
    staged_counts=False,
)
THP = Parameter(
    "THP",
    "Time to Hepatic Progression from First Embolization (days)",
    Clock.TREATMENT,
    ParameterScope.LIVER,
    Death.COMPETING,
)
THPR = Parameter(
    "THPR",
    "Time to Hepatic Progression from Randomization (days)",
    Clock.RANDOMIZATION,
    ParameterScope.LIVER,
    Death.COMPETING,
)
PFS = Parameter("PFS", "Progression-Free Survival (days)", Clock.RANDOMIZATION, ParameterScope.WHOLE_BODY, Death.EVENT)
OS = Parameter(
    "OS", "Overall Survival (days)", Clock.RANDOMIZATION, ParameterScope.WHOLE_BODY, Death.EVENT, by_rule_set=False
)
DOR = Parameter("DOR", "Duration of Response (days)", Clock.RESPONSE, ParameterScope.PROTOCOL, Death.EVENT)
TTP = Parameter("TTP", "Time to Progression (days)", Clock.RANDOMIZATION, ParameterScope.WHOLE_BODY, Death.CENSORED)

PARAMETERS = (HPFS, HPFSR, HPFSS, HPFSRS, THP, THPR, PFS, OS, DOR, TTP)
"""In the order of ADTTE; the intervals between embolizations (INTEMB) follow them."""

TIMES_FROM_TABLES = tuple(parameter for parameter in PARAMETERS if parameter.from_tables)
"""What RS and ADSL of others tell."""

BY_CODE = {parameter.code: parameter for parameter in PARAMETERS}
"""The parameter of each PARAMCD."""

INTERVAL_CODE, INTERVAL_LABEL = "INTEMB", "Interval to the Next Embolization (days)"
"""One row for each pair of embolizations that follow each other."""

BEST_RESPONSES = {
    "BOR": "Best Overall Response (confirmation not required)",
    "CBOR": "Best Overall Response, Confirmed",
}
"""PARAM of each PARAMCD of a best response; how each is chosen stands in pipeline.assess.best_response."""

RESPONSES = {
    "OVR": "Overall Response",
    **BEST_RESPONSES,
    "RSP": "Response (confirmation not required)",
    "CRSP": "Confirmed Response",
    "CB": "Clinical Benefit (confirmation not required)",
    "CCB": "Clinical Benefit, Response Confirmed",
    "DCR": "Disease Control (confirmation not required)",
    "PD": "Disease Progression",
    "LSTA": "Last Disease Assessment",
    "DEATH": "Death",
    "MDIS": "Measurable Disease at Baseline",
}
"""PARAM of each PARAMCD of ADRS from tables of others (S25); MDIS needs TU."""

FROM_TABLES = (*(parameter.code for parameter in TIMES_FROM_TABLES), *RESPONSES)
"""PARAMCD of everything that tables of others tell."""

LABELS = {parameter.code: parameter.label for parameter in PARAMETERS} | {INTERVAL_CODE: INTERVAL_LABEL}
"""PARAM of each PARAMCD."""
