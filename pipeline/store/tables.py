"""Tables that people write (events, masks, reads, arms) and tables that hepatrack writes.

A table from outside is valid as a whole or nothing of it is used.
"""

import csv
import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from pipeline.export.table import Table
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Finding
from pipeline.store import csv_rows, reads_table

EVENT_COLUMNS = ("subject", "event", "date", "detail")
MASK_COLUMNS = ("subject", "date", "acquisition", "what", "lesion", "path")
ARM_COLUMNS = ("subject", "arm")


class MaskKind(StrEnum):
    """Permitted values of the column `what` in the masks table."""

    LIVER = "liver"
    LESION = "lesion"


@dataclass(frozen=True)
class MaskRow:
    """One row of the masks table; path is resolved against the folder of the table.

    lesion is empty for a liver; acquisition is empty where the date has one only.
    """

    subject: str
    date: dt.date
    acquisition: str
    what: MaskKind
    lesion: str
    path: Path


def read_events(path: Path) -> tuple[Event, ...]:
    """Return the dated clinical facts of a table subject, event, date, detail.

    A subject has as many rows as it needs, but dies once.

    Raises:
        InputError: file, row, column, what was found and what is allowed.
    """
    rows = csv_rows.read(path, EVENT_COLUMNS[:3], EVENT_COLUMNS[3:])
    events = tuple(
        Event(row.required("subject"), row.choice("event", EventKind), row.date("date"), row.text("detail"))
        for row in rows
    )
    csv_rows.unique(rows, EVENT_COLUMNS[:3])
    csv_rows.unique([row for row in rows if row.text("event") == EventKind.DEATH], EVENT_COLUMNS[:2])
    return events


def read_masks(path: Path) -> tuple[MaskRow, ...]:
    """Return the masks from outside of a table subject, date, acquisition, what, lesion, path.

    Raises:
        InputError: file, row, column, what was found and what is allowed; also a mask that
            is not there, or a liver with a lesion's name.
    """
    rows = csv_rows.read(path, MASK_COLUMNS)
    masks = tuple(_mask(row, path.parent) for row in rows)
    csv_rows.unique(rows, MASK_COLUMNS[:5])
    return masks


def read_reads(path: Path) -> tuple[Finding, ...]:
    """Return signed reads made elsewhere, in the layout of lesions.csv plus signed_at.

    Raises:
        InputError: file, row, column, what was found and what is allowed.
    """
    return reads_table.read(path)


def read_arms(path: Path) -> dict[str, str]:
    """Return the arm of each subject; only unblinded commands read this table.

    Raises:
        InputError: file, row, column, what was found and what is allowed.
    """
    rows = csv_rows.read(path, ARM_COLUMNS)
    arms = {row.required("subject"): row.required("arm") for row in rows}
    csv_rows.unique(rows, ARM_COLUMNS[:1])
    return arms


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
    what = row.choice("what", MaskKind)
    lesion = row.text("lesion")
    if what is MaskKind.LIVER and lesion:
        raise row.wrong("lesion", "empty for a liver")
    file = folder / row.required("path")
    if not file.is_file():
        raise row.wrong("path", f"a file that exists, relative to the folder of {row.file}")
    return MaskRow(row.required("subject"), row.date("date"), row.text("acquisition"), what, lesion, file)
