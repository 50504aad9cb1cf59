"""Write the skeleton of a list of visits: a row for each study, in which visit and date are to be filled in."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pipeline.ingest import checks
from pipeline.model import words
from pipeline.model.catalog import Volume
from pipeline.model.visit_list import ListedVisit
from pipeline.store import fingerprint, tables
from pipeline.store.input_tables import VISITS

FOLDERS = 3
"""Folders that a note names; own choice, enough to find the study."""


def write(volumes: Sequence[Volume], path: Path) -> int:
    """Write a row for each study, a series where it has no UID, with what is known of it; return their number."""
    studies: dict[tuple[str, str, str], list[Volume]] = {}
    for volume in volumes:
        study = volume.slices[0].study_uid
        studies.setdefault((volume.subject, study, "" if study else volume.series_uid), []).append(volume)
    rows = [
        ListedVisit(0, subject, study, series, "", _visit(mine), _date(mine), _note(mine))
        for (subject, study, series), mine in studies.items()
    ]
    tables.write_csv(VISITS.table(sorted(rows, key=_order)), path)
    return len(rows)


def _visit(volumes: Sequence[Volume]) -> str:
    visits = {volume.listed.visit for volume in volumes}
    return visits.pop() if len(visits) == 1 else ""


def _date(volumes: Sequence[Volume]) -> dt.date | None:
    dates = {volume.date for volume in volumes}
    return dates.pop() if len(dates) == 1 else None


def _note(volumes: Sequence[Volume]) -> str:
    """Say what is in a study: volumes, descriptions and folders, for whoever knows it by them."""
    fit = [volume for volume in volumes if not set(volume.flags) & checks.LISTED_ONLY]
    texts = dict.fromkeys(volume.slices[0].series_description for volume in volumes)
    folders = dict.fromkeys(item.path.rpartition("/")[0] or "." for volume in volumes for item in volume.slices)
    shown = list(folders)[:FOLDERS]
    count = f"{words.plural(len(volumes), 'volume')}, {len(fit)} to measure"
    parts = [count, ", ".join(text for text in texts if text)]
    parts.append(f"in {', '.join(shown)}{' and others' if len(folders) > len(shown) else ''}")
    return fingerprint.printable("; ".join(filter(None, parts)))


def _order(row: ListedVisit) -> tuple[str, dt.date, str]:
    return row.subject, row.date or dt.date.max, row.study_uid or row.series_uid
