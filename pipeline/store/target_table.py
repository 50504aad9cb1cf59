"""Read from TU who has a target lesion: measurable disease at baseline, as admiralonco's MDIS takes it (S25)."""

from pathlib import Path

from pipeline.endpoint.reported import Reader
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults
from pipeline.store.table_forms.conversions import Conversions


def read(
    path: Path, reader: Reader, conversions: Conversions | None = None, faults: Faults | None = None
) -> frozenset[str]:
    """Return the subjects with a TARGET of the reader; a table that names no evaluator is everybody's.

    Raises:
        InputError: the table cannot be read; without faults also those of rows.
    """
    targets = [
        row
        for row in datasets.read(path, ("USUBJID", "TUSTRESC"), conversions=conversions, faults=faults)
        if (row.text("TUSTRESC") or row.text("TUORRES")).upper() == "TARGET"
    ]
    named = any(row.text("TUEVAL") or row.text("TUEVALID") for row in targets)
    return frozenset(row.required("USUBJID") for row in targets if not named or _by(row, reader))


def _by(row: Row, reader: Reader) -> bool:
    counts = not reader.unnamed or reader.accepted is False or row.text("TUACPTFL").upper() == "Y"
    return counts and reader.is_called(row.text("TUEVAL"), row.text("TUEVALID"))
