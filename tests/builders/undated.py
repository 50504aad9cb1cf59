"""Images as public collections have them: dates and times removed, and the list of visits that tells them."""

import csv
from collections.abc import Mapping
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement

TIMED = frozenset({"DA", "TM", "DT"})
"""Value representations of dates and times."""
COLUMNS = ("subject", "study_uid", "series_uid", "folder", "visit", "date")


def strip(folder: Path) -> None:
    """Remove every date and time from the DICOM files below a folder, as de-identification does."""

    def remove(dataset: Dataset, element: DataElement) -> None:
        if element.VR in TIMED:
            del dataset[element.tag]

    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".csv", ".gz"}):
        dataset = dcmread(path)
        dataset.walk(remove)
        dataset.save_as(path)


def write_list(path: Path, *rows: Mapping[str, str]) -> Path:
    """Write a list of visits; cells that a row lacks are empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
