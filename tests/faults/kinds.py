"""Every kind of fault of a table that issue 10 names: how it is planted, and with which column or note it is named."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.table import Line, Table

UNSEEN = "\u200b"
"""A zero-width space (Unicode 15.0, U+200B)."""


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    column: with which it is named; empty of a row as a whole. note: what is told instead of a fault, where the subject
    goes on. equal: whether it is derived as without it. judge: the table that it contradicts, of which the subject must
    be understood. plant: returns the line that is named; fits: whether a line can carry it.
    """

    name: str
    table: str
    column: str
    plant: Callable[[Table, Line], Line]
    fits: Callable[[Line], bool] = lambda _line: True
    note: str = ""
    equal: bool = False
    judge: str = ""


def cells(**changed: str) -> Callable[[Table, Line], Line]:
    """Change cells of a line."""

    def plant(_table: Table, line: Line) -> Line:
        line.cells |= changed
        return line

    return plant


def marked(column: str, mark: str = UNSEEN) -> Callable[[Table, Line], Line]:
    """Put a character that nobody sees into a cell."""

    def plant(_table: Table, line: Line) -> Line:
        text = line.cells[column]
        line.cells[column] = f"{text[:2]}{mark}{text[2:]}"
        return line

    return plant


def again(**changed: str) -> Callable[[Table, Line], Line]:
    """Put a copy of a line behind it, with other cells."""
    return lambda table, line: table.insert(line, line.cells | changed)


def blank(table: Table, line: Line) -> Line:
    """Put a row without any value behind a line."""
    return table.insert(line, dict.fromkeys(line.cells, ""))


def cut(_table: Table, line: Line) -> Line:
    """Cut the last cells off."""
    line.cut = 2
    return line


def slipped(_table: Table, line: Line) -> Line:
    """Add a cell beyond the last column."""
    line.beyond = 1
    return line


def length(line: Line) -> bool:
    """Whether a line of TR holds a length."""
    return bool(line.cells["TRSTRESN"])


def word(line: Line) -> bool:
    """Whether a line of TR holds a state in words."""
    return line.cells["TRTESTCD"] == "TUMSTATE" and bool(line.cells["TRORRES"])


def not_done(line: Line) -> bool:
    """Whether a line of TR says that nothing was measured."""
    return line.cells["TRSTAT"] == "NOT DONE"


def later(line: Line) -> bool:
    """Whether a line is of a visit after baseline and holds a length."""
    return line.cells["VISIT"] != "BASELINE" and length(line)


def dated(column: str) -> Callable[[Line], bool]:
    """Whether a line has a date in a column."""
    return lambda line: bool(line.cells[column])


def _date9(_table: Table, line: Line) -> Line:
    year, month, day = line.cells["TRDTC"].split("-")
    names = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
    line.cells["TRDTC"] = f"{day}{names[int(month) - 1]}{year}"
    return line


def _noise(_table: Table, line: Line) -> Line:
    line.cells["TRSTRESN"] = f"{float(line.cells['TRSTRESN']):.1f}00000000000001"
    return line


OF_TR = (
    Kind("a day that does not exist", "TR", "TRDTC", cells(TRDTC="2024-02-30")),
    Kind("a day with two readings", "TR", "TRDTC", cells(TRDTC="03/04/2024")),
    Kind("a word for a number", "TR", "TRSTRESN", cells(TRSTRESN="thirty"), length),
    Kind("a number with two readings", "TR", "TRSTRESN", cells(TRSTRESN="1,234"), length),
    Kind("a negative length", "TR", "TRSTRESN", cells(TRSTRESN="-12"), length),
    Kind("an unknown unit", "TR", "TRSTRESU", cells(TRSTRESU="inch"), length),
    Kind("an unknown state", "TR", "TRORRES", cells(TRORRES="MAYBE", TRSTRESC=""), word),
    Kind("an unknown word beside a number", "TR", "TRSTRESC", cells(TRSTRESC="SEE NOTE"), length),
    Kind("a result that was not done", "TR", "TRSTRESN", cells(TRSTAT="NOT DONE"), length),
    Kind("an unknown status", "TR", "TRSTAT", cells(TRSTAT="DONE"), length),
    Kind("an unknown flag", "TR", "TRACPTFL", cells(TRACPTFL="X")),
    Kind("a word for a visit number", "TR", "VISITNUM", cells(VISITNUM="two")),
    Kind("no visit number", "TR", "VISITNUM", cells(VISITNUM="")),
    Kind("no lesion", "TR", "TRLNKID", cells(TRLNKID=""), length),
    Kind("a lesion that TU does not name", "TR", "TRLNKID", cells(TRLNKID="T99"), length, judge="TU"),
    Kind("no test", "TR", "TRTESTCD", cells(TRTESTCD="")),
    Kind("another result for one lesion and visit", "TR", "TRLNKID", again(TRSTRESN="99", TRSEQ="900"), length),
    Kind("one visit on two days", "TR", "TRLNKID", again(TRDTC="2030-01-01", TRSEQ="901"), length),
    Kind("a row that is cut off", "TR", "", cut),
    Kind("a row with a cell too many", "TR", "", slipped),
    Kind("a zero-width character in the subject", "TR", "USUBJID", marked("USUBJID")),
    Kind("a control character in the subject", "TR", "USUBJID", marked("USUBJID", "\u0007")),
    Kind("a NUL in the subject", "TR", "USUBJID", marked("USUBJID", "\0")),
    Kind("a zero-width character in the lesion", "TR", "TRLNKID", marked("TRLNKID")),
    Kind("a zero-width character in the test", "TR", "TRTESTCD", marked("TRTESTCD")),
    Kind("a zero-width character in the reader", "TR", "TREVALID", marked("TREVALID")),
    Kind("a row twice but for its number", "TR", "", again(TRSEQ="902"), length, "but TRSEQ count once", equal=True),
    Kind(
        "NOT EVALUABLE beside a number", "TR", "", cells(TRORRES="NOT EVALUABLE"), length, "beside a result NOT EVALU"
    ),
    Kind("an unknown test", "TR", "", cells(TRTESTCD="LDIAMM"), later, "TRTESTCD LDIAMM is passed over"),
    Kind("a point for missing", "TR", "", cells(TRSTRESN="."), not_done, "TRSTRESN: # values '.' read", equal=True),
    Kind("a date of SAS", "TR", "", _date9, dated("TRDTC"), "TRDTC: # values in the form", equal=True),
    Kind("noise of a double", "TR", "", _noise, length, "TRSTRESN: # values with more digits", equal=True),
    Kind("a blank row", "TR", "", blank, note="TR.csv: # rows without any value", equal=True),
)
OF_TU = (
    Kind("an unknown role", "TU", "TUSTRESC", cells(TUSTRESC="MAYBE")),
    Kind("no name of a lesion", "TU", "TULNKID", cells(TULNKID="")),
    Kind(
        "two roles of a lesion",
        "TU",
        "TUSTRESC",
        again(TUSTRESC="NON-TARGET", VISITNUM="9", TUSEQ="900"),
        lambda line: line.cells["TUSTRESC"] == "TARGET",
    ),
    Kind("a zero-width character in a subject of TU", "TU", "USUBJID", marked("USUBJID")),
    Kind("a zero-width character in a lesion of TU", "TU", "TULNKID", marked("TULNKID")),
    Kind("a row of TU that is cut off", "TU", "", cut),
    Kind("a day of TU that does not exist", "TU", "TUDTC", cells(TUDTC="2024-13-01")),
    Kind(
        "an unknown location",
        "TU",
        "",
        cells(TULOC="HILAR STATION 9"),
        lambda line: line.cells["TULOC"] == "BONE",
        "TULOC 'HILAR STATION 9'",
    ),
)


def overall(line: Line) -> bool:
    """Whether a line of RS is the overall response at a visit by the accepted reader."""
    return line.cells["RSTESTCD"] == "OVRLRESP" and line.cells["RSACPTFL"] == "Y"


OF_RS = (
    Kind("an unknown response", "RS", "RSSTRESC", cells(RSSTRESC="BETTER"), overall),
    Kind("a scan day that does not exist", "RS", "RSDTC", cells(RSDTC="2024-02-30"), overall),
    Kind("no scan day", "RS", "RSDTC", cells(RSDTC=""), overall),
    Kind("a partial scan day", "RS", "RSDTC", cells(RSDTC="2024-06"), overall),
    Kind("a scan day with two readings", "RS", "RSDTC", cells(RSDTC="03/04/2024"), overall),
    Kind("a scan after death", "RS", "", cells(RSDTC="2049-06-01"), overall, judge="ADSL"),
    Kind("a word for a visit number of RS", "RS", "VISITNUM", cells(VISITNUM="two"), overall),
    Kind("a response twice at a visit", "RS", "RSEVALID", again(RSSTRESC="NE", RSORRES="NE", RSSEQ="900"), overall),
    Kind(
        "another response at a visit on another day",
        "RS",
        "",
        again(RSSTRESC="NE", RSORRES="NE", RSDTC="2028-01-09", RSSEQ="901"),
        overall,
    ),
    Kind("a response that its text contradicts", "RS", "RSORRES", cells(RSORRES="CR", RSSTRESC="PD"), overall),
    Kind("an unknown flag of RS", "RS", "RSACPTFL", cells(RSACPTFL="X"), overall),
    Kind("a row of RS that is cut off", "RS", "", cut, overall),
    Kind("a zero-width character in a subject of RS", "RS", "USUBJID", marked("USUBJID"), overall),
    Kind("a zero-width character in a test of RS", "RS", "RSTESTCD", marked("RSTESTCD"), overall),
    Kind("a zero-width character in a reader of RS", "RS", "RSEVALID", marked("RSEVALID"), overall),
    Kind("a zero-width character in a criterion", "RS", "RSCAT", marked("RSCAT"), overall),
    Kind(
        "a response twice but for its number", "RS", "", again(RSSEQ="902"), overall, "but RSSEQ count once", equal=True
    ),
)
OF_ADSL = (
    Kind("a start that does not exist", "ADSL", "RANDDT", cells(RANDDT="2024-02-30")),
    Kind("a start with two readings", "ADSL", "RANDDT", cells(RANDDT="03/04/2024")),
    Kind("death before the start", "ADSL", "DTHDT", cells(DTHDT="1999-01-01")),
    Kind("a partial start", "ADSL", "RANDDT", cells(RANDDT="2024-06")),
    Kind("a subject twice", "ADSL", "USUBJID", again(SUBJID="other")),
    Kind("a zero-width character in a subject of ADSL", "ADSL", "USUBJID", marked("USUBJID")),
    Kind("a row of ADSL that is cut off", "ADSL", "", cut),
)
EVERY = (*OF_TR, *OF_TU, *OF_RS, *OF_ADSL)
