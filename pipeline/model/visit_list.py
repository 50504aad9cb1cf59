"""A list of visits from outside: which images are which visit, on which day; and what became of an image under it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ListedVisit:
    """One row: the images it names by study, series or folder (at least one is given, all that are must hold).

    number counts rows as a text editor does, the header is 1. visit and date are empty where the schedule and the
    headers are to tell them; note is for the reader of the list.
    """

    number: int
    subject: str
    study_uid: str
    series_uid: str
    folder: str
    visit: str
    date: dt.date | None
    note: str = ""


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row, or with the rows of a subject; the text names the rows."""

    subject: str
    text: str


@dataclass(frozen=True)
class VisitList:
    """The sound rows of a list, the faults of the others, and the hash of the file."""

    sha256: str
    rows: tuple[ListedVisit, ...]
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True)
class ListedAs:
    """What a list says of a slice: its visit (empty: the schedule names it), and whether its date is from the list.

    header_date is the date of its header. aside says why it belongs to no visit, empty where it does.
    """

    visit: str = ""
    dated: bool = False
    header_date: dt.date | None = None
    aside: str = ""
