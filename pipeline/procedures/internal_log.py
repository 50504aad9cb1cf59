"""The log of hepatrack's own faults that files met: the traceback of each, in the study folder and never beyond it."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.store import fingerprint, tables

FILE = "internal.log"
"""Name of the log in the study folder; it is there while the last ingest met a fault."""


def text(files: Iterable[FileEntry]) -> str:
    """Return the faults, each with its file and traceback; empty where there is none."""
    return "\n".join(
        f"{fingerprint.printable(entry.path)}: {entry.reason}\n{entry.trace}"
        for entry in files
        if entry.status is FileStatus.INTERNAL
    )


def write(study: Path, files: Iterable[FileEntry]) -> None:
    """Write the faults of an ingest into the study folder; without any the log of an earlier one goes."""
    faults = text(files)
    if faults:
        tables.write_text(faults, study / FILE)
    else:
        (study / FILE).unlink(missing_ok=True)
