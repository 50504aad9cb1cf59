"""How the help of an option names what it takes, from the table that the code runs on."""

from collections.abc import Iterable


def one_of(names: Iterable[str]) -> str:
    """Return the names as a value of an option: `<csv|xpt>`."""
    return f"<{'|'.join(names)}>"


def either(names: Iterable[str]) -> str:
    """Return the names as words: `.csv, .xpt or .json`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
