"""Days that a table holds twice, as text (--DTC) and as number (--DTN, --DT): where one is empty the other tells it.

SDTM has the text alone (SDTMIG 3.4, section 4.4.1); ADaM has the number, and often the text of SDTM beside it, which
may be partial (ADaMIG 1.3, section 3.1). The column that is asked for counts; another one that contradicts it is named.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.store.csv_rows import Row
from pipeline.store.table_forms.conversions import Conversion

_ENDINGS = ("DTC", "DTN", "DT")
_DAY = len("2014-02-03")
"""Characters of a whole day in ISO 8601."""

Twins = Mapping[str, Sequence[str]]
"""The other columns of a table that may tell the date of a column, the first first."""


def of(header: Sequence[str], dates: Iterable[str]) -> Twins:
    """Return the twins of those date columns that have any in a header; names in upper case."""
    twins = {column: [name for name in _others(column) if name in header] for column in dates}
    return {column: others for column, others in twins.items() if others}


def _others(column: str) -> Iterator[str]:
    stem = column.removesuffix("C").removesuffix("DT")
    return (f"{stem}{ending}" for ending in _ENDINGS if f"{stem}{ending}" != column)


def filled(rows: Iterable[Row], twins: Twins, counts: Counter[Conversion]) -> Iterator[Row]:
    """Yield the rows with the dates that a twin tells; what was taken, and what contradicts, is counted."""
    for row in rows:
        taken: dict[str, str] = {}
        written_in: dict[str, str] = {}
        for column, others in twins.items():
            date = row.text(column)
            for other in others:
                value = row.text(other)
                if value and not date:
                    date = taken[column] = value
                    written_in[column] = other
                    counts[Conversion(other, f"where {column} is empty", "taken as its date")] += 1
                elif value and not _agree(date, value):
                    counts[Conversion(other, f"that contradicts {column}", "not used")] += 1
        yield replace(row, cells=row.cells | taken, written_in=written_in) if taken else row


def _agree(date: str, other: str) -> bool:
    known = min(len(date), len(other), _DAY)
    return date[:known] == other[:known]
