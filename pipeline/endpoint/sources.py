"""Why a row of a time-to-event parameter ends, and its CNSR code: one meaning per code everywhere.

CNSR follows ADTTE (rule book, section 6): 0 is an event, a positive integer names the
censoring reason, and 9 is death before the event of interest (competing). NO START DATE
and NO RESPONSE have no code: without a start the time is not defined.
"""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.model.events import EventKind


class Reason(StrEnum):
    """Permitted values of the column `reason` of endpoint.csv and of EVNTDESC."""

    HEPATIC_PROGRESSION = "HEPATIC PROGRESSION"
    PROGRESSION = "PROGRESSION"
    CLAIMED_PROGRESSION = "PROGRESSION CLAIMED BY INVESTIGATOR"
    DEATH = "DEATH"
    NEXT_EMBOLIZATION = "NEXT EMBOLIZATION"
    NO_PROGRESSION = "NO PROGRESSION AT LAST ADEQUATE ASSESSMENT"
    NO_BASELINE = "NO BASELINE"
    NO_POST_BASELINE = "NO POST-BASELINE ASSESSMENT"
    PROGRESSION_AFTER_MISSED = "PROGRESSION AFTER MISSED VISITS"
    DEATH_AFTER_MISSED = "DEATH AFTER MISSED VISITS"
    NEW_THERAPY = "NEW THERAPY"
    PROTOCOL_SURGERY = "PROTOCOL SURGERY"
    WITHDRAWAL = "WITHDRAWAL"
    COMPETING_DEATH = "DEATH WITHOUT HEPATIC PROGRESSION"
    LOST_TO_FOLLOW_UP = "LOST TO FOLLOW-UP"
    DEATH_NOT_AN_EVENT = "DEATH BEFORE PROGRESSION"
    ALIVE = "ALIVE"
    PRRT = "NEW THERAPY: PRRT"
    SYSTEMIC_THERAPY = "NEW THERAPY: SYSTEMIC"
    ABLATION = "NEW THERAPY: ABLATION"
    RESECTION = "NEW THERAPY: RESECTION"
    TRANSPLANT = "NEW THERAPY: TRANSPLANT"
    OFF_PROTOCOL_EMBOLIZATION = "NEW THERAPY: OFF-PROTOCOL EMBOLIZATION"
    SOMATOSTATIN_ANALOG = "NEW THERAPY: SOMATOSTATIN ANALOG"
    NO_START_DATE = "NO START DATE"
    NO_RESPONSE = "NO RESPONSE"


@dataclass(frozen=True)
class TteSource:
    """One way a row can end: its reason, its CNSR code (None: undefined) and what it means.

    therapy: the kind of therapy whose reason it is, where a rule says NEW THERAPY.
    """

    reason: Reason
    cnsr: int | None
    description: str
    citation: str
    therapy: EventKind | None = None


_FDA = "FDA 2007 Table A (S16); rule book section 4"
_OURS = "rule book section 4, our decision [D]"

SOURCES: tuple[TteSource, ...] = (
    TteSource(Reason.HEPATIC_PROGRESSION, 0, "progression in the liver by the primary criterion", _FDA),
    TteSource(Reason.PROGRESSION, 0, "progression anywhere, where the scope is whole-body", _FDA),
    TteSource(
        Reason.CLAIMED_PROGRESSION, 0, "progression that the investigator claims, under Table C", "S16, Table C [M]"
    ),
    TteSource(Reason.DEATH, 0, "death from any cause without earlier progression", _FDA),
    TteSource(Reason.NEXT_EMBOLIZATION, 0, "the next embolization, for the interval between two", "S2, secondary"),
    TteSource(Reason.NO_PROGRESSION, 1, "alive without progression: last adequate assessment", _FDA),
    TteSource(Reason.NO_BASELINE, 2, "no or incomplete baseline: day 1", _FDA),
    TteSource(Reason.NO_POST_BASELINE, 3, "no adequate assessment after baseline, alive: day 1", _FDA),
    TteSource(
        Reason.PROGRESSION_AFTER_MISSED, 4, "progression after missed visits: last adequate before the gap", _FDA
    ),
    TteSource(Reason.DEATH_AFTER_MISSED, 5, "death after missed visits: last adequate before the gap", _FDA),
    TteSource(
        Reason.NEW_THERAPY,
        6,
        "another anticancer therapy came first: last adequate up to it",
        _FDA,
        EventKind.OTHER_THERAPY,
    ),
    TteSource(
        Reason.PROTOCOL_SURGERY,
        7,
        "surgery, where the protocol lists it as intercurrent: last adequate",
        _OURS,
        EventKind.PROTOCOL_SURGERY,
    ),
    TteSource(Reason.WITHDRAWAL, 8, "withdrawal: last adequate assessment up to it", _FDA),
    TteSource(
        Reason.COMPETING_DEATH,
        9,
        "death without the event, which it competes with: day of death",
        "S19; rule book section 4, competing risk",
    ),
    TteSource(Reason.LOST_TO_FOLLOW_UP, 10, "follow-up ended (LAST_CONTACT): last adequate assessment", _FDA),
    TteSource(Reason.DEATH_NOT_AN_EVENT, 11, "death, where the protocol does not count it: last adequate", _OURS),
    TteSource(Reason.ALIVE, 12, "alive: last date known alive", _OURS),
    TteSource(
        Reason.PRRT,
        13,
        "peptide receptor radionuclide therapy came first: last adequate up to it",
        _OURS,
        EventKind.PRRT,
    ),
    TteSource(
        Reason.SYSTEMIC_THERAPY,
        14,
        "a new systemic agent came first: last adequate up to it",
        _OURS,
        EventKind.SYSTEMIC_THERAPY,
    ),
    TteSource(Reason.ABLATION, 15, "ablation came first: last adequate up to it", _OURS, EventKind.ABLATION),
    TteSource(Reason.RESECTION, 16, "resection came first: last adequate up to it", _OURS, EventKind.RESECTION),
    TteSource(Reason.TRANSPLANT, 17, "transplant came first: last adequate up to it", _OURS, EventKind.TRANSPLANT),
    TteSource(
        Reason.OFF_PROTOCOL_EMBOLIZATION,
        18,
        "embolization off protocol came first: last adequate up to it",
        _OURS,
        EventKind.OFF_PROTOCOL_EMBOLIZATION,
    ),
    TteSource(
        Reason.SOMATOSTATIN_ANALOG,
        19,
        "a new analog, where the protocol lists it: last adequate up to it",
        _OURS,
        EventKind.SOMATOSTATIN_ANALOG,
    ),
    TteSource(Reason.NO_START_DATE, None, "the start of the clock is unknown; it is never invented", _OURS),
    TteSource(Reason.NO_RESPONSE, 20, "no CR or PR: a duration of response has no row, or this one: day 1", _OURS),
)
"""Every source, events first; the order is the order of their codes."""

BY_REASON = {source.reason: source for source in SOURCES}
"""The source of each reason."""

BY_THERAPY = {source.therapy: source.reason for source in SOURCES if source.therapy is not None}
"""What NEW THERAPY is called by its kind, each with a code of its own."""
