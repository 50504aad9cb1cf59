"""Numbers as other programs write them: 23,4 and 1.234,5 and 1,234.5 and .5 and 1E-7 and +5.

A comma or a point is a decimal mark unless it may set off thousands: before exactly three digits it may do either
(SAS 9.4 Formats and Informats: Reference, COMMAw.d and COMMAXw.d). 1,234 is therefore no number to us, unless the table
shows by its other numbers which mark it uses.
"""

import re
from decimal import Decimal

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"([-+]?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)),([0-9]+)")
_DECIMAL_POINT = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_OTHER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_LONG = re.compile(r"-?[0-9]+\.[0-9]+")
EXACT_DIGITS = 15
"""Significant digits that a double holds exactly (IEEE 754); what lies behind them is noise."""


def of_text(text: str, mark: str = "") -> str | None:
    """Return a number with a point as decimal mark; None where the text is one already, no number, or may be two.

    mark: the decimal mark of the column, where its other numbers show it; with a comma 1.234 is 1234.
    """
    if _THOUSANDS.fullmatch(text) and (mark == "," or "," in text):
        return (text.replace(",", ".") if "," in text else text.replace(".", "")) if mark == "," else None
    if _PLAIN.fullmatch(text):
        return None
    if match := _DECIMAL_COMMA.fullmatch(text):
        return f"{match[1].replace('.', '')}.{match[2]}".removeprefix("+")
    if match := _DECIMAL_POINT.fullmatch(text):
        return f"{match[1].replace(',', '')}.{match[2]}".removeprefix("+")
    return format(Decimal(text), "f") if _OTHER.fullmatch(text) else None


def decimal_mark(text: str) -> str:
    """Return the decimal mark that a number shows beyond doubt, a comma or a point; empty where it shows none."""
    if _THOUSANDS.fullmatch(text):
        return ""
    if _DECIMAL_COMMA.fullmatch(text):
        return ","
    return "." if _DECIMAL_POINT.fullmatch(text) or (_PLAIN.fullmatch(text) and "." in text) else ""


def doubt(text: str) -> str:
    """Return why a text that looks like a number is none to us, and what to write; empty for other texts."""
    if "," in text and _THOUSANDS.fullmatch(text):
        return f"it may be {text.replace(',', '.')} or {text.replace(',', '')}; write the one that is meant"
    return ""


def shortest(value: float) -> str:
    """Return a number as a table shows it: its shortest decimals at 15 digits, never an exponent.

    Fifteen digits are what a double holds exactly, so that 23.400000000000002 is 23.4.
    """
    if value == int(value):
        return str(int(value))
    return format(Decimal(f"{value:.{EXACT_DIGITS}g}"), "f")


def without_noise(text: str) -> str | None:
    """Return a number of more digits than a double holds as forms with binary numbers show it; else None."""
    if len(text) <= EXACT_DIGITS or not _LONG.fullmatch(text):
        return None
    exact = shortest(float(text))
    return exact if exact != text else None
