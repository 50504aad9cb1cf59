"""Events and censors of the progression endpoint as data: why a row ends, and its CNSR code.

CNSR follows ADTTE (rule book, section 6): 0 is an event, a positive integer names the
censoring reason and never changes its meaning. NO START DATE has no code: without a
start the time is not defined.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Permitted values of the column `reason` of endpoint.csv."""

    HEPATIC_PROGRESSION = "HEPATIC PROGRESSION"
    PROGRESSION = "PROGRESSION"
    DEATH = "DEATH"
    NO_PROGRESSION = "NO PROGRESSION AT LAST ADEQUATE ASSESSMENT"
    NO_BASELINE = "NO BASELINE"
    NO_POST_BASELINE = "NO POST-BASELINE ASSESSMENT"
    PROGRESSION_AFTER_MISSED = "PROGRESSION AFTER MISSED VISITS"
    DEATH_AFTER_MISSED = "DEATH AFTER MISSED VISITS"
    NEW_THERAPY = "NEW THERAPY"
    PROTOCOL_SURGERY = "PROTOCOL SURGERY"
    WITHDRAWAL = "WITHDRAWAL"
    LOST_TO_FOLLOW_UP = "LOST TO FOLLOW-UP"
    DEATH_NOT_AN_EVENT = "DEATH BEFORE PROGRESSION"
    NO_START_DATE = "NO START DATE"


@dataclass(frozen=True)
class Source:
    """One way a row can end: its reason, its CNSR code (None: undefined) and what it means."""

    reason: Reason
    cnsr: int | None
    description: str
    citation: str


_FDA = "FDA 2007 Table A (S16); rule book section 4"
_OURS = "rule book section 4, our decision [D]"

SOURCES: tuple[Source, ...] = (
    Source(Reason.HEPATIC_PROGRESSION, 0, "progression in the liver by the primary criterion", _FDA),
    Source(Reason.PROGRESSION, 0, "progression anywhere, where the protocol's scope is whole-body", _FDA),
    Source(Reason.DEATH, 0, "death from any cause without earlier progression", _FDA),
    Source(Reason.NO_PROGRESSION, 1, "alive without progression: last adequate assessment", _FDA),
    Source(Reason.NO_BASELINE, 2, "no or incomplete baseline: day 1", _FDA),
    Source(Reason.NO_POST_BASELINE, 3, "no adequate assessment after baseline, alive: day 1", _FDA),
    Source(Reason.PROGRESSION_AFTER_MISSED, 4, "progression after missed visits: last adequate before the gap", _FDA),
    Source(Reason.DEATH_AFTER_MISSED, 5, "death after missed visits: last adequate before the gap", _FDA),
    Source(Reason.NEW_THERAPY, 6, "another anticancer therapy came first: last adequate up to it", _FDA),
    Source(Reason.PROTOCOL_SURGERY, 7, "surgery, where the protocol lists it as intercurrent: last adequate", _OURS),
    Source(Reason.WITHDRAWAL, 8, "withdrawal: last adequate assessment up to it", _FDA),
    Source(Reason.LOST_TO_FOLLOW_UP, 9, "follow-up ended (LAST_CONTACT): last adequate assessment", _FDA),
    Source(Reason.DEATH_NOT_AN_EVENT, 10, "death, where the protocol does not count it: last adequate", _OURS),
    Source(Reason.NO_START_DATE, None, "the start of the clock is unknown; it is never invented", _OURS),
)
"""Every source, events first; the order is the order of their codes."""

BY_REASON = {source.reason: source for source in SOURCES}
"""The source of each reason."""
