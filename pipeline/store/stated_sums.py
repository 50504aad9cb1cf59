"""Read the sums of diameters that a TR of others states, to hold our own against them; nothing rests on them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.model.errors import InputError
from pipeline.model.tumor import Evaluator, StatedSum
from pipeline.store import tumor_units
from pipeline.store.csv_rows import Row

_SUM = "SUMDIAM"
"""The code of TRTESTCD (rule book, section 6, "TR")."""
_PLAIN = Decimal(1)
"""Factor to mm of a sum without a unit."""


def of_rows(rows: Iterable[Row]) -> Iterator[StatedSum]:
    """Yield the sums of a subject that have a number and a visit; a row that says neither is passed over."""
    for row in rows:
        if row.text("TRTESTCD").upper() != _SUM:
            continue
        unit = row.text("TRSTRESU").upper()
        factor = tumor_units.MILLIMETERS.get(unit) if unit else _PLAIN
        try:
            number, length = row.coordinate("VISITNUM"), row.length("TRSTRESN")
        except InputError:
            continue
        if factor is not None and number is not None and length is not None:
            reader = Evaluator(row.text("TREVAL"), row.text("TREVALID"))
            yield StatedSum(f"{row.file} row {row.number}", reader, number.normalize(), length * factor)
