"""Read a list of visits: every sound row, and the fault of each other one."""

from pathlib import Path
from typing import TypeVar

from pipeline.export.form import DATE, SUBJECT, Form
from pipeline.model.errors import InputError
from pipeline.model.visit_list import ListedVisit, RowFault, VisitList
from pipeline.store import layout_rows
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults
from pipeline.store.file_hashes import sha256
from pipeline.store.input_tables import VISIT, VISITS
from pipeline.store.table_forms.conversions import Conversions

Value = TypeVar("Value")

IMAGES = "study_uid, series_uid or folder"
"""The columns that name images."""


def read(path: Path, conversions: Conversions | None = None) -> VisitList:
    """Return the list; rows that are equal count once.

    Raises:
        InputError: the table cannot be read, a column is missing or unknown, or no row is left.
    """
    faults = Faults()
    rows = layout_rows.read_all(path, VISITS, conversions, faults)
    if not rows and not faults.all:
        raise InputError(f"{path.name}: holds no row; expected one for each visit. Fill in the list.")
    sound: dict[tuple[object, ...], ListedVisit] = {}
    for row in rows:
        listed = _row(row, faults)
        if listed is not None:
            key = (listed.subject, listed.study_uid, listed.series_uid, listed.folder, listed.visit, listed.date)
            sound.setdefault(key, listed)
    by_row = sorted(faults.all, key=lambda fault: fault.row or 0)
    return VisitList(
        sha256(path), tuple(sound.values()), tuple(RowFault(each.subject, each.message) for each in by_row)
    )


def _row(row: Row, faults: Faults) -> ListedVisit | None:
    """Return the row, or nothing where anything is wrong with it."""
    subject, known = row.text("subject"), len(faults.all)

    def value(name: str, form: Form[Value], *, needed: bool = False) -> Value | None:
        try:
            return row.needed(name, form) if needed else row.optional(name, form)
        except InputError as error:
            faults.add(error, subject)
            return None

    value("subject", SUBJECT, needed=True)
    visit, date = value("visit", VISIT), value("date", DATE)
    study, series, folder = (row.text(name) for name in ("study_uid", "series_uid", "folder"))
    if not (study or series or folder):
        faults.add(InputError(f"{row.file} row {row.number}: names no image; give {IMAGES}"), subject)
    if len(faults.all) > known:
        return None
    return ListedVisit(row.number, subject, study, series, _folder(folder), visit or "", date)


def _folder(text: str) -> str:
    """Return a folder as paths are compared: `/` between parts, none at an end."""
    parts = [part for part in text.replace("\\", "/").split("/") if part not in {"", "."}]
    return "/".join(parts) or ("." if text else "")
