"""Forms of a cell: how a value is written into a table, and what a person may write there."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from pipeline.export.table import day, mark, number, rounded
from pipeline.model import flags, subject_name
from pipeline.model.flags import Flag, Flags

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)

_WHOLE = re.compile(r"[0-9]+")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_SIGNED = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Form(Generic[Value]):
    """How the values of a column are written and read.

    holds: what a cell holds, for a page. allowed: what may be written there, for the message of an error.
    write: of a value that is known; None is an empty cell. parse: of a cell that is not empty, without outer
    blanks; it raises ValueError for what is not allowed. empty: the value that an empty cell stands for.
    """

    holds: str
    allowed: str
    write: Callable[[Value], str]
    parse: Callable[[str], Value]
    empty: Value | None = None

    def text(self, value: Value | None) -> str:
        """Return a value as the text of its cell."""
        return "" if value is None else self.write(value)


def _some(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _subject(text: str) -> str:
    if subject_name.fault(text):
        raise ValueError(text)
    return text


def _visible(text: str) -> str:
    if subject_name.visible(text) != text:
        raise ValueError(text)
    return text


def _date(text: str) -> dt.date:
    value = dt.date.fromisoformat(text)
    if value.isoformat() != text:
        raise ValueError(text)
    return value


def _moment(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if len(text) <= len("2024-03-31"):
        raise ValueError(text)
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _decimal(form: re.Pattern[str]) -> Callable[[str], Decimal]:
    def parse(text: str) -> Decimal:
        if not form.fullmatch(text):
            raise ValueError(text)
        return Decimal(text)

    return parse


def _integer(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _among(answers: dict[str, bool]) -> Callable[[str], bool]:
    def parse(text: str) -> bool:
        if text not in answers:
            raise ValueError(text)
        return answers[text]

    return parse


def _flags(text: str) -> Flags:
    names = [name.strip() for name in text.split(";") if name.strip()]
    if not set(names) <= set(Flag.__members__):
        raise ValueError(text)
    return flags.ordered(*(Flag[name] for name in names))


def _yes_or_no(value: bool) -> str:
    return "Y" if value else "N"


_AT_LEAST_0 = "a number >= 0 with '.' as decimal mark"
_ANY = "a number with '.' as decimal mark"

TEXT = Form("text", "any text, not empty", str, _some, empty="")
SUBJECT = Form(
    "text", f"at most {subject_name.LONGEST} characters that can be seen, not empty", str, _subject, empty=""
)
"""The identifier of a subject, usable in every table, database and file name."""
VISIBLE = Form("text", "characters that can be seen", str, _visible, empty="")
"""Text that names something: two that differ in what nobody sees would be taken for one."""
TEXT_OR_EMPTY = Form("text or empty", "any text", str, str, empty="")
"""Text of a column that must be there although its cells may be empty."""
DATE = Form("date", "a date that exists, as 2024-03-31", day, _date)
MOMENT = Form("date and time", "a date and time, as 2024-03-31T14:05:00+00:00", dt.datetime.isoformat, _moment)
"""An instant; without a time zone it is UTC."""
LENGTH = Form("number >= 0", _AT_LEAST_0, number, _decimal(_PLAIN))
"""A number that is not negative, with the decimals it was recorded with."""
NUMBER = Form("number", _ANY, number, _decimal(_SIGNED))
"""A number of any sign, with the decimals it was recorded with."""
INTEGER = Form("whole number", "a whole number >= 0", str, _integer)
CNSR = Form("whole number", "0 for an event, a positive whole number for a reason of censoring", str, _integer)
"""Event or reason of censoring; it is never empty."""
NUMBERS = frozenset({LENGTH.allowed, NUMBER.allowed, INTEGER.allowed})
"""What the forms of numbers allow."""
TRUTH = Form("Y or N", "Y, N", _yes_or_no, _among({"Y": True, "N": False}))
MARK = Form("Y or empty", "Y", mark, _among({"Y": True}), empty=False)
FLAGS: Form[Flags] = Form(
    "flags joined by `;`", f"names joined by ';' of: {', '.join(Flag.__members__)}", flags.text, _flags, empty=()
)


def choice(kind: type[Choice], *among: Choice, empty: Choice | None = None) -> Form[Choice]:
    """Return the form of a closed set: these of its members, all without any named."""
    members = among or tuple(kind)
    values = {member.value: member for member in members}
    listed = ", ".join(value for value in values if value)

    def parse(text: str) -> Choice:
        if text not in values:
            raise ValueError(text)
        return values[text]

    return Form(listed, listed, lambda member: member.value, parse, empty)


def fixed(places: int, *, signed: bool = False) -> Form[Decimal | float]:
    """Return the form of a number that is shown at so many decimals, half up; a reader may give more."""
    holds = f"number{'' if signed else ' >= 0'}, {places} decimal{'s' if places > 1 else ''}"
    return Form(
        holds,
        _ANY if signed else _AT_LEAST_0,
        lambda value: rounded(value, places),
        _decimal(_SIGNED if signed else _PLAIN),
    )
