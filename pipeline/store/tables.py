"""Tables that people write (events, masks, reads, arms) and tables that hepatrack writes.

What a fault of a table from outside costs: store.faults.
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from pipeline.export.table import Table
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Finding, Organ
from pipeline.store import csv_rows, layout_rows, reads_table
from pipeline.store.faults import Faults, recorded
from pipeline.store.input_tables import ANATOMY, EVENTS, MASKS, MaskKind, MaskRow
from pipeline.store.layout_rows import SUBJECT
from pipeline.store.table_forms.conversions import Conversions


def read_events(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> tuple[Event, ...]:
    """Return the dated clinical facts of a table of events, of subjects without a fault.

    A subject has as many rows as it needs, but dies once.

    Raises:
        InputError: as layout_rows.
    """
    with recorded(faults) as kept:
        rows = layout_rows.read(path, EVENTS, conversions, kept)
        made = tuple(kept.each(rows, lambda row: (row, Event(**layout_rows.fields(row, EVENTS))), SUBJECT))
        kept.once([row for row, event in made if event.kind is EventKind.DEATH], ("subject", "event"), SUBJECT)
    return tuple(event for _, event in made if not kept.of(event.subject))


def read_masks(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> tuple[MaskRow, ...]:
    """Return the masks from outside of a table of masks; their files are looked for beside the table.

    A mask that is not there, or a liver with a lesion's name, is a fault; those of its subject are left out.

    Raises:
        InputError: as layout_rows.
    """
    with recorded(faults) as kept:
        rows = layout_rows.read(path, MASKS, conversions, kept)
        masks = tuple(kept.each(rows, lambda row: _mask(row, path.parent), SUBJECT))
    return tuple(mask for mask in masks if not kept.of(mask.subject))


def read_reads(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> tuple[Finding, ...]:
    """Return signed reads made elsewhere, in the layout of lesions.csv plus signed_at, of subjects without a fault.

    Raises:
        InputError: as layout_rows.
    """
    return reads_table.read(path, conversions=conversions, faults=faults)


def read_anatomy(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> dict[str, Organ]:
    """Return the organ of each location of a table of words, the location in capital letters.

    Raises:
        InputError: as layout_rows, which names also one location twice.
    """
    organs: dict[str, Organ] = {}

    def add(row: csv_rows.Row) -> None:
        word = row.required("word").upper()
        if word in organs:
            raise row.wrong("word", "each location once, in whatever case of letters")
        organs[word] = layout_rows.fields(row, ANATOMY)["organ"]

    with recorded(faults) as kept:
        for _ in kept.each(layout_rows.read_all(path, ANATOMY, conversions, kept), add, SUBJECT):
            pass
    return organs


def write_csv(table: Table, path: Path) -> None:
    """Write a table as UTF-8 CSV with LF line ends, whole or not at all."""
    write_rows(table.columns, table.rows, path)


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], path: Path) -> None:
    """Write rows as UTF-8 CSV with LF line ends while they are made, whole or not at all."""
    with whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_text(text: str, path: Path) -> None:
    """Write text as UTF-8, whole or not at all."""
    with whole(path) as file:
        file.write(text)


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Yield a UTF-8 file that takes its place at the path once everything is written, else never."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mask(row: csv_rows.Row, folder: Path) -> MaskRow:
    mask = MaskRow(**layout_rows.fields(row, MASKS))
    if mask.what is MaskKind.LIVER and mask.lesion:
        raise row.wrong("lesion", "empty for a liver")
    if not (folder / mask.path).is_file():
        raise row.wrong("path", f"a file that exists, relative to the folder of {row.file}")
    return replace(mask, path=folder / mask.path)
