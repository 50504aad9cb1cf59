"""Responses and subject dates as tables of others report them, before they are reduced to a history."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.endpoint.history import SubjectDates
from pipeline.model.partial_date import PartialDate
from pipeline.model.response import Response


class Impute(StrEnum):
    """The day that a date without day or month takes."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Reported:
    """One overall response of RS.

    where: file and row. visit tells visits apart: VISITNUM, else VISIT, else the date. name
    is what the visit is called: VISIT, else the same. number: VISITNUM, which orders visits whose
    dates do not.
    """

    where: str
    subject: str
    visit: str
    is_baseline: bool
    date: PartialDate
    response: Response
    evaluator: str
    evaluator_id: str
    accepted: bool
    criterion: str = ""
    scope: str = ""
    sequence: int | None = None
    name: str = ""
    number: Decimal | None = None

    @property
    def reader(self) -> str:
        """RSEVALID, else RSEVAL (INVESTIGATOR)."""
        return self.evaluator_id or self.evaluator


class DateKind(StrEnum):
    """What a date of ADSL is."""

    RANDOMIZED = "randomization"
    TREATED = "first treatment"
    DEATH = "death"
    LAST_ALIVE = "last known alive"
    THERAPY = "new therapy"
    WITHDRAWAL = "withdrawal"
    LAST_CONTACT = "end of follow-up"


@dataclass(frozen=True)
class Reader:
    """Whose responses are taken: by --EVAL, by --EVALID (or --EVAL where that is empty), by --ACPTFL.

    accepted: True the accepted rows (Y), False all rows, None the accepted ones where the evaluator has any;
    nothing named at all means the accepted rows.
    """

    evaluator: str | None = None
    identifier: str | None = None
    accepted: bool | None = None

    @property
    def unnamed(self) -> bool:
        """Whether nobody is named."""
        return self.evaluator is None and self.identifier is None

    def is_called(self, evaluator: str, identifier: str) -> bool:
        """Whether a row with this --EVAL and --EVALID is of the reader; an empty --EVALID stands for --EVAL."""
        pairs = ((self.evaluator, evaluator), (self.identifier, identifier or evaluator))
        return all(wanted is None or wanted.strip().upper() == cell.upper() for wanted, cell in pairs)

    @property
    def name(self) -> str:
        """What the reader is called on the screen."""
        named = " ".join(filter(None, (self.evaluator, self.identifier)))
        return named or ("every reader" if self.accepted is False else "accepted read")


def options(readers: Iterable[tuple[str, str]]) -> str:
    """Return how the readers of a table, each by --EVAL and --EVALID, are chosen: `--eval A, B; --evalid C, D`.

    Empty where the table names none.
    """
    every = list(readers)
    named = {"--eval": {kind for kind, _ in every if kind}, "--evalid": {name for _, name in every if name}}
    return "; ".join(f"{option} {', '.join(sorted(names))}" for option, names in named.items() if names)


@dataclass(frozen=True)
class Stated:
    """A partial date of ADSL: what it is, its column, as written."""

    kind: DateKind
    column: str
    date: PartialDate


@dataclass(frozen=True)
class Enrolled:
    """One row of ADSL: where it stands, study, subject, dates. last_alive is LSTALVDT alone.

    partial: the dates that dates does not hold, since day or month is missing (pipeline.endpoint.imputed).
    arm: TRT01P, empty where ADSL has none.
    """

    where: str
    study: str
    subject: str
    dates: SubjectDates
    partial: tuple[Stated, ...] = ()
    arm: str = ""
