"""A table as text: a header and rows of cells, ready to be written byte for byte."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Table:
    """Column names and rows; every row has one cell per column.

    Raises:
        ValueError: a row has another number of cells than there are columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"row of {len(row)} cells in a table of {len(self.columns)} columns: {row}")


def day(value: dt.date | None) -> str:
    """Return an ISO date, empty for None."""
    return "" if value is None else value.isoformat()


def number(value: Decimal | int | None) -> str:
    """Return a number as recorded, with '.' and no exponent; empty for None."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def rounded(value: Decimal | float | None, places: int) -> str:
    """Return a number at a fixed number of places, half up, never -0; empty for None."""
    if value is None:
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    shown = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(shown) if shown == 0 else shown:f}"


def mark(value: bool) -> str:
    """Return Y for true, empty for false."""
    return "Y" if value else ""
