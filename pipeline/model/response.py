"""Responses, explained: the rule that fired, its numbers and its citation."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pipeline.model.criterion import CriterionFacts
from pipeline.model.flags import Flags
from pipeline.model.scope import Scope
from pipeline.model.visit import Burden


class Response(StrEnum):
    """Response categories, spelled as in CDISC controlled terminology (RS); those with i are iRECIST's alone."""

    CR = "CR"
    PR = "PR"
    SD = "SD"
    PD = "PD"
    NE = "NE"
    NON_CR_NON_PD = "NON-CR/NON-PD"
    ICR = "iCR"
    IPR = "iPR"
    ISD = "iSD"
    IUPD = "iUPD"
    ICPD = "iCPD"
    NON_ICR_NON_IUPD = "NON-iCR/NON-iUPD"
    NONE = ""
    """There was nothing to classify, for example no target lesion at baseline."""

    @property
    def plain(self) -> "Response":
        """What a response of iRECIST is where an endpoint or a best response is derived; any other is itself.

        A confirmed progression is PD; one that waits for its confirmation says nothing yet, so NE
        (Seymour 2017 [M]).
        """
        return _PLAIN.get(self, self)


_PLAIN = {
    Response.ICR: Response.CR,
    Response.IPR: Response.PR,
    Response.ISD: Response.SD,
    Response.NON_ICR_NON_IUPD: Response.NON_CR_NON_PD,
    Response.IUPD: Response.NE,
    Response.ICPD: Response.PD,
}


class NewLesion(StrEnum):
    """Whether a new lesion was seen."""

    YES = "yes"
    NO = "no"
    EQUIVOCAL = "equivocal"


@dataclass(frozen=True)
class Explained:
    """A response and why.

    rule: short identifier (for example recist11.target.pd). sentence: one sentence a
    radiologist can read, with the compared numbers. citation: source and place.
    numbers: the compared values by name. date: for a progression, the scan that shows it
    (rule book, section 4, "Date"); None where the date of the visit holds. inputs: the value
    of every target in mm, None for one that was not measured. states: what every lesion
    without a value in the sum is. margins: distances to the neighboring categories in the
    unit of the sum, by name (pipeline.assess.margins).
    """

    response: Response
    rule: str
    sentence: str
    citation: str
    numbers: tuple[tuple[str, Decimal], ...] = ()
    date: dt.date | None = None
    inputs: tuple[tuple[str, Decimal | None], ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    margins: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Sums:
    """A sum of diameters with its references; None where it is not complete or not known.

    pct_* are exact quotients rounded to 0.1 for display; rules use the sums themselves.
    """

    sum_mm: Decimal | None
    baseline_mm: Decimal | None
    nadir_mm: Decimal | None
    pct_baseline: Decimal | None
    pct_nadir: Decimal | None


NO_SUMS = Sums(None, None, None, None, None)
"""Where there is no sum."""


@dataclass(frozen=True)
class CriterionRow:
    """What one exploratory criterion says of the liver at one visit.

    unit is that of the sum and its references: mm, mm2 or ml; percent of a burden. pct_* are for
    display. answer is the overall response or, of the burden, its class. provisional: an unsigned
    finding of this or an earlier visit stands behind the row; nobody signs a burden.
    """

    subject: str
    visit: str
    date: dt.date | None
    criterion: str
    unit: str
    value: Decimal | None
    baseline: Decimal | None
    nadir: Decimal | None
    pct_baseline: Decimal | None
    pct_nadir: Decimal | None
    answer: str
    rule: str
    sentence: str
    citation: str
    provisional: bool = True
    reader: str = ""


@dataclass(frozen=True)
class CriterionRead:
    """What one criterion says of one scope at a visit: its sums, the response of each part, the overall response.

    new_lesion_date: of the scan that first shows one; None without one, and where the date of the visit holds.
    """

    criterion: CriterionFacts
    scope: Scope
    sums: Sums
    target: Explained
    non_target: Explained
    new_lesion: NewLesion
    overall: Explained
    new_lesion_date: dt.date | None = None

    @property
    def title(self) -> str:
        """The name for a reader: `Hepatic mRECIST`, `Overall RECIST 1.1`."""
        return f"{'Hepatic' if self.scope is Scope.LIVER else 'Overall'} {self.criterion.title}"


@dataclass(frozen=True)
class TimePoint:
    """Everything that was decided at one visit of one subject by one reader.

    scope: the protocol's endpoint scope. reads: one for each criterion and scope that the trial is
    read in, RECIST 1.1 in both and mRECIST in the liver always among them. Which of them decides,
    pipeline.model.deciding says. provisional: an unsigned finding stands behind the row.
    """

    subject: str
    visit: str
    date: dt.date
    scope: Scope
    reads: tuple[CriterionRead, ...]
    burden: Burden = field(default_factory=lambda: Burden(None, None, None))
    flags: Flags = ()
    provisional: bool = True
    reader: str = ""
    accepted: bool = True

    def read(self, criterion: str, scope: Scope) -> CriterionRead:
        """Return the read of a criterion (by name) in a scope.

        Raises:
            KeyError: the trial is not read so.
        """
        for each in self.reads:
            if each.criterion.name == criterion and each.scope is scope:
                return each
        raise KeyError(f"{self.subject} {self.visit}: no read by {criterion} in the scope {scope}")
